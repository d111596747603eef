"""The room that a draft has left, with the names that its text gets on the way."""

import pytest

from accounts.models import Account
from inboxhub.networks.base import RemoteAuthor
from inboxhub.networks.capabilities import Capabilities, Writing
from messaging import drafts
from messaging.models import Draft
from tests.factories import make_account, make_message, make_user

pytestmark = pytest.mark.django_db

ANN = RemoteAuthor("u1", "@ann@here.example", "Ann")
BEN = RemoteAuthor("u2", "@ben@far.example", "Ben")
ALL = Writing(max_text=20, names="all", people=9, visibilities=("direct", "public"))
AWAY = Writing(
    max_text=20,
    names="away",
    people=9,
    visibilities=("specified", "chat", "public"),
    limits={"chat": 10},
)


def account(able: Writing) -> Account:
    known = Capabilities(writing={"note": able, "new": able}, domain="here.example")
    return make_account(make_user("me"), capabilities=known.as_json())


def new(able: Writing, text: str, visibility: str = "") -> Draft:
    found = account(able)
    return drafts.save(
        drafts.open_draft(found.owner, found, None),
        text=text,
        title="",
        content_warning="",
        visibility=visibility,
        recipients=(ANN, BEN),
    )


def test_names_in_front_leave_less_room() -> None:
    draft = new(ALL, "ho")
    assert drafts.names_in_front(draft) == ["@ann", "@ben@far.example"]
    assert drafts.used(draft) == len("@ann @ben@far.example ho")
    assert drafts.problems(draft) == ["too-long"]


@pytest.mark.parametrize(
    ("visibility", "names", "most"),
    [
        ("", [], 20),
        ("chat", [], 10),
        ("public", ["@ann", "@ben@far.example"], 20),
    ],
)
def test_names_stand_in_front_where_people_are_not_told_by_id(
    visibility: str, names: list[str], most: int
) -> None:
    draft = new(AWAY, "ho", visibility)
    assert drafts.names_in_front(draft) == names
    assert drafts.most(draft) == most


def test_answer_names_those_whom_it_goes_to() -> None:
    found = account(AWAY)
    message = make_message(
        account=found,
        visibility="public",
        extra={"audience": {ANN.remote_id: ANN.handle, BEN.remote_id: BEN.handle}},
    )
    assert message.author is not None
    message.author.remote_id = ANN.remote_id
    message.author.save(update_fields=["remote_id"])
    draft = drafts.open_draft(found.owner, found, message)
    assert drafts.names_in_front(draft) == ["@ben@far.example"]
