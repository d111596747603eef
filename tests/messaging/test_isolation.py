"""Each to their own: addresses from the URLconf, asked by a stranger, and by a prefetch.

A new address is covered as soon as it is in the URLconf; one with a new kind of id fails
here until `ids_of` says how a row of it is made.
"""

import io
import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from PIL import Image
from pytest_django import Settings

from accounts import linking
from accounts.clients import outgoing
from accounts.models import Account
from inboxhub.networks.base import HostFacts, RemoteAuthor
from inboxhub.networks.capabilities import SERVER, Ability, Capabilities, Writing
from messaging import drafts, services
from messaging.models import DraftFile, Message, Operation
from messaging.selection import Selection
from messaging.views.media import media_url
from tests.factories import make_account, make_message, make_user

pytestmark = pytest.mark.django_db

# Nobody answers there, and no name is looked up.
NOWHERE = "127.0.0.1:9"
# Of allauth's own pages: secrets that were mailed, or rests of addresses that are off.
NOT_OURS = {"key", "uidb36", "rest"}
# Names of verbs and of hosts, not of rows.
WORDS = {"name": "delete", "host": NOWHERE}
ABLE = Capabilities(
    abilities={"delete": {"note:own": Ability(SERVER, effect="delete-note")}},
    writing={"new": Writing(files=1), "note": Writing()},
)
_parameter = re.compile(r"<\w+:(\w+)>|\(\?P<(\w+)>")


def patterns(resolver: URLResolver, prefix: str = "/") -> Iterator[str]:
    """Every address as the URLconf has it."""
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, path)
        elif isinstance(entry, URLPattern):
            yield path


def parameters(pattern: str) -> set[str]:
    return {one or other for one, other in _parameter.findall(pattern)}


ALL = sorted(set(patterns(get_resolver())))
WITH_ID = [p for p in ALL if parameters(p) - NOT_OURS - {*WORDS}]
KNOWN = [p for p in ALL if not parameters(p) & NOT_OURS]


def filled(pattern: str, ids: dict[str, str]) -> str:
    """The address with these ids; KeyError names a parameter that is not known yet."""
    return re.sub(r"<\w+:(\w+)>", lambda found: (WORDS | ids)[found[1]], pattern)


@pytest.fixture
def hana(settings: Settings) -> User:
    """Somebody with one of everything, on a host that does not answer."""
    settings.INBOXHUB_URL = "http://testserver"
    settings.INBOXHUB_PRIVATE_HOSTS = [NOWHERE]
    outgoing.cache_clear()
    hana = make_user("hana")
    account = make_account(
        hana,
        host=NOWHERE,
        handle="@secret-handle@misskey.example",
        capabilities=ABLE.as_json(),
    )
    message = make_message(account=account, text="secret text", outgoing=True)
    make_message(account=account, text="secret question", unread=True)
    services.refresh(hana, message)
    send(account)
    return hana


def send(account: Account) -> None:
    """Something with a picture that is on its way."""
    draft = drafts.open_draft(account.owner, account, None)
    draft = drafts.save(
        draft,
        text="secret draft",
        title="",
        content_warning="",
        visibility="",
        recipients=[RemoteAuthor("u7", "@secret@misskey.example", "Secret")],
    )
    picture = io.BytesIO()
    Image.new("RGB", (2, 2)).save(picture, "PNG")
    drafts.attach(
        draft, name="a.png", data=picture.getvalue(), description="", sensitive=False
    )
    drafts.send(draft)


def ids_of(owner: User) -> dict[str, str]:
    """One existing row of the owner's for each kind of id in an address."""
    account = Account.objects.of(owner).get()
    message = Message.objects.of(owner).order_by("pk")[0]
    pending = linking.start(
        owner,
        "misskey",
        account.host,
        HostFacts("misskey", "2025.10.0", name="secret host", domain=account.host),
    )
    picture = media_url(owner.pk, f"http://{NOWHERE}/a.png")
    return {
        "account_id": str(account.pk),
        "conversation_id": str(message.conversation_id),
        "message_id": str(message.pk),
        "operation_id": str(Operation.objects.of(owner)[0].pk),
        "sending_id": str(Operation.objects.of(owner).get(verb="send").pk),
        "file_id": str(DraftFile.objects.get(draft__owner=owner).pk),
        "pending_id": str(pending.pk),
        "token": picture.removeprefix("/media/").strip("/"),
    }


# Ids that no row has, as `ids_of` has them.
NOBODYS = {
    **dict.fromkeys(
        (
            *("account_id", "conversation_id", "message_id", "operation_id"),
            *("sending_id", "file_id"),
        ),
        "4000000000",
    ),
    "pending_id": str(UUID(int=1)),
    "token": "x:y",
}


@pytest.fixture
def eve(hana: User) -> Client:
    """A stranger who is signed in, with an account of her own."""
    eve = make_user("eve")
    make_message(account=make_account(eve, host=NOWHERE))
    client = Client()
    client.force_login(eve)
    return client


def tables() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    names = connection.introspection.table_names()
    with connection.cursor() as cursor:
        found = {}
        for name in names:
            query = f"SELECT * FROM {connection.ops.quote_name(name)}"  # noqa: S608  our names
            cursor.execute(query)
            found[name] = sorted(cursor.fetchall(), key=repr)
    return found


def seen(client: Client, method: str, address: str) -> tuple[int, str]:
    """Status and content, without what differs from answer to answer anyway."""
    answer = getattr(client, method)(address)
    text = answer.content.decode().replace(address, "")
    return answer.status_code, re.sub(r'value="[A-Za-z0-9]{64}"', "", text)


@pytest.mark.parametrize("pattern", WITH_ID)
@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_row_is_answered_as_one_that_is_not_there(
    eve: Client,
    hana: User,
    pattern: str,
    method: str,
) -> None:
    address = filled(pattern, ids_of(hana))
    before = tables()
    status, text = strange = seen(eve, method, address)
    assert strange == seen(eve, method, filled(pattern, NOBODYS))
    # A link's way back is explained instead: it may be one's own, from another browser.
    assert status == 405 or status == (422 if "pending_id" in pattern else 404)
    assert "secret" not in text
    assert tables() == before


@pytest.mark.parametrize("pattern", WITH_ID)
def test_row_is_there_for_its_owner(client: Client, hana: User, pattern: str) -> None:
    client.force_login(hana)
    ids = ids_of(hana)
    statuses = {
        getattr(client, method)(filled(pattern, ids)).status_code
        for method in ("get", "post")
    }
    # The picture's host does not answer, and the link belongs to another browser.
    if not parameters(pattern) & {"token", "pending_id"}:
        assert statuses & {200, 302}


@pytest.mark.parametrize("pattern", WITH_ID)
@pytest.mark.parametrize("method", ["get", "post"])
def test_row_is_closed_to_those_who_are_signed_out(
    client: Client,
    hana: User,
    pattern: str,
    method: str,
) -> None:
    ids = ids_of(hana)
    before = tables()
    answer = getattr(client, method)(filled(pattern, ids))
    if pattern.startswith("/media/"):
        assert answer.status_code in (404, 405)
    else:
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/")
    assert tables() == before


@pytest.mark.parametrize("pattern", KNOWN)
def test_get_changes_no_row(client: Client, hana: User, pattern: str) -> None:
    client.force_login(hana)
    ids = ids_of(hana)
    address = filled(pattern, ids)
    query = {"message": ids["message_id"], "open": ids["conversation_id"]}
    client.get("/")
    before = tables()
    for headers in ({}, {"HX-Request": "true"}):
        assert client.get(address, query, headers=headers).status_code < 500
    assert tables() == before


@pytest.mark.parametrize("name", [*services.VERBS, "confirm/delete"])
def test_verb_with_strangers_ids_changes_no_row(
    eve: Client,
    hana: User,
    name: str,
) -> None:
    ids = ids_of(hana)
    before = tables()
    for data in (
        {"message": ids["message_id"]},
        {"conversation": ids["conversation_id"]},
        {"message": ids["message_id"], "conversation": ids["conversation_id"]},
    ):
        answer = eve.post(f"/{name}/", data, headers={"HX-Request": "true"})
        assert answer.status_code == 200
        assert b"secret" not in answer.content
    assert tables() == before


def test_selection_mixed_with_strangers_ids_takes_the_own_ones_only(
    eve: Client,
    hana: User,
) -> None:
    own = Message.objects.exclude(owner=hana).get()
    foreign = Message.objects.of(hana)
    ids = [own.pk, *foreign.values_list("pk", flat=True)]
    eve.post("/hide/", {"message": ids})
    operation = Operation.objects.of(own.owner).get()
    assert [item.message_id for item in operation.items.all()] == [own.pk]
    assert not foreign.exclude(hidden_at=None).exists()


@pytest.mark.parametrize(
    "query",
    [
        "account={account_id}",
        "open={conversation_id}",
        "q=secret",
        "q=account:{account_id}",
        "q=from:user",
        "box=sent",
        "box=hidden&account={account_id}",
        "at=9000000000000000.{conversation_id}",
    ],
)
def test_filter_never_brings_a_strangers_row(
    eve: Client,
    hana: User,
    query: str,
) -> None:
    services.hide(hana, Selection.messages([Message.objects.of(hana)[0].pk]))
    answer = eve.get(f"/?{query.format(**ids_of(hana))}")
    assert answer.status_code == 200
    for secret in (b"secret text", b"secret question", b"secret-handle"):
        assert secret not in answer.content


def test_every_change_needs_the_token_of_its_form(hana: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(hana)
    ids = ids_of(hana)
    before = tables()
    for pattern in KNOWN:
        address = filled(pattern, ids)
        for method in ("post", "put", "patch", "delete"):
            status = getattr(strict, method)(address).status_code
            assert status in (403, 404, 405), (method, address, status)
    assert tables() == before
