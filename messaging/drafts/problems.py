"""What is in the way of sending a draft."""

from django.db.models.functions import Length

from accounts.models import Account
from inboxhub.networks.capabilities import Writing
from messaging.drafts.length import most, used
from messaging.drafts.offered import visibilities, writing_of
from messaging.models import Draft


class Refused(Exception):
    """It was not done. `code` says why, see `problems`."""

    def __init__(self, code: str) -> None:
        super().__init__(f"refused: {code}")
        self.code = code


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
        "too-long": 0 < most(draft) < used(draft),
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
