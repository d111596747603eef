"""Short write transactions that wait for each other in turn.

SQLite's own busy wait is not fair: a writer that begins again at once starves the
others. One lock around each write of this process gives every writer its turn; a page
waits for one short transaction at most. On other databases the lock is not needed and
not taken.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from json import JSONEncoder
from operator import attrgetter
from typing import Any, cast

from django.core.exceptions import EmptyResultSet
from django.db import connection, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

AT_ONCE = 500
"""Rows in one statement: all their values must fit among SQLite's variables."""

_turn = threading.RLock()

Model = type[models.Model]
Adapt = Callable[[Any, BaseDatabaseWrapper], Any]
Special = tuple[int, Adapt]

_PLAIN = (
    *(models.CharField, models.TextField, models.BooleanField, models.IntegerField),
    models.ForeignKey,
)


@contextmanager
def short_write() -> Iterator[None]:
    """An atomic block under the process-wide lock: no network call, no waiting inside."""
    if connection.vendor != "sqlite":
        with transaction.atomic():
            yield
        return
    with _turn, transaction.atomic():
        yield


def insert_rows(
    model: Model, rows: Sequence[object], fields: Sequence[str]
) -> list[int]:
    """Insert one row of `model` per object; their ids, in the same order.

    An object needs only attributes with the columns' names: model instances and
    `bulk_create` cost several times what the database does.
    """
    if not rows:
        return []
    stored = _stored(model, tuple(fields), rows)
    ids: list[int] = []
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # A statement of many rows keeps its own journal to undo them, soon in a
            # file: twice the time. The ids of one transaction follow each other here.
            cursor.executemany(_insert(model, tuple(fields), 1), stored)
            cursor.execute("SELECT last_insert_rowid()")
            (last,) = cursor.fetchone()
            return list(range(last - len(rows) + 1, last + 1))
        for start in range(0, len(rows), AT_ONCE):
            part = stored[start : start + AT_ONCE]
            statement = _insert(model, tuple(fields), len(part))
            cursor.execute(f"{statement} RETURNING id", list(chain.from_iterable(part)))
            ids += [pk for (pk,) in cursor.fetchall()]
    return ids


def insert_selected(model: Model, chosen: "models.QuerySet[Any, Any]") -> int:
    """Insert one row of `model` per row of `chosen`, without reading any; how many.

    `chosen` ends in `.values()` with the fields' names, and has a condition. What a
    unique constraint refuses is left out.
    """
    try:
        statement, values = chosen.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:  # Django sees beforehand that nothing fits
        return 0
    columns = ", ".join(_quoted(model, tuple(chosen.query.selected or ())))
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns}) {statement} ON CONFLICT DO NOTHING",
            values,
        )
        return int(cursor.rowcount)


def update_rows(model: Model, rows: Sequence[Any], fields: Sequence[str]) -> None:
    """Write these fields of rows that exist, by one prepared statement.

    `bulk_update` builds a CASE per field and row: ten times the work of the update.
    """
    if not rows:
        return
    stored = _stored(model, tuple(fields), rows)
    with connection.cursor() as cursor:
        cursor.executemany(
            _update(model, tuple(fields)),
            [[*values, row.id] for values, row in zip(stored, rows, strict=True)],
        )


def in_utc(moment: datetime) -> datetime:
    """A time that was read without the ORM: SQLite's reader leaves out the zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@lru_cache
def _insert(model: Model, fields: tuple[str, ...], number: int) -> str:
    names = ", ".join(_quoted(model, fields))
    places = f"({', '.join(['%s'] * len(fields))})"
    table = connection.ops.quote_name(model._meta.db_table)
    return f"INSERT INTO {table} ({names}) VALUES {', '.join([places] * number)}"  # noqa: S608  our names


@lru_cache
def _update(model: Model, fields: tuple[str, ...]) -> str:
    assignments = ", ".join(f"{name} = %s" for name in _quoted(model, fields))
    table = connection.ops.quote_name(model._meta.db_table)
    return f"UPDATE {table} SET {assignments} WHERE id = %s"  # noqa: S608  our names


def _quoted(model: Model, fields: tuple[str, ...]) -> list[str]:
    quote = connection.ops.quote_name
    return [quote(str(_field(model, name).column)) for name in fields]


def _field(model: Model, name: str) -> "models.Field[object, object]":
    return cast("models.Field[object, object]", model._meta.get_field(name))


def _stored(
    model: Model, fields: tuple[str, ...], rows: Sequence[object]
) -> list[list[Any]]:
    """The values of each row as the database takes them."""
    read, special = _columns(model, fields)
    database = connections[connection.alias]
    stored = [list(read(row)) for row in rows]
    for place, adapt in special:
        last = adapted = None
        for values in stored:
            value = values[place]
            if value is not None:
                if value is not last:  # rows of one page have one time of arrival
                    last, adapted = value, adapt(value, database)
                values[place] = adapted
    return stored


def _adapt(field: "models.Field[object, object]") -> Adapt:
    """What makes of a field's value one that the driver takes."""
    match field:
        case models.DateTimeField():
            return _moment
        case models.JSONField(encoder=encoder):
            return lambda value, database: _json(value, database, encoder)
        case _:
            return field.get_db_prep_save


def _moment(value: datetime, database: BaseDatabaseWrapper) -> Any:
    if database.vendor == "sqlite" and value.tzinfo is UTC:
        # As Django does it, without asking for time zones.
        return str(value).removesuffix("+00:00")
    return database.ops.adapt_datetimefield_value(value)


def _json(
    value: object, database: BaseDatabaseWrapper, encoder: type[JSONEncoder] | None
) -> Any:
    if database.vendor == "sqlite" and value in ([], {}):  # most of them
        return "[]" if value == [] else "{}"
    return database.ops.adapt_json_value(value, encoder)


@lru_cache
def _columns(
    model: Model, fields: tuple[str, ...]
) -> tuple[Callable[[object], tuple[Any, ...]], list[Special]]:
    """What reads the values of an object, and at which places a driver refuses them.

    Texts, numbers and booleans pass as they are: a field's own way to the same value
    costs more than the insert.
    """
    found = [_field(model, name) for name in fields]
    special = [
        (place, _adapt(field))
        for place, field in enumerate(found)
        if not isinstance(field, _PLAIN)
    ]
    first = found[0].attname
    if len(found) == 1:  # attrgetter would return it bare
        return lambda row: (getattr(row, first),), special
    return attrgetter(*(field.attname for field in found)), special
