"""Sentences for everything that can go wrong while linking: each with one next step."""

from django.utils.translation import gettext as _

from accounts.linking import LinkRefused
from inboxhub.lib.http import HostRefused, HttpError, TlsFailed
from inboxhub.networks.base import CredentialsError, PermanentError, ProviderError

Trouble = LinkRefused | ProviderError | HttpError


def sentence(trouble: Trouble, host: str) -> str:
    """What happened, what it means, and what to do next."""
    names = {"host": host, "wanted": "", "got": ""}
    if isinstance(trouble, LinkRefused):
        names |= {"wanted": trouble.wanted, "got": trouble.got}
        return (_of_search(trouble.code) or _of_link(trouble.code)) % names
    cause = trouble.__cause__
    reason = cause if isinstance(cause, HttpError) else trouble
    return (_of_code(reason.code) or _of_kind(reason)) % names


def _of_search(code: str) -> str:
    """What the search for the network found instead of one."""
    match code:
        case "unknown-network":
            return _(
                "%(host)s answers, but as no network that InboxHub knows. Check the"
                " address, or choose the network by hand below.",
            )
        case "not-offered":
            return _(
                "%(host)s is a %(got)s server. This version links Misskey accounts only,"
                " so nothing was linked; type the name of a Misskey server.",
            )
        case "moved":
            return _(
                "%(host)s sends its callers on to %(got)s. Nothing was linked; if that is"
                " the server that you mean, go on with its own name.",
            )
        case _:
            return ""


def _of_link(code: str) -> str:
    """Refusals of our own."""
    match code:
        case "used":
            return _(
                "This approval was used already and works only once. If your account"
                " is not in the list of accounts, start again.",
            )
        case "too-late":
            return _(
                "The approval came back after more than 10 minutes and is not valid any"
                " more. Nothing was linked; start again.",
            )
        case "other-account":
            return _(
                "You approved as %(got)s, but this is the link of %(wanted)s. Nothing was"
                " changed; sign in as %(wanted)s on the server and start again.",
            )
        case "other-domain":
            return _(
                "The answer names an account of %(got)s, but you chose %(wanted)s."
                " Nothing was linked; start again with the server that you meant.",
            )
        case "being-erased":
            return _(
                "The messages of this account are still being erased. Nothing was"
                " linked; try again in a few minutes.",
            )
        case _:
            return _(
                "This approval does not belong to a link that you started in this"
                " browser. Nothing was linked; start again.",
            )


def _of_code(code: str) -> str:
    """What hosts and our own HTTP say, by its code; empty for an unknown one."""
    return _of_host(code) or _of_token(code)


def _of_host(code: str) -> str:
    match code:
        case "empty" | "spelling" | "scheme" | "userinfo":
            return _(
                "This is no name of a server. Type it like misskey.example, or your"
                " handle like @you@misskey.example.",
            )
        case "ip-address" | "local-name" | "private-address" | "port":
            return _(
                "%(host)s is not a public address, and InboxHub calls no others. If it is"
                " your own server, its operator can allow it in INBOXHUB_PRIVATE_HOSTS.",
            )
        case "no-such-name":
            return _(
                "There is no server named %(host)s. Nothing was linked; check the"
                " spelling and try again.",
            )
        case "RATE_LIMIT_EXCEEDED" | "budget" | "busy":
            return _(
                "%(host)s asks for a pause. Nothing was linked; try again in a minute.",
            )
        case _:
            return ""


def _of_token(code: str) -> str:
    match code:
        case "miauth-not-approved":
            return _(
                "%(host)s says that nothing was approved there, or that it was fetched"
                " already. Nothing was linked; approve there, or start again.",
            )
        case "token-malformed":
            return _(
                "This is no access token: those have letters and digits only. Nothing was"
                " linked; copy all of it and paste it again.",
            )
        case "PERMISSION_DENIED":
            return _(
                "This token may not even read the account (read:account). Nothing was"
                " linked; make a new one with the permissions that InboxHub asks for.",
            )
        case "YOUR_ACCOUNT_SUSPENDED":
            return _(
                "%(host)s has suspended this account. Nothing was linked; ask those who"
                " run the server.",
            )
        case _:
            return ""


def _of_kind(trouble: Trouble) -> str:
    """For codes without a sentence of their own."""
    match trouble:
        case HostRefused():
            return _(
                "%(host)s sends us on to a place that InboxHub does not follow. Nothing"
                " was linked; type the name of the server itself.",
            )
        case TlsFailed():
            return _(
                "The certificate of %(host)s is not valid, so nobody can be sure to talk"
                " to it. Nothing was linked; check the spelling, or ask its operator.",
            )
        case CredentialsError():
            return _(
                "%(host)s does not accept this token. Nothing was linked; make a new one"
                " there and paste all of it.",
            )
        case PermanentError():
            return _(
                "%(host)s refused. Nothing was linked; check that it is the server that"
                " you meant.",
            )
        case _:
            return _(
                "%(host)s did not answer as it should. Nothing was linked; check the"
                " spelling, or try again in a minute.",
            )
