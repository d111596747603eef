"""What mixi's documents leave open, as switches in one place; each can be either way."""

import dataclasses
import json
from dataclasses import dataclass
from typing import Literal, get_args, get_type_hints

EXPIRES_IN = ("number", "text", "absent")


@dataclass(slots=True)
class Silences:
    """One possible mixi. The defaults are what seems likeliest, not what is known."""

    # --- tokens -----------------------------------------------------------------------
    # What refreshing does to the refresh token: a new one and the old is dead, a new
    # one and the old lives on, the same again, or none in the answer.
    rotation: Literal["rotate", "grace", "keep", "absent"] = "rotate"
    refreshing_ends_access: bool = False
    scheme_told: Literal["Bearer", "bearer", ""] = "Bearer"  # "": the old method
    access_seconds: int = 900
    # "number", "text" (digits in a string), "absent", or JSON that is told as it stands
    expires_in: str = "number"
    scope_told: bool = True
    withheld: str = ""  # scopes, with spaces, that nobody is granted
    code_seconds: int = 180
    refresh_seconds_always: int = 90 * 86_400
    refresh_seconds_once: int = 6 * 3_600
    redirect_parameter: Literal["checked", "ignored", "refused"] = "checked"
    new_code_ends_old_tokens: bool = False  # of the same person
    basic: bool = False  # client credentials by HTTP Basic
    invalid_client_status: int = 401
    reused_code_ends_tokens: bool = True  # RFC 6749 section 4.1.2: SHOULD
    # --- the header and body of a 401 -------------------------------------------------
    challenge: Literal["old", "rfc", "none"] = "old"
    challenge_body: Literal["json", "empty", "html"] = "json"
    # --- reading ----------------------------------------------------------------------
    order: Literal["newest", "oldest", "none"] = "newest"
    max_count: int = 100
    over_count: Literal["clamp", "refuse"] = "clamp"
    paging_told: bool = True
    single_shape: Literal["list", "object"] = "list"
    single_unknown: Literal["not_found", "empty"] = "not_found"
    single_marks_read: bool = False
    since_inclusive: bool = False
    since_sees_changes: bool = False
    unknown_field: Literal["ignore", "refuse"] = "ignore"
    empty_person: Literal["absent", "empty"] = "absent"
    notice_scopes: Literal["one", "both"] = "one"  # the scope of the verb, or r and w
    # --- writing ----------------------------------------------------------------------
    friends_only: bool = True
    reply_to_strangers: bool = True
    unknown_recipient: Literal["not_found", "access_denied", "invalid_request"] = (
        "not_found"
    )
    empty_title: Literal["refuse", "accept"] = "refuse"
    empty_body: Literal["refuse", "accept"] = "accept"
    longest_title: int = 0  # characters; 0 is no limit
    longest_body: int = 0
    shared_ids: bool = False  # one id for the copies in outbox and inbox
    same_status: Literal["succeed", "conflict"] = "succeed"
    notice_replied: Literal["status_conflicted", "invalid_request"] = (
        "status_conflicted"
    )
    max_ids: int = 100  # 0 is no limit
    too_many_ids_status: int = 400
    # A bulk delete with an unknown id: refused and nothing deleted, refused and the
    # others deleted, or as if all were well.
    unknown_id: Literal["nothing", "partial", "success"] = "nothing"
    empty_ids: Literal["refuse", "nothing", "everything"] = "refuse"
    # --- the HTTP numbers of the named errors -----------------------------------------
    access_denied_status: int = 403
    not_found_status: int = 404
    status_conflicted_status: int = 409
    invalid_request_status: int = 400
    # --- limits -----------------------------------------------------------------------
    calls_per_minute: int = 0  # 0 lets everything pass
    limit_per: Literal["user", "client"] = "user"
    retry_after: Literal["none", "seconds", "date"] = "none"
    limit_body: Literal["html", "json", "empty"] = "html"

    def change(self, **switches: object) -> None:
        """Set switches by name; ValueError for what does not exist or fit."""
        for name, value in switches.items():
            _check(name, value)
        for name, value in switches.items():
            setattr(self, name, value)

    def status_of(self, error: str) -> int:
        """Return the HTTP number of an error by its name."""
        statuses = {
            "access_denied": self.access_denied_status,
            "not_found": self.not_found_status,
            "status_conflicted": self.status_conflicted_status,
        }
        return statuses.get(error, self.invalid_request_status)


_TYPES = get_type_hints(Silences)


def switches() -> dict[str, tuple[str, ...]]:
    """Return all switches with their choices; no choices means a number or text."""
    found: dict[str, tuple[str, ...]] = {}
    for field in dataclasses.fields(Silences):
        kind = _TYPES[field.name]
        found[field.name] = ("True", "False") if kind is bool else get_args(kind)
    return found


def written(name: str, text: str) -> object:
    """Turn what was typed into a form into a switch's value; ValueError if it can't."""
    kind = _TYPES.get(name)
    if kind is int:
        return int(text)
    if kind is bool:
        return {"True": True, "False": False}.get(text, text)
    return text


def _check(name: str, value: object) -> None:
    if name not in _TYPES:
        raise ValueError(f"no switch {name}")
    kind = _TYPES[name]
    choices = get_args(kind)
    fits = value in choices if choices else type(value) is kind
    if name == "expires_in" and value not in EXPIRES_IN:
        json.loads(str(value))
    if not fits:
        raise ValueError(f"{name} cannot be {value!r}")
