"""Forms to write with: what they say of themselves, and what their buttons send."""

import re

from django.http import HttpResponse
from django.test import Client

from inboxhub.networks.base import RemoteAuthor
from inboxhub.networks.capabilities import Writing
from messaging.models import Message, Operation
from messaging.views.chosen import signed
from tests.messaging.views.pages import html_of

HTMX = {"HX-Request": "true"}
TARO = RemoteAuthor("u7", "@taro@host.example", "Taro")
HANA = RemoteAuthor("u8", "@hana@host.example", "Hana")
NOTES = Writing(
    max_text=20,
    content_warning=True,
    visibilities=("specified", "followers", "public"),
    people=2,
    files=1,
    described=True,
)


def reply(client: Client, message: Message, do: str, **data: object) -> HttpResponse:
    """As from the form that is opened anew."""
    address = f"/m/{message.pk}/reply/"
    return write(client, address, do, **{**form(client, address), **data})


def compose(client: Client, message: Message, do: str, **data: object) -> HttpResponse:
    """As from the page that is opened anew."""
    address = f"/compose/?account={message.account_id}"
    return write(client, address, do, **form(client, address), **data)


def form(client: Client, address: str) -> dict[str, str]:
    """What the form there says of itself: which draft it is about, and to whom."""
    return hidden(html_of(client.get(address, headers=HTMX)))


def hidden(html: str) -> dict[str, str]:
    return dict(re.findall(r'name="(draft|ticket|shown|was)" value="([^"]*)"', html))


def write(client: Client, address: str, do: str, **data: object) -> HttpResponse:
    answer = client.post(address, {"do": do, **data}, headers=HTMX)
    assert isinstance(answer, HttpResponse)
    return answer


def to(client: Client, message: Message, person: RemoteAuthor) -> dict[str, str]:
    """A new message's form, as it is once the person was chosen."""
    chosen = signed(message.account, person)
    return hidden(html_of(compose(client, message, "", add=chosen)))


def new(client: Client, message: Message, do: str, **data: object) -> HttpResponse:
    return write(client, f"/compose/?account={message.account_id}", do, **data)


def sends() -> int:
    return Operation.objects.filter(verb="send").count()
