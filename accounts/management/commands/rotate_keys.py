"""Seal every stored secret again under the first key of `INBOXHUB_KEYS`.

Row by row: stopped anywhere, it is started again and goes on with what is left. Each
write is conditional on the value that was read, so a link that is renewed at the same
moment wins.
"""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import models

from accounts.adapter import MFA_SECRETS
from inboxhub.lib.database import short_write
from inboxhub.lib.fields import (
    CannotOpen,
    EncryptedJSONField,
    KeyRing,
    Sealed,
    key_ring,
)

MFA_NAMES = ("secret", "seed", "migrated_codes")


@dataclass(slots=True)
class Count:
    """What became of the values of one column."""

    column: str
    rotated: int = 0
    current: int = 0
    failed: int = 0


class Command(BaseCommand):
    help = (
        "Seal every stored secret again under the first key of INBOXHUB_KEYS. When it"
        " ends without an error, the older keys can be taken out of the setting."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--json",
            action="store_true",
            help="one JSON object per column",
        )

    def handle(self, *args: object, **options: object) -> None:
        ring = key_ring()
        failed = 0
        for count in (*_rotate_fields(ring), _rotate_second_steps(ring)):
            failed += count.failed
            self.stdout.write(_shown(count, as_json=bool(options["json"])))
        if failed:
            raise CommandError(
                f"{failed} value(s) could not be opened with the keys in INBOXHUB_KEYS."
                " Add the key that they were made with, or link those accounts again.",
            )


def _rotate_fields(ring: KeyRing) -> Iterator[Count]:
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, EncryptedJSONField):
                yield _rotate_field(ring, model, field)


def _rotate_field(
    ring: KeyRing,
    model: type[models.Model],
    field: EncryptedJSONField,
) -> Count:
    count = Count(f"{model._meta.label}.{field.attname}")
    rows = model._default_manager.only("pk", field.attname, *field.bound_to)
    for row in rows.order_by("pk").iterator():
        stored = row.__dict__[field.attname]
        if _is_current(ring, stored):
            count.current += 1
            continue
        bound_to = field.associated_data(row)
        try:
            sealed = Sealed(ring.seal(ring.open(stored, bound_to), bound_to))
        except CannotOpen:
            count.failed += 1
            continue
        same = model._default_manager.filter(pk=row.pk, **{field.attname: stored})
        count.rotated += same.update(**{field.attname: sealed})
    return count


def _rotate_second_steps(ring: KeyRing) -> Count:
    """allauth's secrets for the second step of signing in."""
    count = Count("mfa.Authenticator.data")
    for pk in Authenticator.objects.order_by("pk").values_list("pk", flat=True):
        with short_write():
            row = Authenticator.objects.select_for_update().filter(pk=pk).first()
            try:
                changed = row is not None and _reseal(ring, row)
            except CannotOpen:
                count.failed += 1
                continue
        count.rotated += changed
        count.current += not changed
    return count


def _reseal(ring: KeyRing, row: Authenticator) -> bool:
    data = {
        name: _resealed(ring, value) if name in MFA_NAMES else value
        for name, value in row.data.items()
    }
    if data == row.data:
        return False
    row.data = data
    row.save(update_fields=["data"])
    return True


def _resealed(ring: KeyRing, value: object) -> object:
    if isinstance(value, list):
        return [_resealed(ring, one) for one in value]
    if not isinstance(value, str) or _is_current(ring, value):
        return value
    return ring.seal(ring.open(value, MFA_SECRETS), MFA_SECRETS)


def _is_current(ring: KeyRing, stored: str) -> bool:
    return stored.partition(":")[0] == ring.current


def _shown(count: Count, *, as_json: bool) -> str:
    if as_json:
        return json.dumps(
            {
                "column": count.column,
                "rotated": count.rotated,
                "current": count.current,
                "failed": count.failed,
            },
        )
    return (
        f"{count.column}: {count.rotated} sealed again,"
        f" {count.current} were already, {count.failed} could not be opened"
    )
