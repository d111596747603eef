"""What the network takes of a draft, and what is in the way of sending it."""

from django.db.models.functions import Length

from accounts.models import Account
from inboxhub.networks.base import NEW, RemoteAuthor, Writing
from messaging.models import Draft

FOLLOWERS = ("private", "followers")
"""How Mastodon and Misskey call what the followers of its author see."""


class Refused(Exception):
    """It was not done. `code` says why, see `problems`."""

    def __init__(self, code: str) -> None:
        super().__init__(f"refused: {code}")
        self.code = code


def writing_of(draft: Draft) -> Writing:
    """What the network takes for such a draft."""
    source = draft.answers.source if draft.answers else NEW
    return draft.account.able.written(source)


def visibilities(draft: Draft) -> tuple[str, ...]:
    """Those to choose from, the narrowest first: never wider than what is answered."""
    offered = writing_of(draft).visibilities
    if not draft.is_answer:
        return offered
    answered = draft.answers.visibility if draft.answers else ""
    widest = offered.index(answered) if answered in offered else -1
    return offered[: widest + 1]


def narrowed(draft: Draft) -> str:
    """The narrowest, where somebody else's words to their followers are answered.

    Empty otherwise. Whoever follows the one who answers are other people.
    """
    answers, offered = draft.answers, visibilities(draft)
    if answers is None or answers.outgoing or not offered:
        return ""
    return offered[0] if answers.visibility in FOLLOWERS else ""


def people(draft: Draft) -> tuple[RemoteAuthor, ...]:
    """The recipients as they were chosen."""
    return tuple(RemoteAuthor(**person) for person in draft.recipients)


def problems(draft: Draft) -> list[str]:
    """The codes of all that is in the way of sending it; none: it can be sent.

    unlinked, sign-in-needed, answered-is-gone, other-account, the network's own reason
    (not-offered, no-permission-write …), empty, too-long, no-title, no-recipient,
    too-many-people, visibility, no-warning, no-pictures, too-many-files,
    file-too-large, file-type.
    """
    found = _problems_of_account(draft.account) + _problems_of_answer(draft)
    if found:
        return found
    able = writing_of(draft)
    if able.reason:
        return [able.reason]
    return [
        *_problems_of_words(draft, able),
        *_problems_of_people(draft, able),
        *_problems_of_files(draft, able),
    ]


def _problems_of_account(account: Account) -> list[str]:
    match account.status:
        case Account.Status.UNLINKED | Account.Status.ERASING:
            return ["unlinked"]
        case Account.Status.SIGN_IN_NEEDED:
            return ["sign-in-needed"]
        case _:
            return []


def _problems_of_answer(draft: Draft) -> list[str]:
    if not draft.is_answer:
        return []
    if draft.answers is None or draft.answers.gone_at is not None:
        return ["answered-is-gone"]
    if draft.answers.account_id != draft.account_id:
        return ["other-account"]
    return []


def _problems_of_words(draft: Draft, able: Writing) -> list[str]:
    wrong = {
        "empty": not draft.text.strip() and not (able.files and draft.files.exists()),
        "too-long": 0 < able.max_text < len(draft.text),
        "no-title": able.title and not draft.title.strip(),
        "no-warning": bool(draft.content_warning) and not able.content_warning,
    }
    return [code for code, applies in wrong.items() if applies]


def _problems_of_people(draft: Draft, able: Writing) -> list[str]:
    chosen = len(draft.recipients)
    narrowest = able.visibilities[0] if able.visibilities else ""
    needed = not draft.is_answer and draft.visibility in ("", narrowest)
    most = able.people - 1 if draft.is_answer else able.people
    wrong = {
        "no-recipient": needed and not chosen,
        "too-many-people": chosen > most,
        "visibility": bool(draft.visibility)
        and draft.visibility not in visibilities(draft),
    }
    return [code for code, applies in wrong.items() if applies]


def _problems_of_files(draft: Draft, able: Writing) -> list[str]:
    files = list(draft.files.values_list("mime", Length("data")))
    codes = (unfit(able, len(files), size, mime) for mime, size in files)
    return list(dict.fromkeys(code for code in codes if code))


def unfit(able: Writing, number: int, size: int, mime: str | None) -> str:
    """The code why the network does not take such a picture; empty when it does.

    `mime`: None as long as it is not known.
    """
    if not able.files:
        return "no-pictures"
    if number > able.files:
        return "too-many-files"
    if able.max_bytes and size > able.max_bytes:
        return "file-too-large"
    known = mime is not None and bool(able.mimes)
    return "file-type" if known and mime not in able.mimes else ""
