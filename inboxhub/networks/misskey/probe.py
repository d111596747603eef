"""Finding out what a host can do and what the token may; changes nothing there."""

from collections.abc import Mapping

from inboxhub.networks import nodeinfo
from inboxhub.networks.base import MENTIONS, MESSAGES, NOTICES, REQUESTS
from inboxhub.networks.capabilities import Capabilities
from inboxhub.networks.errors import (
    NotFound,
    NotSupported,
    PermanentError,
    TemporaryError,
)
from inboxhub.networks.misskey.abilities import abilities
from inboxhub.networks.misskey.call import Line
from inboxhub.networks.misskey.facts import (
    CHAT,
    NO_CHAT,
    Facts,
    Meta,
    chat_kind,
    closed_timelines,
    deletes_answers,
    id_of,
    largest_file,
    may_only_read_chats,
    most_named,
    rate_of,
    read_endpoints,
    read_meta,
)
from inboxhub.networks.misskey.linking import is_native_token
from inboxhub.networks.misskey.permissions import ASKED, not_granted
from inboxhub.networks.misskey.stream_notes import TIMELINES
from inboxhub.networks.misskey.writable import writing
from inboxhub.networks.values import mapping_of

PROBE_DEADLINE = 5.0
ALLOWED, NOT_PERMITTED, OFF = "", "permission", "off"


def host_meta(line: Line) -> Meta:
    """Misskey API: `meta`."""
    answer = line.call("meta", {"detail": False}, anonymous=True)
    meta = read_meta(answer, line.host, line.origin)
    if meta is None:
        raise _unclear(line)
    return meta


def capabilities_of(line: Line) -> Capabilities:
    """Misskey API: `meta`, `endpoints`, `i`, and one row of what needs a permission."""
    meta = host_meta(line)
    names, me = _endpoints(line), _own_card(line)
    kind = chat_kind(names)
    chat = _probe(line, f"{kind}/history", {"limit": 1}) if kind != NO_CHAT else ALLOWED
    facts = _facts(line, meta, names, me, chat=chat)
    seen = nodeinfo.at(line.http, line.host, "/nodeinfo/2.1", deadline=PROBE_DEADLINE)
    software = seen.name if seen else "misskey"
    cascades = deletes_answers(software, meta.version)
    return Capabilities(
        software=software,
        version=meta.version,
        host_name=meta.name,
        domain=meta.domain,
        docs_url=f"{line.origin}/api-doc",
        revoke_url=f"{line.origin}/settings/apps",
        max_text=meta.max_text,
        boxes=_boxes(facts),
        timelines={
            name: "timeline-off" if name in facts.closed else "" for name in TIMELINES
        },
        abilities=abilities(facts, cascades=cascades),
        writing=writing(facts),
        warnings=_warnings(line, facts, kind=kind, chat=chat, me=me, cascades=cascades),
        facts=facts.as_json(),
    )


def _facts(
    line: Line,
    meta: Meta,
    names: frozenset[str],
    me: Mapping[object, object],
    *,
    chat: str,
) -> Facts:
    """What the client must know later; `chat` is whether chats may be read."""
    old_notices, kind = "notifications/read" in names, chat_kind(names)
    notices = _probe(line, "i/notifications", _notice_probe(old_notices=old_notices))
    denied = {
        "read:notifications": notices,
        "read:following": _probe(line, "following/requests/list", {"limit": 1}),
        "read:chat" if kind == CHAT else "read:messaging": chat,
    }
    unread = (name for name, how in denied.items() if how == NOT_PERMITTED)
    return Facts(
        id=id_of(me),
        domain=meta.domain,
        version=meta.version,
        chat=NO_CHAT if chat else kind,
        old_notices=old_notices,
        bulk="notes/show-partial-bulk" in names,
        rate=rate_of(me),
        missing=(*unread, *not_granted(line, names)),
        closed=closed_timelines(me) or meta.closed,
        flush="notifications/flush" in names,
        quiet=may_only_read_chats(me),
        max_text=meta.max_text,
        people=most_named(me),
        max_bytes=largest_file(me),
    )


def _endpoints(line: Line) -> frozenset[str]:
    try:
        names = read_endpoints(line.call("endpoints", anonymous=True))
    except (
        PermanentError
    ):  # some forks do not list them: then nothing optional is there
        return frozenset()
    if "i" not in names:
        # Otherwise one odd answer would switch everything optional off for a day.
        raise _unclear(line)
    return names


def _own_card(line: Line) -> Mapping[object, object]:
    me = mapping_of(line.call("i"))
    if not id_of(me):
        raise _unclear(line)
    return me


def _unclear(line: Line) -> TemporaryError:
    return TemporaryError(
        f"{line.host} does not answer as a Misskey server",
        code="not-misskey",
    )


def _notice_probe(*, old_notices: bool) -> dict[str, object]:
    """Old hosts mark what they list of these kinds read, whatever they are asked."""
    query: dict[str, object] = {"limit": 1, "markAsRead": False}
    return query | {"excludeTypes": ["mention", "reply"]} if old_notices else query


def _probe(line: Line, endpoint: str, query: Mapping[str, object]) -> str:
    """Whether the account may call it: allowed, no permission, or off on this host."""
    try:
        line.call(endpoint, query)
    except (NotFound, NotSupported):
        return OFF
    except PermanentError as error:
        return NOT_PERMITTED if error.code == "PERMISSION_DENIED" else OFF
    except TemporaryError as error:
        if error.code != "INTERNAL_ERROR":
            raise
    return ALLOWED


def _boxes(facts: Facts) -> dict[str, str]:
    """Box → why it is off, empty when it is on."""
    no_notices = "read:notifications" in facts.missing
    no_requests = no_notices and "read:following" in facts.missing
    return {
        MESSAGES: "",
        MENTIONS: "",
        NOTICES: "no-permission-notices" if no_notices else "",
        REQUESTS: "no-permission-requests" if no_requests else "",
    }


def _warnings(
    line: Line,
    facts: Facts,
    *,
    kind: str,
    chat: str,
    me: Mapping[object, object],
    cascades: bool,
) -> tuple[str, ...]:
    found = {
        "native-token": is_native_token(line.token),
        "account-moved": bool(me.get("movedTo")),
        "no-permission-notices": "read:notifications" in facts.missing,
        "no-permission-following": "read:following" in facts.missing,
        "no-permission-answering": any(name in ASKED for name in facts.missing),
        "chat-none": kind == NO_CHAT,
        "chat-no-permission": chat == NOT_PERMITTED,
        "chat-off": chat == OFF,
        "listing-marks-notices": facts.old_notices,
        "note-dots": kind != CHAT and not facts.old_notices,
        "delete-answers": cascades,
    }
    return tuple(code for code, applies in found.items() if applies)
