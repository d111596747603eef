"""A server that is killed while it sends: afterwards the host has it exactly once."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from tests.processes.hosts import NETWORKS, Host, linked, opened
from tests.processes.site import wait_until

pytestmark = pytest.mark.wide

QUESTION, TEXT = "are you coming?", "Yes, at eight!"
PATIENCE = 60.0
ANSWER = f"""
from accounts.models import Account
from messaging import drafts
from messaging.models import Message
question = Message.objects.get(text__contains={QUESTION!r})
draft = drafts.open_draft(question.owner, question.account, question)
draft = drafts.save(
    draft, text={TEXT!r}, title=draft.title, content_warning="", visibility="",
    recipients=[],
)
drafts.send_now(drafts.send(draft))
"""
A_MINUTE_LATER = """
from messaging.models import OperationItem
OperationItem.objects.exclude(state="in_flight").update(not_before=None)
print("state", OperationItem.objects.latest("pk").state)
"""
MESSAGES = """
from messaging.models import Message
print(*Message.objects.values_list("text", flat=True))
"""


@pytest.mark.parametrize("network", NETWORKS)
def test_server_killed_while_it_sends_has_sent_once_after_its_restart(
    tmp_path: Path, network: str
) -> None:
    with asked(network) as host, linked(tmp_path, host) as made:
        wait_until(lambda: QUESTION in made.run(MESSAGES), PATIENCE)
        # The host does it and answers late; then it hears of it and does nothing.
        for number, kind in enumerate(("late", "hang")):
            host.sim.fault(host.sends, kind, times=1, seconds=60.0)
            made.run(ANSWER)
            wait_until(partial(_is_under_way, host, number), PATIENCE)
            made.end(signal.SIGKILL)
            made.start()
            wait_until(lambda: "state done" in made.run(A_MINUTE_LATER), PATIENCE)
            assert sent(host) == number + 1


@contextmanager
def asked(network: str) -> Iterator[Host]:
    with opened(network) as host:
        host.asked(QUESTION)
        yield host


def sent(host: Host) -> int:
    return sum(TEXT in text for text in host.sent())


def _is_under_way(host: Host, before: int) -> bool:
    return host.struck(before + 1) and sent(host) == 1
