"""Pictures go along once, with their texts, whatever happens on the way."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone
from PIL import ExifTags, Image

from inboxhub.networks.base import Client
from inboxhub.networks.errors import PermanentError, TemporaryError
from inboxhub.networks.writing import Upload
from messaging import drafts, running
from messaging.models import Draft, DraftFile
from messaging.sync import engine
from tests.messaging.letters import Letters, later, settle
from tests.messaging.sending.mishaps import TEXT, Killed, dying, raising, sent

pytestmark = pytest.mark.django_db


def with_pictures(post: Letters, number: int) -> Draft:
    draft = post.answer(TEXT)
    for place in range(number):
        file = io.BytesIO()
        Image.new("RGB", (8, 8), (place, 0, 0)).save(file, "PNG")
        data, text = file.getvalue(), f"No. {place}"
        drafts.attach(draft, name="a.png", data=data, description=text, sensitive=False)
    return draft


def test_pictures_go_along_with_their_texts_in_their_order(gallery: Letters) -> None:
    message = sent(settle(drafts.send(with_pictures(gallery, 2))))
    shown = [attachment["description"] for attachment in message.attachments]
    assert shown == ["No. 0", "No. 1"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_process_that_is_killed_at_an_upload_sends_all_pictures_once(
    gallery: Letters, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    monkeypatch.setattr(gallery.client, "upload", dying(when)(gallery.client.upload))
    operation = drafts.send(with_pictures(gallery, 2))
    with pytest.raises(Killed):
        settle(operation)
    message = sent(settle(operation))
    assert (len(message.attachments), gallery.arrived(TEXT)) == (2, 1)


def test_pause_while_pictures_go_up_holds_the_message_back(
    gallery: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, operation = gallery.client.upload, drafts.send(with_pictures(gallery, 1))

    def paused(client: Client, upload: Upload) -> str:
        assert running.pause(operation)
        return real(client, upload)

    with monkeypatch.context() as pausing:
        pausing.setattr(gallery.client, "upload", paused)
        later()
        engine.drain()
    assert (operation.state, gallery.arrived(TEXT)) == ("paused", 0)
    assert running.resume(operation)
    assert len(sent(settle(operation)).attachments) == 1
    assert gallery.arrived(TEXT) == 1


def test_answer_with_a_picture_that_is_lost_is_found_again(gallery: Letters) -> None:
    gallery.fault("lost", times=1)
    message = sent(settle(drafts.send(with_pictures(gallery, 1))))
    assert (len(message.attachments), gallery.arrived(TEXT)) == (1, 1)


def test_picture_is_uploaded_anew_after_a_refusal(
    gallery: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = raising(PermanentError("no", code="refused"))(gallery.client.send)
    monkeypatch.setattr(gallery.client, "send", refused)
    draft = with_pictures(gallery, 1)
    settle(drafts.send(draft))
    assert draft.files.get().remote_id == ""
    message = sent(settle(drafts.send(draft)))
    assert len(message.attachments) == 1


@pytest.fixture
def uploads(gallery: Letters, monkeypatch: pytest.MonkeyPatch) -> list[Upload]:
    """What the host was given."""
    real, given = gallery.client.upload, list[Upload]()

    def watched(client: Client, file: Upload) -> str:
        given.append(file)
        return real(client, file)

    monkeypatch.setattr(gallery.client, "upload", watched)
    return given


def test_picture_leaves_without_its_name_and_its_place(
    gallery: Letters, uploads: list[Upload]
) -> None:
    told, file = Image.Exif(), io.BytesIO()
    told[ExifTags.Base.Make] = "my old camera"
    told.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSDateStamp] = "2026:11:21"
    Image.new("RGB", (8, 8)).save(file, "JPEG", exif=told)
    assert b"2026:11:21" in file.getvalue()
    draft = gallery.answer(TEXT)
    drafts.attach(
        draft,
        name="grandma at home.jpeg",
        data=file.getvalue(),
        description="",
        sensitive=False,
    )
    sent(settle(drafts.send(draft)))
    (picture,) = uploads
    assert (picture.name, picture.mime) == ("image.jpg", "image/jpeg")
    assert b"2026:11:21" not in picture.data
    assert b"my old camera" not in picture.data


@pytest.mark.parametrize(("hours", "again"), [(13, True), (1, False)])
def test_picture_that_waited_for_long_is_uploaded_again_where_hosts_forget(
    gallery: Letters,
    uploads: list[Upload],
    monkeypatch: pytest.MonkeyPatch,
    hours: int,
    again: bool,
) -> None:
    away = raising(TemporaryError("away", code="host-unreachable"))
    monkeypatch.setattr(gallery.client, "send", away(gallery.client.send))
    operation = settle(drafts.send(with_pictures(gallery, 1)), rounds=1)
    assert len(uploads) == 1
    then = timezone.now() - timedelta(hours=hours)
    DraftFile.objects.update(uploaded_at=then)
    message = sent(settle(operation))
    assert len(message.attachments) == 1
    forgets = gallery.account.provider == "mastodon"
    assert len(uploads) == (2 if again and forgets else 1)
