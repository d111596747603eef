"""What a person types, kept as a draft; one that is on its way is changed no more."""

import uuid
from collections.abc import Iterable
from dataclasses import asdict

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.clients import client_for
from accounts.models import Account
from inboxhub.lib import pictures
from inboxhub.lib.database import short_write
from inboxhub.networks.base import RemoteAuthor
from messaging.drafts.offered import writing_of
from messaging.drafts.problems import Refused, unfit
from messaging.models import Draft, DraftFile, Message

LONGEST_NAME = 255


def open_draft(user: User, account: Account, answers: Message | None) -> Draft:
    """The draft that is being edited, or a new one.

    An answer starts with the title and the warning that the network wants for it. When
    `answers` is another account's, that is one of the draft's problems.
    """
    editing = Draft.objects.of(user).filter(state=Draft.State.EDITING)
    with short_write():
        if answers is None:
            mine = editing.filter(account=account, is_answer=False)
            found = mine.order_by("-changed_at", "-pk").first()
            return found or Draft.objects.create(owner=user, account=account)
        begun = blank(user, account, answers)
        draft, _made = editing.get_or_create(
            owner=user,
            answers=answers,
            defaults={
                "state": begun.state,
                "account": account,
                "is_answer": True,
                "title": begun.title,
                "content_warning": begun.content_warning,
            },
        )
    return draft


def blank(user: User, account: Account, answers: Message | None) -> Draft:
    """What a draft begins as, not stored yet."""
    if answers is None:
        return Draft(owner=user, account=account)
    able = account.able.written(answers.source)
    return Draft(
        owner=user,
        account=account,
        answers=answers,
        is_answer=True,
        title=_title_of_answer(answers) if able.title else "",
        content_warning=answers.content_warning if able.content_warning else "",
    )


def kept(user: User) -> QuerySet[Draft]:
    """All that is written and not sent, the newest in front."""
    rows = Draft.objects.of(user).filter(state=Draft.State.EDITING)
    something = rows.filter(~Q(text="") | ~Q(files=None)).distinct()
    joined = something.select_related("account", "answers__author")
    return joined.order_by("-changed_at", "-pk")


def save(
    draft: Draft,
    *,
    text: str,
    title: str,
    content_warning: str,
    visibility: str,
    recipients: Iterable[RemoteAuthor],
    account: Account | None = None,
) -> Draft:
    """Keep what was typed. One that is on its way, or was sent, stays as it is.

    `account`: sent as this one instead, with pictures that are uploaded anew.
    """
    values: dict[str, object] = {
        "text": text,
        "title": title,
        "content_warning": content_warning,
        "visibility": visibility,
        "recipients": [asdict(person) for person in recipients],
        "account_id": draft.account_id if account is None else account.pk,
    }
    with short_write():
        row = _editing(draft)
        if row is None or all(getattr(row, key) == values[key] for key in values):
            return row or draft
        if row.account_id != values["account_id"]:
            row.files.update(remote_id="")
        _change(row, **values)
    return row


def made_new(draft: Draft) -> Draft:
    """An answer whose message is erased, as a new message: the person has seen it so."""
    rows = Draft.objects.filter(pk=draft.pk, answers=None)
    rows.filter(state=Draft.State.EDITING).update(is_answer=False, visibility="")
    draft.refresh_from_db(fields=["is_answer", "visibility"])
    return draft


def attach(
    draft: Draft,
    *,
    name: str,
    data: bytes,
    description: str,
    sensitive: bool,
) -> DraftFile:
    """One more picture, without what it says about place and camera.

    Refused: sending, no-pictures, too-many-files, file-too-large, not-a-picture,
    file-type, busy.
    """
    able = writing_of(draft)
    # Before the costly look at its pixels.
    if code := unfit(able, draft.files.count() + 1, len(data), None):
        raise Refused(code)
    kind, bare = _bare(data)
    with short_write():
        row = _editing(draft)
        if row is None:
            raise Refused("sending")
        if code := unfit(able, row.files.count() + 1, len(bare), kind):
            raise Refused(code)
        _change(row)
        return row.files.create(
            name=name[-LONGEST_NAME:],
            mime=kind,
            data=bare,
            description=description,
            sensitive=sensitive,
        )


def detach(draft: Draft, file_id: int) -> None:
    """Without this picture; one that is not there is fine."""
    with short_write():
        row = _editing(draft)
        if row is not None and row.files.filter(pk=file_id).delete()[0]:
            _change(row)


def describe(draft: Draft, file_id: int, description: str, sensitive: bool) -> None:
    """Another alternative text for the picture, which is uploaded anew with it."""
    with short_write():
        row = _editing(draft)
        files = DraftFile.objects.filter(draft=row, pk=file_id)
        same = files.filter(description=description, sensitive=sensitive)
        if row is None or same.exists():
            return
        if files.update(description=description, sensitive=sensitive, remote_id=""):
            _change(row)


def find_people(account: Account, text: str) -> tuple[RemoteAuthor, ...]:
    """Whom the account could write to. Asks its network: ProviderError passes."""
    return client_for(account).find_people(text)


def _editing(draft: Draft) -> Draft | None:
    """The row, held for a change; None when it is on its way or gone."""
    rows = Draft.objects.select_for_update().filter(pk=draft.pk)
    return rows.filter(state=Draft.State.EDITING).first()


def _change(row: Draft, **values: object) -> None:
    """Something else would be sent now: no earlier try counts for it."""
    for name, value in values.items():
        setattr(row, name, value)
    if row.operation_id is not None:
        row.key = uuid.uuid4()
    row.started_at, row.known = None, []
    row.error, row.changed_at = "", timezone.now()
    row.save()


def _title_of_answer(answers: Message) -> str:
    """`Re:` once, however often it was answered."""
    known = answers.title.strip()
    if known.lower().startswith(("re:", "re：")):
        return known
    return f"Re: {known}".strip()


def _bare(data: bytes) -> tuple[str, bytes]:
    """The type of a picture and its bytes without metadata."""
    try:
        kind, bare = pictures.made_bare(data)
    except pictures.NotAPicture:
        raise Refused("not-a-picture") from None
    except pictures.Busy:
        raise Refused("busy") from None
    return f"image/{kind}", bare
