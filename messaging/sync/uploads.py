"""The pictures of what is sent: each uploaded once, and anew when its host forgot it."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from inboxhub.lib.database import short_write
from inboxhub.networks.base import Client
from inboxhub.networks.writing import Upload
from messaging.models import Draft, DraftFile
from messaging.sync.lease import Lease


def upload_all(client: Client, lease: Lease, draft: Draft) -> None:
    """Each picture's id is stored before the next one goes. ProviderError passes."""
    _forget_old(client, lease, draft)
    for file in draft.files.filter(remote_id="").order_by("pk"):
        remote_id = client.upload(
            Upload(
                neutral_name(file.mime),
                file.mime,
                bytes(file.data),
                description=file.description,
                sensitive=file.sensitive,
            ),
        )
        with short_write():
            lease.renew()
            _keep(draft, file, remote_id)


def _forget_old(client: Client, lease: Lease, draft: Draft) -> None:
    """Hosts throw away what was uploaded and not sent."""
    if not client.uploads_kept:
        return
    since = timezone.now() - timedelta(seconds=client.uploads_kept)
    old = draft.files.exclude(remote_id="").filter(
        Q(uploaded_at=None) | Q(uploaded_at__lt=since),
    )
    if old.exists():
        with short_write():
            lease.renew()
            old.update(remote_id="", uploaded_at=None)


def neutral_name(mime: str) -> str:
    """What a picture is called outside: file names tell of dates, people and places."""
    kind = mime.removeprefix("image/")
    return f"image.{'jpg' if kind == 'jpeg' else kind}"


def _keep(draft: Draft, file: DraftFile, remote_id: str) -> None:
    # Given back meanwhile, it may have been changed, moved or taken out.
    same = draft.files.filter(
        pk=file.pk,
        remote_id="",
        description=file.description,
        sensitive=file.sensitive,
        draft__state=Draft.State.SENDING,
        draft__account=draft.account_id,
    )
    same.update(remote_id=remote_id, uploaded_at=timezone.now())
