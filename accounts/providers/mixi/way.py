"""How mixi accounts are linked: what we ask for and why, mixi's page, token answers."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from accounts.clients import outgoing
from accounts.models import PendingLink
from accounts.providers.mixi import app as site
from accounts.providers.way import Ask, Lack, Way, only
from inboxhub.networks import mixi
from inboxhub.networks.base import HostFacts
from inboxhub.networks.capabilities import Capabilities
from inboxhub.networks.errors import PermanentError

# By warning of the client's capabilities: the permission whose lack it means.
LACKING = {
    "no-permission-read": "r_message",
    "no-permission-notices": "r_message",
    "no-permission-write": "w_message",
}


def asks(details: Mapping[str, str]) -> tuple[Ask, ...]:
    """What the link asks for, in groups that a person can judge."""
    return (
        Ask(
            ("r_profile",),
            _("Read your profile"),
            _("to know whose account it is"),
        ),
        Ask(
            ("r_message",),
            _("Read your messages and notices"),
            _("to show them beside your other messages"),
        ),
        Ask(
            ("w_message",),
            _("Send messages, mark yours as read or replied, and delete them"),
            _("only what you tell InboxHub to"),
        ),
    )


def prepare(host: str, facts: HostFacts) -> dict[str, str]:
    """mixi's own value against forged requests, where it gives one."""
    app = site.app()
    return {"server_state": mixi.fetch_server_state(outgoing(), app)}


def approve_url(pending: PendingLink) -> str:
    """mixi's page; it sends the browser back to the registered address."""
    if not site.is_set_up() or "server_state" not in pending.details:
        return ""
    return mixi.authorize_url(
        site.app(),
        pending.state,
        server_state=pending.details["server_state"],
    )


def credentials(text: str) -> dict[str, str]:
    """From the whole answer of the token endpoint: one token alone soon ends."""
    try:
        return mixi.read_pasted(text)
    except PermanentError as error:
        raise PermanentError(str(error), code="answer-malformed") from None


def missing(able: Capabilities) -> tuple[Ask, ...]:
    refused = {LACKING[code] for code in able.warnings if code in LACKING}
    return only(asks({}), refused.__contains__)


def lack() -> Lack | None:
    if site.is_set_up():
        return None
    return Lack(site.VARIABLES, site.redirect_uri())


def hint(details: Mapping[str, str]) -> str:
    return _(
        "On mixi's page, tick the box for always agreeing. Without it mixi ends the access"
        " after some hours, and you have to sign in again.",
    )


def afterword() -> str:
    return _(
        "Did you not tick the box for always agreeing? Then mixi ends the access after"
        " some hours; sign in again now, and tick it.",
    )


WAY = Way(
    name="mixi",
    asks=asks,
    approve_url=approve_url,
    credentials=credentials,
    missing=missing,
    prepare=prepare,
    place=site.host,
    lack=lack,
    hint=hint,
    afterword=afterword,
)
