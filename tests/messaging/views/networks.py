"""Accounts of the networks, each with what its client says it can do."""

from django.contrib.auth.models import User

from accounts.models import Account
from inboxhub.networks.base import BOXES
from inboxhub.networks.capabilities import SERVER, Capabilities
from inboxhub.networks.mastodon.abilities import abilities as of_mastodon
from inboxhub.networks.mastodon.facts import Facts
from inboxhub.networks.misskey.abilities import abilities as of_misskey
from inboxhub.networks.misskey.facts import CHAT
from inboxhub.networks.misskey.facts import Facts as MisskeyFacts
from inboxhub.networks.mixi.abilities import abilities as of_mixi
from tests.factories import make_account

EVERYWHERE = dict.fromkeys(BOXES, SERVER)


def misskey_account(owner: User, **values: object) -> Account:
    able = Capabilities(abilities=of_misskey(MisskeyFacts(chat=CHAT), cascades=False))
    return make_account(owner, **{"capabilities": able.as_json(), **values})


def mastodon_account(owner: User, **values: object) -> Account:
    able = Capabilities(abilities=of_mastodon(Facts(unreading=True)))
    fields: dict[str, object] = {
        "provider": "mastodon",
        "host": "mastodon.example",
        "handle": "@me@mastodon.example",
        "capabilities": able.as_json(),
    }
    return make_account(owner, **{**fields, **values})


def mixi_account(owner: User, **values: object) -> Account:
    able = Capabilities(
        boxes={"mentions": "not-offered", "requests": "not-offered"},
        abilities=of_mixi(writes=True),
    )
    fields: dict[str, object] = {
        "provider": "mixi",
        "host": "api.mixi-platform.com",
        "handle": "わたし",
        "capabilities": able.as_json(),
    }
    return make_account(owner, **{**fields, **values})
