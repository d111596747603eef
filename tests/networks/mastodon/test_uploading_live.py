"""Pictures that go along with a message, on simulated hosts."""

from itertools import count

import pytest

from inboxhub.networks.budget import Budgets
from inboxhub.networks.errors import PermanentError, TemporaryError
from inboxhub.networks.mastodon import Client
from inboxhub.networks.writing import Upload
from simulators.mastodon import Simulator
from tests.networks.mastodon.live import client_on, everywhere, received, written


@everywhere
def test_picture_goes_along(sim: Simulator, client: Client) -> None:
    file_id = client.upload(
        Upload('猫 "1".png', "image/png", b"bytes", "a cat", sensitive=True)
    )
    draft = written(client, "look", answers=received(sim), files=(file_id,))
    sent = client.send(draft)
    assert sent.message is not None
    (picture,) = sent.message.attachments
    assert (picture.description, picture.sensitive) == ("a cat", True)
    (stored,) = sim.state.media.values()
    assert (stored.content, stored.mime) == (b"bytes", "image/png")
    assert len(client.find_sent(draft)) == 1


def test_picture_that_takes_long_is_waited_for(sim: Simulator) -> None:
    sim.slow(3600)
    client = client_on(sim)
    seconds: list[float] = []

    def wait(some: float) -> None:
        seconds.append(some)
        if len(seconds) == 3:
            sim.finish()

    client.budgets = Budgets(count(1000.0, 0.25).__next__, wait)
    file_id = client.upload(Upload("cat.png", "image/png", b"bytes"))
    assert sim.state.media[file_id].ready
    assert len(seconds) == 3


def test_picture_that_takes_too_long_comes_later(
    sim: Simulator, client: Client
) -> None:
    sim.slow(3600)
    with pytest.raises(TemporaryError) as caught:
        client.upload(Upload("cat.png", "image/png", b"bytes"))
    assert caught.value.code == "PROCESSING"


@pytest.mark.parametrize("seconds", [0, 3600])
def test_picture_that_the_host_fails_at_is_refused(
    sim: Simulator, client: Client, seconds: int
) -> None:
    sim.slow(seconds)
    sim.spoil_uploads()
    with pytest.raises(PermanentError) as caught:
        client.upload(Upload("cat.png", "image/png", b"bytes"))
    assert caught.value.stored == "Error processing thumbnail for uploaded media"
