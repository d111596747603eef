"""Encrypted values in the database: AES-GCM under a key ring, bound to their row.

A value that is moved to another row, field or model can not be opened there: the
associated data names them. The key ring is `INBOXHUB_KEYS`, `name:base64` separated by
commas; the first key encrypts, all of them decrypt.
"""

import base64
import binascii
import json
import secrets
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

from inboxhub.lib.logs import remember_secrets

NONCE_BYTES = 12


class CannotOpen(Exception):
    """The stored value was made under a key that is not in the ring, or for another row."""


class KeyRing:
    """The keys of `INBOXHUB_KEYS`, in order."""

    def __init__(self, text: str) -> None:
        self.keys: dict[str, AESGCM] = {}
        for entry in filter(None, (part.strip() for part in text.split(","))):
            name, _, encoded = entry.partition(":")
            try:
                self.keys[name] = AESGCM(base64.b64decode(encoded, validate=True))
            except (binascii.Error, ValueError):
                raise ImproperlyConfigured(
                    f"INBOXHUB_KEYS: the key named {name!r} is not 32 bytes in base64",
                ) from None
        if not self.keys:
            raise ImproperlyConfigured("INBOXHUB_KEYS holds no key")
        self.current = next(iter(self.keys))

    def seal(self, plain: bytes, bound_to: str) -> str:
        """`key name:base64(nonce + ciphertext)`, openable only with the same `bound_to`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self.keys[self.current].encrypt(nonce, plain, bound_to.encode())
        return f"{self.current}:{base64.b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, bound_to: str) -> bytes:
        name, _, encoded = sealed.partition(":")
        if name not in self.keys:
            raise CannotOpen(f"the key {name!r} is not in INBOXHUB_KEYS")
        try:
            raw = base64.b64decode(encoded, validate=True)
            nonce, body = raw[:NONCE_BYTES], raw[NONCE_BYTES:]
            return self.keys[name].decrypt(nonce, body, bound_to.encode())
        except (InvalidTag, ValueError):
            raise CannotOpen("the stored value does not belong to this row") from None


def key_ring() -> KeyRing:
    """The ring of the settings as they are now."""
    return KeyRing(settings.INBOXHUB_KEYS)


class Sealed(str):
    """A value as it is stored, not opened yet."""

    __slots__ = ()


if TYPE_CHECKING:
    Text = models.TextField[dict[str, str], dict[str, str]]
else:
    Text = models.TextField


class EncryptedJSONField(Text):
    """A small JSON object that is opened when it is read, never in a query or a dump.

    `bound_to` names the fields that make the row's natural key: they are known before
    the insert and never change.
    """

    def __init__(self, *, bound_to: Sequence[str] = (), **options: object) -> None:
        self.bound_to = tuple(bound_to)
        options.setdefault("default", dict)
        super().__init__(**options)  # type: ignore[arg-type]

    def deconstruct(self) -> tuple[str, str, Sequence[object], dict[str, object]]:
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "bound_to": self.bound_to}

    def contribute_to_class(
        self,
        cls: type[models.Model],
        name: str,
        private_only: bool = False,
    ) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, name, _Opener(self))

    def from_db_value(self, value: str, *_: object) -> Sealed:
        return Sealed(value)

    def pre_save(self, instance: models.Model, add: bool) -> str:
        value = instance.__dict__[self.attname]
        return value if isinstance(value, Sealed) else self.sealed(instance, value)

    def associated_data(self, instance: models.Model) -> str:
        key = [str(getattr(instance, name)) for name in self.bound_to]
        return json.dumps([instance._meta.label, self.attname, *key])

    def sealed(self, instance: models.Model, value: Mapping[str, object]) -> Sealed:
        plain = json.dumps(value).encode()
        return Sealed(key_ring().seal(plain, self.associated_data(instance)))


class _Opener:
    """The attribute: opens a stored value on the first read and keeps it."""

    def __init__(self, field: EncryptedJSONField) -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: object) -> object:
        if instance is None:
            return self
        value = instance.__dict__[self.field.attname]
        if isinstance(value, Sealed):
            plain = key_ring().open(value, self.field.associated_data(instance))
            value = json.loads(plain)
            instance.__dict__[self.field.attname] = value
        remember_secrets(value)
        return value

    def __set__(self, instance: models.Model, value: object) -> None:
        instance.__dict__[self.field.attname] = value
