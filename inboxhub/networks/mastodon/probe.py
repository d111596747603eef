"""Finding out what a host can do and what the token may; changes nothing there."""

from collections.abc import Mapping
from contextlib import suppress

from inboxhub.networks import nodeinfo
from inboxhub.networks.base import MENTIONS, MESSAGES, NOTICES, REQUESTS
from inboxhub.networks.capabilities import Capabilities
from inboxhub.networks.errors import CredentialsError, PermanentError, TemporaryError
from inboxhub.networks.mastodon import abilities as able
from inboxhub.networks.mastodon.abilities import abilities
from inboxhub.networks.mastodon.call import VERIFY, Line
from inboxhub.networks.mastodon.facts import (
    COUNTS_ADDRESSES,
    LEVEL_4_3,
    MASTODON,
    NO_CLEARING,
    NO_DISMISSING,
    NO_READING,
    NO_REMOVING,
    WITHOUT_STREAM,
    Facts,
    Instance,
    account_id,
    is_recent,
    read_instance,
    scopes_of,
    software_of,
)
from inboxhub.networks.mastodon.statuses import FAVOURITE
from inboxhub.networks.mastodon.writing import writing
from inboxhub.networks.values import mapping_of

PROBE_DEADLINE = 5.0
NOT_PERMITTED, OFF = "permission", "off"
POLICY = "/api/v2/notifications/policy"
HELD_BACK = {"filter": "private-filtered", "drop": "private-dropped"}
DOCS_URL = "https://docs.joinmastodon.org/client/intro/"
PROBES = {
    able.CONVERSATIONS: "/api/v1/conversations?limit=1",
    able.NOTICES: "/api/v1/notifications?limit=1",
    able.MARKERS: "/api/v1/markers?timeline%5B%5D=notifications",
    able.FOLLOWS: "/api/v1/follow_requests?limit=1",
    able.FILTERED: "/api/v1/notifications/requests?limit=1",
    able.ANNOUNCEMENTS: "/api/v1/announcements",
}


def instance_of(line: Line) -> Instance:
    """Mastodon API: `/api/v2/instance`, before 4.0 `/api/v1/instance`.

    Hosts that federate with few let only tokens see it.
    """
    for version in ("v2", "v1"):
        where = f"/api/{version}/instance"
        try:
            value = _public(line, where)
        except PermanentError:
            continue
        except TemporaryError as error:
            if error.code != "status-404":
                raise
            continue
        instance = read_instance(value, line.host)
        if instance is not None:
            return instance
    raise TemporaryError(
        f"{line.host} does not answer as a Mastodon server",
        code="not-mastodon",
    )


def capabilities_of(line: Line, credentials: Mapping[str, str]) -> Capabilities:
    """Mastodon API: the instance, whose token it is, and one row of each listing."""
    instance = instance_of(line)
    me = account_id(line.get(VERIFY).value)
    hint = nodeinfo.listed(line.http, line.host, deadline=PROBE_DEADLINE)
    software = software_of(instance, hint.name if hint else "")
    probed = {name: _probe(line, where) for name, where in PROBES.items()}
    facts = Facts(
        id=me,
        domain=instance.domain,
        software=software,
        level=instance.level,
        reading=software not in NO_READING,
        unreading=is_recent(software, instance),
        removing=software not in NO_REMOVING,
        dismissing=software not in NO_DISMISSING,
        clearing=software not in NO_CLEARING,
        guarding=is_recent(software, instance),
        bulk=instance.level >= LEVEL_4_3,
        shared=software in COUNTS_ADDRESSES,
        scopes=_scopes(line, credentials),
        missing={name: why for name, why in probed.items() if why},
    )
    apps = "/oauth/authorized_applications" if software in MASTODON else "/settings"
    return Capabilities(
        software=software,
        version=instance.version,
        host_name=instance.name,
        domain=instance.domain,
        docs_url=DOCS_URL,
        revoke_url=f"{line.origin}{apps}",
        max_text=instance.max_text,
        boxes=_boxes(facts),
        timelines=_timelines(facts),
        abilities=abilities(facts),
        writing=writing(facts, instance),
        reactions=(FAVOURITE,),
        warnings=(*_warnings(facts), *_held_back(line, facts)),
        facts=facts.as_json(),
    )


def _public(line: Line, where: str) -> object:
    try:
        return line.get(where, anonymous=True).value
    except CredentialsError:
        return line.get(where).value


def _probe(line: Line, where: str) -> str:
    """Why the listing is not given, empty when it is."""
    try:
        line.get(where)
    except PermanentError as error:
        return NOT_PERMITTED if error.code == "not-allowed" else OFF
    except TemporaryError as error:
        # A page of the web server where the program has no such route, or a host that
        # answers 401 for whatever it cannot do.
        if error.code not in {"status-404", "call-refused"}:
            raise
        return OFF
    return ""


def _scopes(line: Line, credentials: Mapping[str, str]) -> tuple[str, ...]:
    """What was granted; of a pasted token, what its app may have at most (4.3)."""
    granted = scopes_of(credentials.get("scope"))
    if granted:
        return granted
    try:
        app = mapping_of(line.get("/api/v1/apps/verify_credentials").value)
    except (PermanentError, TemporaryError):
        return ()
    return scopes_of(app.get("scopes"))


def _boxes(facts: Facts) -> dict[str, str]:
    """Box → why it is off, empty when it is on."""
    notices = "" if facts.gives(able.NOTICES) else "no-permission-notices"
    given = facts.gives(able.FOLLOWS) or facts.gives(able.FILTERED)
    requests = "" if given else "no-permission-requests"
    return {MESSAGES: "", MENTIONS: notices, NOTICES: notices, REQUESTS: requests}


def _timelines(facts: Facts) -> dict[str, str]:
    """Timeline → why it cannot be looked at, empty when it can."""
    if facts.software in WITHOUT_STREAM:
        return {}
    return {"home": "" if facts.may("read:statuses") else "no-permission-timeline"}


def _held_back(line: Line, facts: Facts) -> tuple[str, ...]:
    """What becomes of direct messages of people whom the person does not follow (4.3).

    Mastodon API: `/api/v2/notifications/policy`.
    """
    if not facts.gives(able.FILTERED):
        return ()
    with suppress(PermanentError, TemporaryError):
        policy = mapping_of(line.get(POLICY).value)
        code = HELD_BACK.get(str(policy.get("for_private_mentions")))
        return (code,) if code else ()
    return ()


def _warnings(facts: Facts) -> tuple[str, ...]:
    missing = facts.missing or {}
    found = {
        "no-conversations": missing.get(able.CONVERSATIONS) == OFF,
        "no-permission-messages": missing.get(able.CONVERSATIONS) == NOT_PERMITTED,
        "no-permission-notices": not facts.gives(able.NOTICES),
        "no-permission-following": missing.get(able.FOLLOWS) == NOT_PERMITTED,
        "no-permission-conversations": not facts.may("write:conversations"),
        "no-permission-dismiss": not facts.may("write:notifications"),
        "no-permission-delete": not facts.may("write:statuses"),
        "no-permission-favourites": not facts.may("write:favourites"),
        "no-permission-media": not facts.may("write:media"),
        "no-permission-follows": not (
            facts.may("write:follows") or facts.may("follow")
        ),
        "shared-limit": facts.shared,
    }
    return tuple(code for code, applies in found.items() if applies)
