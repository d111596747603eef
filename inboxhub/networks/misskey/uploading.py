"""Pictures that go along: into the account's drive first, from there by their ids."""

import re

from inboxhub.lib.http import FilePart
from inboxhub.networks.errors import NotSupported, PermanentError, TemporaryError
from inboxhub.networks.misskey.ids import is_id
from inboxhub.networks.misskey.session import Session
from inboxhub.networks.misskey.writable import MIMES
from inboxhub.networks.values import line_of, mapping_of
from inboxhub.networks.writing import Upload

LONGEST_NAME = 200
# Misskey: names with these are refused.
NO_NAME = re.compile(r"[\\/]|\.\.")


def upload(session: Session, file: Upload) -> str:
    """The id in the drive. Misskey API: `drive/files/create`, multipart, all texts.

    `force` keeps the host from giving out an older file of the same bytes, which may
    have another description.
    """
    if "write:drive" in session.facts.missing:
        raise NotSupported("the token takes no pictures", code="no-permission-drive")
    if file.mime not in MIMES:
        raise PermanentError("the server gets pictures only", code="file-type")
    name = _name(file.name)
    parameters = {
        "name": name,
        "isSensitive": "true" if file.sensitive else "false",
        "force": "true",
    }
    if file.description:
        parameters["comment"] = file.description
    answer = session.line.call(
        "drive/files/create",
        parameters,
        patient=False,
        file=FilePart(name, file.mime, file.data),
    )
    identifier = mapping_of(answer).get("id")
    if not is_id(identifier):
        raise TemporaryError("the server did not say where it is", code="not-json")
    return identifier


def _name(given: str) -> str:
    name = NO_NAME.sub("_", line_of(given, LONGEST_NAME)).strip()
    return name or "picture"
