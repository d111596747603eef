"""The form to write with, as pages show it: as whom, to whom, what is in the way."""

import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from uuid import uuid4

from django.contrib.auth.models import User
from django.core import signing
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account
from inboxhub.networks.base import NEW, RemoteAuthor, Writing
from messaging import drafts, wording
from messaging.models import (
    Author,
    Draft,
    DraftFile,
    Message,
    Operation,
    OperationItem,
)

LOOKED_UP = 24 * 60 * 60  # seconds that a found person can be chosen
GONE = (Account.Status.UNLINKED, Account.Status.ERASING)
TALKS = ("messages", "mentions")

State = OperationItem.State


@dataclass(frozen=True, slots=True)
class Composer:
    """A draft with what its network takes; `draft` may not be stored yet."""

    draft: Draft
    able: Writing
    people: Sequence[Author | RemoteAuthor]
    """Whom an answer goes to anyway, as far as we know them."""
    others: int
    """How many more than the first of those, some of whom nobody here may know."""
    visibilities: tuple[str, ...]
    files: Sequence[DraftFile]
    problems: Sequence[str]
    failed: str
    """Why the last try failed; empty without one."""
    blocked: str
    """Why nothing could be sent now, whatever was typed."""
    answered: bool
    """The person answered that message already, here or elsewhere."""
    unnamed: bool
    """A picture has no description, which was asked for."""
    found: Sequence[tuple[RemoteAuthor, str]] = ()
    """People who were looked up, each signed."""
    asked: str = ""
    find_problem: str = ""
    asks: bool = False
    """The person is asked whether it shall really be thrown away."""
    ticket: str = field(default_factory=lambda: str(uuid4()))
    """Of this form: what it sends is sent once, however often it comes."""

    @property
    def url(self) -> str:
        if self.draft.is_answer:
            return reverse("messaging:reply", args=[self.draft.answers_id])
        return f"{reverse('messaging:compose')}?account={self.draft.account_id}"

    @property
    def key(self) -> str:
        """Apart from other forms of the same page."""
        if self.draft.is_answer:
            return f"answer-{self.draft.answers_id}"
        return f"new-{self.draft.account_id}"

    @property
    def visibility(self) -> str:
        """What is chosen; by default the same as the answered, or the narrowest.

        The narrowest, too, where the answered is for its author's followers.
        """
        if self.draft.visibility:
            return self.draft.visibility
        if preset := drafts.narrowed(self.draft):
            return preset
        answers = self.draft.answers
        if answers is not None:
            return answers.visibility or ("chat" if answers.source == "chat" else "")
        return self.visibilities[0] if self.visibilities else ""

    @property
    def shown(self) -> str:
        """As whom and to whom, as the person sees it."""
        return digest(self.draft)

    @property
    def recipients(self) -> tuple[RemoteAuthor, ...]:
        return drafts.people(self.draft)

    @property
    def left(self) -> int:
        """Characters that the host still takes."""
        return self.able.max_text - len(self.draft.text)

    @property
    def room(self) -> bool:
        """Whether one more person can be chosen."""
        return len(self.draft.recipients) < self.able.people

    @property
    def accept(self) -> str:
        """The kinds of files for the browser's own dialog."""
        return ",".join(self.able.mimes) or "image/*"


@dataclass(frozen=True, slots=True)
class Sending:
    """A draft that is on its way, or what became of it."""

    operation: Operation
    draft: Draft | None
    state: str
    """`waiting`, `running`, `held`, `unknown`, `sent` or `given-up`."""
    seconds: int
    """How long it can still be undone."""
    why: str
    unreached: Sequence[str]
    message: Message | None
    account: Account

    @property
    def moves(self) -> bool:
        return self.state in ("waiting", "running", "held", "unknown")

    @property
    def trigger(self) -> str:
        """When the page looks again: buttons must not change under a click."""
        match self.state:
            case "waiting":
                return f"load delay:{self.seconds}s"
            case "running":
                return "load delay:1s"
            case _:
                return "load delay:5s"


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands below a conversation: a form, what is on its way, or a button."""

    conversation_id: int
    account: Account
    message: Message | None
    """What the button answers."""
    why_not: str
    composer: Composer | None
    under_way: Sequence[Sending]


def composer_of(
    draft: Draft,
    *,
    people: Sequence[Author] = (),
    others: int = 0,
    check: bool = False,
) -> Composer:
    """`check`: say what is in the way, as after a click on the button that sends.

    `others` are those besides `people`.
    """
    told = draft.answers.extra.get("addressed", 0) if draft.answers else 0
    account, able = draft.account, drafts.writing_of(draft)
    codes = drafts.problems(draft) if check and draft.pk else []
    files = list(draft.files.defer("data").order_by("pk")) if draft.pk else []
    return Composer(
        draft=draft,
        able=able,
        people=people,
        others=max(len(people) + others - 1, told),
        visibilities=drafts.visibilities(draft),
        files=files,
        problems=[wording.in_the_way(code, account, able) for code in codes],
        failed=wording.not_sent(draft.error, account, able) if draft.error else "",
        blocked=_blocked(draft, able),
        answered=draft.answers is not None and _answered(draft.answers),
        unnamed=check and unnamed(draft, files),
    )


def unnamed(draft: Draft, files: Iterable[DraftFile]) -> bool:
    """Whether a picture lacks the description that its network would show."""
    described = drafts.writing_of(draft).described
    return described and any(not file.description.strip() for file in files)


def _blocked(draft: Draft, able: Writing) -> str:
    status = draft.account.status
    code = able.reason
    if status in GONE:
        code = "unlinked"
    elif status == Account.Status.SIGN_IN_NEEDED:
        code = "sign-in-needed"
    elif draft.is_answer and (draft.answers is None or draft.answers.gone_at):
        code = "answered-is-gone"
    return wording.in_the_way(code, draft.account, able) if code else ""


def _answered(message: Message) -> bool:
    if message.remote_state == Message.RemoteState.REPLIED:
        return True
    own = Message.objects.filter(conversation=message.conversation_id, outgoing=True)
    return own.filter(reply_to_remote_id=message.remote_id, gone_at=None).exists()


def answer_of(
    messages: Sequence[Message],
    account: Account,
    conversation_id: int,
    *,
    people: Sequence[Author],
    others: int,
    reply: Message | None = None,
    check: bool = False,
) -> Answer:
    """Below the newest messages; `reply` is the one that the person wants to answer."""
    kept = list(_kept(account.owner_id, conversation_id))
    editing = [one for one in kept if one.state == Draft.State.EDITING]
    draft = _chosen(editing, account, reply)
    message, why_not = _answerable(messages, account)
    composer = None
    if draft is not None:
        composer = composer_of(draft, people=people, others=others, check=check)
    return Answer(
        conversation_id=conversation_id,
        account=account,
        message=message,
        why_not=why_not,
        composer=composer,
        under_way=[
            sending_of(one.operation, one)
            for one in kept
            if one.state == Draft.State.SENDING and one.operation is not None
        ],
    )


def _kept(owner_id: int, conversation_id: int) -> QuerySet[Draft]:
    """The drafts that answer the conversation's messages, the newest in front."""
    rows = Draft.objects.filter(
        owner=owner_id,
        answers__conversation=conversation_id,
    )
    joined = rows.select_related("account", "answers__conversation", "operation")
    return joined.order_by("-changed_at", "-pk")


def _chosen(
    editing: Sequence[Draft], account: Account, reply: Message | None
) -> Draft | None:
    """The draft of what is to be answered; without a wish, the one changed last."""
    if reply is None:
        return editing[0] if editing else None
    for draft in editing:
        if draft.answers_id == reply.pk:
            return draft
    return drafts.blank(account.owner, account, reply)


def _answerable(
    messages: Sequence[Message], account: Account
) -> tuple[Message | None, str]:
    """The newest one that can be answered, another person's first; or why there is none.

    Nothing is said of what nobody answers, as a notice.
    """
    talk = [message for message in messages if message.box in TALKS][::-1]
    if not talk:
        return None, ""
    if account.status in GONE:
        return None, wording.not_possible("unlinked", wording.server_name(account))
    able, reason = account.able, ""
    for message in sorted(talk, key=lambda one: one.outgoing):
        written = able.written(message.source)
        if not written.reason and message.gone_at is None:
            return message, ""
        reason = reason or written.reason or "already-gone"
    return None, wording.not_possible(reason, wording.server_name(account))


def sending_of(operation: Operation, draft: Draft | None) -> Sending:
    """How far it is, from the rows alone."""
    items = operation.items.select_related("account", "message")
    # It goes with its account.
    item = get_object_or_404(items)
    left = 0.0
    if operation.not_before:
        left = (operation.not_before - timezone.now()).total_seconds()
    told = item.before.get("unreached")
    host = wording.server_name(item.account)
    return Sending(
        operation=operation,
        draft=draft,
        state=_state(operation, item),
        seconds=max(0, math.ceil(left)),
        why=wording.item_problem(item.error, host) if item.error else "",
        unreached=told if isinstance(told, list) else [],
        message=item.message,
        account=item.account,
    )


def _state(operation: Operation, item: OperationItem) -> str:
    match item.state:
        case State.DONE:
            return "sent"
        case State.SKIPPED | State.FAILED:
            return "given-up"
        case State.UNKNOWN if drafts.undecided(operation):
            return "unknown"
    if operation.state == Operation.State.WAITING:
        return "waiting"
    held = item.state == State.PENDING and bool(item.error)
    return "held" if held else "running"


def writers(user: User) -> list[Account]:
    """The accounts that a new message can be written with."""
    linked = Account.objects.of(user).linked()
    return [one for one in linked if not one.able.written(NEW).reason]


def kept_drafts(user: User) -> QuerySet[Draft]:
    """All that is written and not sent, the newest in front."""
    rows = Draft.objects.of(user).filter(state=Draft.State.EDITING)
    something = rows.filter(~Q(text="") | ~Q(files=None)).distinct()
    joined = something.select_related("account", "answers__author")
    return joined.order_by("-changed_at", "-pk")


def digest(draft: Draft) -> str:
    """As whom and to whom it goes: what a form shows must still be so when it comes."""
    to = [person.remote_id for person in drafts.people(draft)]
    told = json.dumps([draft.account_id, *to])
    return hashlib.sha256(told.encode()).hexdigest()


def signed(account: Account, person: RemoteAuthor) -> str:
    """A person as a button holds them: only who was found can be chosen."""
    return signing.dumps(asdict(person), salt=_salt(account), compress=True)


def unsigned(account: Account, text: str) -> RemoteAuthor | None:
    try:
        found = signing.loads(text, salt=_salt(account), max_age=LOOKED_UP)
    except signing.BadSignature:
        return None
    return RemoteAuthor(**found)


def _salt(account: Account) -> str:
    return f"recipient of {account.pk}"
