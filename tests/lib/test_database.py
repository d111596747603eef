"""Rows that are written without the ORM: with the right ids, and as it would read them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from inboxhub.lib.database import insert_rows, update_rows
from messaging.models import Author
from tests.factories import make_account

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
COLUMNS = ("account", "remote_id", "handle", "name", "emojis", "seen_at")


def people(*names: str) -> list[Author]:
    account = make_account()
    return [
        Author(account=account, remote_id=name, handle=f"@{name}", name=name)
        for name in names
    ]


def insert(rows: list[Author]) -> list[int]:
    return insert_rows(Author, rows, (*COLUMNS, "folded", "avatar_url", "url"))


def test_ids_are_those_of_the_rows_in_order() -> None:
    insert(people("gone"))
    Author.objects.all().delete()
    rows = people(*(f"p{n}" for n in range(600)))  # more than one statement takes
    ids = insert(rows)
    names = dict(Author.objects.values_list("pk", "name"))
    assert [names[pk] for pk in ids] == [row.name for row in rows]


def test_nothing_to_insert_is_no_statement() -> None:
    assert insert([]) == []


@pytest.mark.parametrize("emojis", [{}, {"cat": "https://e.example/ねこ.png"}])
@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=9))])
def test_values_are_read_as_they_were_written(
    emojis: dict[str, str], zone: timezone
) -> None:
    moments = (NOON, NOON + timedelta(microseconds=1))
    rows = people("one", "other")
    for row, moment in zip(rows, moments, strict=True):
        row.emojis, row.seen_at = emojis, moment.astimezone(zone)
    insert(rows)
    stored = Author.objects.order_by("pk").values_list("emojis", "seen_at")
    assert list(stored) == [(emojis, moment) for moment in moments]


def test_update_writes_the_named_fields_only() -> None:
    (row,) = people("one")
    (row.pk,) = insert([row])
    row.name, row.handle = "new name", "@new"
    update_rows(Author, [row], ["name"])
    assert Author.objects.values_list("name", "handle").get() == ("new name", "@one")
