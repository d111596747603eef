"""News of Mastodon and GoToSocial arrive by themselves, and those of filtered people."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulators.mastodon import Simulator
from simulators.visitor import Form
from tests.processes.reader import OnMastodon, on_mastodon

pytestmark = pytest.mark.wide

ME = OnMastodon.person


@pytest.fixture(params=["4.6", "gotosocial"])
def reader(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OnMastodon]:
    with on_mastodon(tmp_path, profile=request.param) as person:
        yield person


@pytest.fixture
def sim(reader: OnMastodon) -> Simulator:
    return reader.sim


def test_news_edits_and_deletions_arrive_by_themselves(
    sim: Simulator, reader: OnMastodon
) -> None:
    told = sim.direct("bob", ME, "only for you")
    reader.sees("only for you")
    sim.edit_status(str(told["id"]), f"@{ME} only for you, edited")
    reader.sees("only for you, edited")
    sim.mention("carol", ME, "look at this")
    reader.sees("look at this")
    mine = sim.status(ME, "what I think")
    sim.favourite("carol", str(mine["id"]))
    reader.sees("favourited your post", query="box=notices")
    sim.close_streams(ME)
    sim.direct("bob", ME, "into the silence")
    reader.sees("into the silence")


@pytest.mark.parametrize("reader", ["4.6"], indirect=True)
def test_message_of_a_filtered_stranger_is_found_by_the_pull(
    sim: Simulator, reader: OnMastodon
) -> None:
    """Nothing is streamed for it; what follows an accepted request is merged later."""
    sim.policy(ME, for_private_mentions="filter")
    sim.direct("dave", ME, "who are you?")
    reader.visitor.open("/accounts/")
    token = reader.visitor.form_with("csrfmiddlewaretoken").values
    form = Form(f"/accounts/{reader.account}/sync/", "post", dict(token))
    reader.visitor.submit(form)
    reader.sees("Dave", query="box=requests")


def test_revoked_token_leads_to_sign_in_again(
    sim: Simulator, reader: OnMastodon
) -> None:
    sim.revoke(ME)
    sim.close_streams(ME)
    reader.sees("Sign in again")
