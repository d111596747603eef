"""What the person's own filters on the host cover is covered on every page."""

import pytest
from django.test import Client

from messaging.models import Message
from simulators.mastodon import Simulator
from tests.factories import make_account, make_message, make_user
from tests.messaging.test_mastodon import by_text, link, pull, sim, start
from tests.simulators.mastodon.scene import Scene

__all__ = ["sim", "start"]

pytestmark = pytest.mark.django_db

COVER = "Covered by your filter “Spoilers”"
SCOPES = ["read", "write"]


@pytest.fixture
def me(client: Client) -> Client:
    client.force_login(make_user("me"))
    return client


def covered(text: str, *, warning: str = "", name: str = "Spoilers") -> Message:
    return make_message(
        account=make_account(make_user("me"), provider="mastodon"),
        source="direct",
        text=text,
        content_warning=warning,
        extra={"filtered": name},
        unread=True,
    )


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_filter_of_the_host_covers_what_it_fits(sim: Simulator, me: Client) -> None:
    body = {
        "title": "Spoilers",
        "context": ["thread"],
        "filter_action": "hide",
        "keywords_attributes": [{"keyword": "film"}],
    }
    alice = Scene(sim, sim.token("alice", SCOPES))
    assert alice.call("POST /api/v2/filters", body).status_code == 200
    sim.direct("bob", "alice", "about the film of yesterday")
    sim.direct("yuki", "alice", "about the weather")
    account = pull(link(sim))
    told = by_text(account, "the film")
    assert told.extra["filtered"] == "Spoilers"
    assert "filtered" not in by_text(account, "the weather").extra
    assert COVER in page(me, f"/c/{told.conversation_id}/")
    assert "the film" not in page(me, "/").split("<main")[1]


def test_row_names_the_filter_and_not_the_text(me: Client) -> None:
    covered("the murderer is", warning="the gardener")
    shown = page(me, "/")
    assert COVER in shown
    assert "murderer" not in shown
    assert "gardener" not in shown


def test_message_is_folded_with_its_own_warning_inside(me: Client) -> None:
    told = covered("the murderer is", warning="the gardener")
    shown = page(me, f"/c/{told.conversation_id}/")
    fold = shown.split('<details class="cw">')[1].split("</details>")[0]
    summary, inside = fold.split("</summary>")
    assert COVER in summary
    assert "gardener" not in summary
    assert "gardener" in inside
    assert "murderer" in inside


def test_notification_of_the_browser_names_the_filter(me: Client) -> None:
    told = covered("the murderer is")
    answer = me.get(f"/alerts/?conversation={told.conversation_id}").json()
    assert [one["text"] for one in answer["alerts"]] == [COVER]


def test_name_of_a_filter_is_only_text(me: Client) -> None:
    name = "<script>alert(1)</script>"
    told = covered("x", name=name)
    for address in ("/", f"/c/{told.conversation_id}/"):
        shown = page(me, address)
        assert name not in shown
        assert "&lt;script&gt;alert(1)" in shown
