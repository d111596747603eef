"""The form to write with, as pages show it: as whom, to whom, what is in the way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from django.urls import reverse

from accounts.models import Account
from inboxhub.networks.base import RemoteAuthor
from inboxhub.networks.capabilities import Writing
from inboxhub.networks.length import ADDRESS, NAME
from messaging import drafts, wording
from messaging.models import Author, Draft, DraftFile, Message
from messaging.views.chosen import digest, words_of

GONE = (Account.Status.UNLINKED, Account.Status.ERASING)


@dataclass(frozen=True, slots=True)
class Composer:
    """A draft with what its network takes; `draft` may not be stored yet."""

    draft: Draft
    able: Writing
    to: Sequence[Author]
    """Whom an answer goes to anyway, as far as we know them, its author in front."""
    handles: Sequence[str]
    """Others of whom we know no more than that."""
    others: int
    """How many get it besides the first of them all."""
    sure: bool
    """Nobody else gets it, as far as the host told."""
    room: str
    """The name of the room that an answer goes to, whoever is there."""
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
        return drafts.visibility(self.draft)

    @property
    def shown(self) -> str:
        """As whom and to whom, as the person sees it."""
        return digest(self.draft)

    @property
    def was(self) -> str:
        """The words that the person sees, by their digest."""
        draft = self.draft
        return words_of(draft.text, draft.title, draft.content_warning)

    @property
    def recipients(self) -> tuple[RemoteAuthor, ...]:
        return drafts.people(self.draft)

    @property
    def nameless(self) -> int:
        """How many get it of whom we know nothing else."""
        known = len(self.to) + len(self.handles)
        return max(0, self.others + 1 - max(1, known))

    @property
    def choices(self) -> list[tuple[str, int]]:
        """The visibilities, each with the characters that the host takes then."""
        able = self.able
        return [(one, able.limits.get(one, able.max_text)) for one in self.visibilities]

    @property
    def most(self) -> int:
        """Characters that the host takes; 0 where it does not say."""
        return drafts.most(self.draft)

    @property
    def left(self) -> int:
        """Characters that the host still takes."""
        return self.most - drafts.used(self.draft)

    @property
    def names(self) -> str:
        """Those that are put in front of the text, as the page counts them."""
        return " ".join(drafts.names_in_front(self.draft))

    @property
    def address(self) -> str:
        """What the page takes for an address, where those have a length of their own."""
        return ADDRESS if self.able.per_address else ""

    @property
    def name(self) -> str:
        """What the page takes for a name, where those count without their host."""
        return NAME if self.able.short_names else ""

    @property
    def long_title(self) -> bool:
        """The title is longer than the network is known to take."""
        return 0 < self.able.long_title < len(self.draft.title)

    @property
    def takes_more(self) -> bool:
        """Whether one more person can be chosen."""
        return len(self.draft.recipients) < self.able.people

    @property
    def accept(self) -> str:
        """The kinds of files for the browser's own dialog."""
        return ",".join(self.able.mimes) or "image/*"


def composer_of(
    draft: Draft,
    *,
    people: Sequence[Author] = (),
    check: bool = False,
) -> Composer:
    """`check`: say what is in the way, as after a click on the button that sends.

    `people` are those of the conversation.
    """
    audience, to = drafts.audience(draft), _to(draft, people)
    number = audience.people if audience else 0
    account, able = draft.account, drafts.writing_of(draft)
    codes = drafts.problems(draft) if check and draft.pk else []
    files = list(draft.files.defer("data").order_by("pk")) if draft.pk else []
    return Composer(
        draft=draft,
        able=able,
        to=to,
        handles=_handles(draft, to),
        others=max(0, number - 1),
        sure=drafts.is_sure(draft),
        room=_room(draft),
        visibilities=drafts.visibilities(draft),
        files=files,
        problems=[wording.in_the_way(code, account, able) for code in codes],
        failed=_failed(draft, able),
        blocked=_blocked(draft, able),
        answered=draft.answers is not None and _answered(draft.answers),
        unnamed=check and unnamed(draft, files),
    )


def unnamed(draft: Draft, files: Iterable[DraftFile]) -> bool:
    """Whether a picture lacks the description that its network would show."""
    described = drafts.writing_of(draft).described
    return described and any(not file.description.strip() for file in files)


def _to(draft: Draft, people: Sequence[Author]) -> list[Author]:
    """Those of the people whom the answer goes to, the answered one's author in front."""
    answers, audience = draft.answers, drafts.audience(draft)
    if answers is None or audience is None or not audience.people:
        return []
    asked = [one for one in people if one.pk == answers.author_id]
    if audience.handles:
        known = [one for one in people if one.remote_id in audience.handles]
    else:
        known = list(people[: 0 if asked and not answers.outgoing else 1])
    first = [] if answers.outgoing else asked
    return [*first, *(one for one in known if one not in first)]


def _handles(draft: Draft, to: Sequence[Author]) -> list[str]:
    known, audience = {person.remote_id for person in to}, drafts.audience(draft)
    named = audience.handles.items() if audience else ()
    return [handle for one, handle in named if handle and one not in known]


def _room(draft: Draft) -> str:
    answers = draft.answers
    chat = answers is not None and answers.source == "chat"
    return answers.conversation.title if answers is not None and chat else ""


def _failed(draft: Draft, able: Writing) -> str:
    """Why the last try failed."""
    match draft.error:
        case "":
            return ""
        case drafts.CHANGED:
            shown = drafts.opened(draft.shown)
            return wording.audience_changed(shown, drafts.audience(draft))
        case code:
            return wording.not_sent(code, draft.account, able)


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
