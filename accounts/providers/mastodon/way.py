"""How accounts on hosts with Mastodon's API are linked: what we ask for, OAuth 2, tokens."""

import json
from collections.abc import Mapping

from allauth.socialaccount.providers.oauth2.utils import generate_code_challenge
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.clients import outgoing
from accounts.models import PendingLink
from accounts.providers.mastodon import registering
from accounts.providers.way import Ask, Way, only
from inboxhub.networks import mastodon
from inboxhub.networks.base import HostFacts
from inboxhub.networks.capabilities import Capabilities
from inboxhub.networks.errors import PermanentError
from inboxhub.networks.mastodon.facts import Facts

READING = ("conversations", "notifications", "markers", "follow-requests")
LONGEST_PASTE = 20_000


def asks(details: Mapping[str, str]) -> tuple[Ask, ...]:
    """What the link asks for, in groups that a person can judge."""
    groups = (
        Ask(
            ("read",),
            _("Read your account, your messages and your notifications"),
            _("to show direct messages, mentions, boosts, favourites and follows"),
        ),
        Ask(
            ("write:conversations",),
            _("Mark conversations as read, and remove them from your list"),
            _("only what you tell InboxHub to"),
        ),
        Ask(
            ("write:notifications",),
            _("Dismiss notifications"),
            _("only those that you remove here"),
        ),
        Ask(
            ("write:statuses",),
            _("Write and delete posts of yours, and remember how far you have read"),
            _("only what you tell InboxHub to; the server calls this “write”"),
        ),
        Ask(
            ("write:media",),
            _("Upload pictures"),
            _("only those that you send along with what you write"),
        ),
        Ask(
            ("write:favourites",),
            _("Favourite posts, and take that back"),
            _("only those that you choose"),
        ),
        Ask(
            ("write:follows",),
            _("Accept and reject follow requests"),
            _("only those that you answer here"),
        ),
    )
    if not _is_plain(details):
        return groups
    return tuple(
        Ask((group.permissions[0].partition(":")[0],), group.what, group.why)
        for group in groups
    )


def hint(details: Mapping[str, str]) -> str:
    if not _is_plain(details):
        return ""
    return _(
        "This server knows no finer permissions: its “write” would allow more than what"
        " is listed here. InboxHub does only what is listed.",
    )


def prepare(host: str, facts: HostFacts) -> dict[str, str]:
    """Our app on the host, and the proof (PKCE) that one approval is ours."""
    app = registering.ready(host, facts.software)
    proof = generate_code_challenge()
    return {
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "redirect_uri": app.redirect_uri,
        "scope": " ".join(app.scopes),
        "code_verifier": proof["code_verifier"],
        "code_challenge": proof["code_challenge"].decode(),
    }


def approve_url(pending: PendingLink) -> str:
    """The host's page; it sends the browser back to our callback.

    Empty as well where that callback is no longer where it was.
    """
    app = registering.app_in(pending.details)
    if not app.client_id or app.redirect_uri != registering.redirect_uri(pending.host):
        return ""
    return mastodon.authorize_url(
        outgoing().origin(pending.host),
        app,
        state=pending.state,
        challenge=pending.details["code_challenge"],
        lang=get_language() or "",
    )


def credentials(text: str) -> dict[str, str]:
    """From a pasted token, or from the whole answer of the token step."""
    answer: object = None
    if text.lstrip().startswith("{"):
        try:
            answer = json.loads(text[:LONGEST_PASTE])
        except (ValueError, RecursionError):
            text = ""
    match answer:
        case {"access_token": str(token), "scope": str(scope)}:
            return {"token": _checked(token), "scope": " ".join(scope.split())}
        case {"access_token": str(token)}:
            return {"token": _checked(token)}
        case None:
            return {"token": _checked(text)}
        case _:
            return {"token": _checked("")}


def missing(able: Capabilities) -> tuple[Ask, ...]:
    """By the scopes that were granted, and by what the host then let us read."""
    facts = Facts.from_json(able.facts)
    refused = [n for n in READING if (facts.missing or {}).get(n) == "permission"]

    def lacks(scope: str) -> bool:
        return bool(refused) if scope == "read" else not facts.may(scope)

    return only(asks({}), lacks)


def token_help() -> str:
    """How a person makes a token by hand on this network."""
    return _(
        "On your server, open Preferences, then Development, make an application with the"
        " permissions listed above, and copy its access token. Paste it here; it is"
        " stored encrypted and never shown again.",
    )


def _is_plain(details: Mapping[str, str]) -> bool:
    return tuple(details.get("scope", "").split()) == mastodon.PLAIN


def _checked(text: str) -> str:
    """The token without the blanks and line breaks of a paste."""
    token = "".join(text.split())
    if not mastodon.TOKEN.fullmatch(token):
        raise PermanentError("this is no token", code="token-malformed")
    return token


WAY = Way(
    name="Mastodon",
    asks=asks,
    approve_url=approve_url,
    credentials=credentials,
    missing=missing,
    prepare=prepare,
    token_help=token_help,
    hint=hint,
    revokes=True,
)
