"""Sentences for everything that can go wrong while linking: each with one next step."""

from django.utils.translation import gettext as _

from accounts.linking import LinkRefused
from inboxhub.lib.http import HostRefused, HttpError, TlsFailed
from inboxhub.networks.errors import CredentialsError, PermanentError, ProviderError

Trouble = LinkRefused | ProviderError | HttpError


def sentence(trouble: Trouble, host: str) -> str:
    """What happened, what it means, and what to do next."""
    names = {"host": host, "wanted": "", "got": ""}
    if isinstance(trouble, LinkRefused):
        names |= {"wanted": trouble.wanted, "got": trouble.got}
        found = _of_search(trouble.code) or _of_approval(trouble.code)
        return (found or _of_link(trouble.code)) % names
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
                "%(host)s is a %(got)s server. InboxHub links accounts on Misskey, Mastodon"
                " and mixi, so nothing was linked; type the name of another server.",
            )
        case "not-set-up":
            return _(
                "mixi gives keys to registered partners only, and this site has none."
                " Nothing was linked; whoever runs it has to set %(wanted)s, and to"
                " register %(got)s as the redirect URL.",
            )
        case "other-place":
            return _(
                "Accounts of this network are on %(wanted)s here, not on %(got)s. Nothing"
                " was linked; start again with %(wanted)s.",
            )
        case "moved":
            return _(
                "%(host)s sends its callers on to %(got)s. Nothing was linked; if that is"
                " the server that you mean, go on with its own name.",
            )
        case _:
            return ""


def _of_approval(code: str) -> str:
    """What a page of approval by OAuth 2 sent the browser back with, or the step after.

    The codes from `app-unknown` on come from clients too.
    """
    match code:
        case "denied":
            return _(
                "The approval was refused on %(host)s. Nothing was linked; start again if"
                " that was not what you meant.",
            )
        case "unclear":
            return _(
                "%(host)s sent you back with neither a yes nor a no. Nothing was linked;"
                " start again.",
            )
        case "turned-back":
            return _(
                "%(host)s did not go on with the approval (%(got)s). Nothing was linked;"
                " start again, or paste a token instead.",
            )
        case "app-unknown":
            return _(
                "%(host)s had forgotten InboxHub, so it has been registered there anew."
                " Nothing was linked yet; go on and approve once more.",
            )
        case "scope-refused":
            return _(
                "%(host)s does not know all permissions that InboxHub asks for. Nothing"
                " was linked yet; go on and approve with those that it knows.",
            )
        case "code-stale":
            return _(
                "%(host)s no longer takes this approval: it was used, or came too late."
                " Nothing was linked; start again.",
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
    return _of_host(code) or _of_approval(code) or _of_token(code)


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
        case "RATE_LIMIT_EXCEEDED" | "too-many-calls" | "pause" | "budget" | "busy":
            return _(
                "%(host)s asks for a pause. Nothing was linked; try again in a minute.",
            )
        case "app-refused":
            return _(
                "%(host)s does not let InboxHub register there, which an approval needs."
                " Nothing was linked; paste a token instead, or ask those who run the"
                " server.",
            )
        case "operator-key":
            return _(
                "%(host)s refused the key of this site. Nothing was linked; whoever runs"
                " the site has to check MIXI_CLIENT_ID and MIXI_CLIENT_SECRET.",
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
                "This is no access token that %(host)s gives out. Nothing was linked; copy"
                " all of it and paste it again.",
            )
        case "PERMISSION_DENIED":
            return _(
                "This token may not even read the account (read:account). Nothing was"
                " linked; make a new one with the permissions that InboxHub asks for.",
            )
        case "answer-malformed":
            return _(
                "This is not the whole JSON answer of mixi with its two tokens, and one"
                " alone ends within minutes. Nothing was linked; paste all of it.",
            )
        case "insufficient_scope":
            return _(
                "InboxHub may not read your profile on %(host)s (r_profile), so it cannot"
                " know whose account it is. Nothing was linked; start again and allow it.",
            )
        case "account-refused":
            return _(
                "%(host)s does not let this account in, or the token may not read it"
                " (read:accounts). Nothing was linked; look there whether the account is"
                " in order, or make a token with more permissions.",
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
