"""Whatever stands in the rows is text: no page needs its Content-Security-Policy."""

from html.parser import HTMLParser

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts import linking
from accounts.models import Account
from inboxhub.networks.base import HostFacts
from inboxhub.networks.capabilities import NOWHERE, SERVER, Ability, Capabilities
from messaging import operations, services
from messaging.models import Cursor, Message
from messaging.selection import Selection
from tests.factories import (
    NOON,
    make_account,
    make_author,
    make_conversation,
    make_message,
)
from tests.messaging.views.pages import html_of

TEXT = """"'><script>alert(1)</script><img src=x onerror=alert(1)></title></textarea>"""
LINK = 'javascript:alert(1)//https://x.example/"><script>'
KINDS = (
    *("message", "mention", "quote", "renote", "reaction", "poll", "follow", "role"),
    *("follow-request", "invitation", "achievement", "export", "app", "unreadable"),
    *("scheduled", f"other:{TEXT[:40]}", TEXT[:60]),
)
QUOTED = {
    "name": TEXT,
    "handle": TEXT,
    "text": TEXT,
    "url": LINK,
    "emojis": {"a": LINK},
}
EXTRA = {
    "quote": QUOTED,
    "context": QUOTED,
    "poll": {"choices": [{"text": TEXT, "votes": 1}], "ends_at": TEXT},
    "reactions": {TEXT: 1, ":a@x:": 2},
    "reaction": TEXT,
    "achievement": TEXT,
    "export": TEXT,
    "emojis": {"a": LINK, TEXT: LINK},
}
FILE = {"url": LINK, "thumbnail_url": LINK, "mime": TEXT, "name": TEXT}
PICTURE = {
    "url": "https://x.example/'\"onerror=",
    "thumbnail_url": "https://x.example/'\"onerror=",
    "mime": "image/png",
    "name": TEXT,
    "description": TEXT,
}
ABLE = Capabilities(
    software=TEXT,
    version=TEXT,
    host_name=TEXT,
    domain=TEXT,
    docs_url=LINK,
    boxes={"messages": TEXT},
    abilities={
        "delete": {
            "note": Ability(NOWHERE, reason=TEXT),
            "note:own": Ability(SERVER, effect=TEXT),
        },
    },
    warnings=(TEXT, "native-token"),
    facts={"missing": [TEXT]},
)


class Active(HTMLParser):
    """Collects everything in a page that would run, load from elsewhere, or lead out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        source = values.get("src", "")
        if tag in ("iframe", "object", "embed", "base"):
            self.found.append((tag, values))
        if tag in ("script", "img") and not source.startswith(("/static/", "/media/")):
            self.found.append((tag, values))
        for name, value in values.items():
            leads = name in ("href", "action", "formaction", "hx-get", "hx-post")
            out = value.strip().lower().startswith(("javascript:", "data:", "//"))
            if name.startswith("on") or name in ("style", "srcdoc") or (leads and out):
                self.found.append((tag, name, value))


def test_what_is_active_is_found() -> None:
    page = Active()
    for markup in (TEXT, f"<a href='{LINK}'>", "<p style='color: red'>", "<iframe>"):
        before = len(page.found)
        page.feed(markup)
        assert len(page.found) > before


@pytest.fixture
def account(user: User) -> Account:
    account = make_account(
        user,
        handle=f"@{TEXT}",
        display_name=TEXT,
        avatar_url=LINK,
        url=LINK,
        host=f"h.example{TEXT}",
        last_error=TEXT,
        capabilities=ABLE.as_json(),
    )
    Cursor.objects.create(
        account=account,
        box="messages",
        listing=TEXT[:32],
        error=TEXT,
        pulled_at=NOON,
        unreadable_count=1,
    )
    author = make_author(
        account, handle=TEXT, name=TEXT, avatar_url=LINK, emojis={"a": LINK}
    )
    for kind in KINDS:
        make_message(
            make_conversation(account, title=TEXT, box="notices"),
            kind=kind,
            title=TEXT,
            text=f"{TEXT} :a: http://x.example/{TEXT}",
            html=TEXT if kind == "message" else "",
            content_warning=TEXT if kind == "mention" else "",
            author=author,
            url=LINK,
            lang=TEXT[:35],
            visibility=TEXT[:24],
            attachments=[FILE, PICTURE],
            extra=EXTRA,
            unreadable=kind == "unreadable",
        )
    return account


def addresses(account: Account) -> list[str]:
    """Every page that shows something of the account."""
    owner = account.owner
    messages = Message.objects.of(owner)
    ids = ",".join(str(pk) for pk in messages.values_list("pk", flat=True))
    operation = services.delete(owner, Selection.messages([messages[0].pk]))
    operation.items.update(state="failed", error=TEXT)
    operations.settle(operation)
    mine = f"/accounts/{account.pk}/"
    conversations = account.conversations.values_list("pk", flat=True)
    return [
        *("/", "/?box=notices", "/?box=hidden", f"/?q={TEXT}", f"/?q=is:{TEXT}"),
        *("/accounts/", mine, f"{mine}linked/", f"{mine}renew/", f"{mine}unlink/"),
        *("/operations/", f"/operations/{operation.pk}/", f"{mine}progress/"),
        *(f"/accounts/link/?address={TEXT}", f"/nowhere/{TEXT}/"),
        f"/confirm/delete/?message={ids}&next=/{TEXT}",
        *(f"/c/{pk}/" for pk in conversations),
    ]


def test_nothing_in_a_row_becomes_markup(client: Client, account: Account) -> None:
    for address in addresses(account):
        for headers in ({}, {"HX-Request": "true"}):
            answer = client.get(address, headers=headers)
            assert answer.status_code in (200, 404), address
            page = Active()
            page.feed(html_of(answer))
            assert not page.found, address


def test_nothing_that_a_host_says_of_itself_becomes_markup(
    client: Client,
    account: Account,
) -> None:
    facts = HostFacts(TEXT, TEXT, name=TEXT, domain=TEXT, icon_url=LINK, docs_url=LINK)
    pending = linking.start(account.owner, "misskey", "h.example", facts)
    session = client.session
    session["links"] = {str(pending.pk): pending.state}
    session.save()
    page = Active()
    answer = client.get(f"/accounts/link/{pending.pk}/")
    assert answer.status_code == 200
    page.feed(html_of(answer))
    assert not page.found
