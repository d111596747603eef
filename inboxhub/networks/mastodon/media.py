"""Pictures to send along. Mastodon API: `POST /api/v2/media`, before 3.1.3 `v1`."""

from inboxhub.lib.http import FilePart
from inboxhub.networks.errors import NotFound, NotSupported, TemporaryError
from inboxhub.networks.mastodon.call import Answer, Form, Refused
from inboxhub.networks.mastodon.ids import id_of
from inboxhub.networks.mastodon.limits import MEDIA
from inboxhub.networks.mastodon.session import Session
from inboxhub.networks.values import mapping_of
from inboxhub.networks.writing import Upload

# Hosts mark whole statuses as sensitive, so the id of a stored picture remembers it.
SENSITIVE = "sensitive:"
ACCEPTED, READY = 202, 200
# Seconds before each look at a picture that the host still works on.
LOOKS = (0.5, 1.0, 2.0, 3.0, 5.0)


def upload(session: Session, file: Upload) -> str:
    """The id of the stored picture, once the host is done with it.

    TemporaryError with the code `PROCESSING` when it takes too long.
    """
    fields = {"description": file.description} if file.description else {}
    form = Form(FilePart(file.name[:100] or "picture", file.mime, file.data), fields)
    try:
        answer = _stored(session, form)
        identifier = id_of(mapping_of(answer.value).get("id"))
        if identifier and answer.status == ACCEPTED:
            _await(session, identifier)
    except Refused as error:
        raise session.line.worded(error) from error
    if not identifier:
        text = f"{session.line.host} gave no readable answer"
        raise TemporaryError(text, code="not-json")
    return f"{SENSITIVE}{identifier}" if file.sensitive else identifier


def stored_id(file_id: str) -> str:
    """The host's own id in one of `upload`."""
    return file_id.removeprefix(SENSITIVE)


def is_sensitive(file_id: str) -> bool:
    return file_id.startswith(SENSITIVE)


def _stored(session: Session, form: Form) -> Answer:
    try:
        return session.line.call("POST", "/api/v2/media", form, kind=MEDIA)
    except (NotFound, NotSupported):
        pass
    try:
        return session.line.call("POST", "/api/v1/media", form, kind=MEDIA)
    except (NotFound, NotSupported) as error:
        text = f"{session.line.host} takes no pictures"
        raise NotSupported(text, code="no-pictures") from error


def _await(session: Session, identifier: str) -> None:
    """Mastodon API: `GET /api/v1/media/:id`, 206 until it is ready."""
    for seconds in LOOKS:
        session.line.budgets.pause(seconds)
        if session.line.get(f"/api/v1/media/{identifier}").status == READY:
            return
    text = f"{session.line.host} is still at work on the picture"
    raise TemporaryError(text, retry_after=60.0, code="PROCESSING")
