"""Messages to do something with, at a simulated host or at one that nobody asks."""

from collections.abc import Callable, Sequence
from itertools import count

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from accounts.models import Account
from inboxhub.networks.base import Outcome, Target
from inboxhub.networks.capabilities import SERVER, Ability, Capabilities
from inboxhub.networks.misskey import Client
from messaging.models import Message, Operation
from messaging.selection import Selection
from messaging.sync.foreground import pull_now
from simulators.misskey import Simulator
from tests.factories import make_account, make_user
from tests.messaging.conftest import Link

NUMBER = 5
ABLE = Capabilities(
    abilities={
        "delete": {"note": Ability(SERVER, seconds=2.0)},
        "remove": {"note": Ability(SERVER)},
        "mark-read": {"note": Ability(SERVER)},
        "mark-unread": {"note": Ability(SERVER)},
        "accept": {"note": Ability(SERVER)},
        "reject": {"note": Ability(SERVER)},
    },
)

InTheMiddle = Callable[[Callable[[], object]], None]


def pick(*messages: Message) -> Selection:
    return Selection.messages(message.pk for message in messages)


@pytest.fixture
def me() -> User:
    return make_user("me")


@pytest.fixture
def able(me: User) -> Account:
    """An account whose host nobody asks."""
    return make_account(me, capabilities=ABLE.as_json())


@pytest.fixture
def account(sim: Simulator, link: Link) -> Account:
    first = sim.direct("taro", "hana", "question")
    for number in range(NUMBER):
        sim.direct("hana", "taro", f"answer {number}", reply_to=str(first["id"]))
    account = link()
    pull_now(account, full=False)
    account.refresh_from_db()
    return account


def answers(account: Account) -> list[Message]:
    return list(account.messages.filter(text__contains="answer").order_by("pk"))


def left_there(sim: Simulator, account: Account) -> int:
    return sum(sim.find_note(one.remote_id) is not None for one in answers(account))


def over(operation: Operation) -> None:
    """The time in which it could be undone is over."""
    Operation.objects.filter(pk=operation.pk).update(not_before=timezone.now())


def settled(operation: Operation) -> tuple[str, int, int, int]:
    operation.refresh_from_db()
    return (operation.state, operation.done, operation.failed, operation.skipped)


@pytest.fixture
def in_the_middle(monkeypatch: pytest.MonkeyPatch) -> InTheMiddle:
    """Has something happen during the second call."""

    def arrange(happens: Callable[[], object]) -> None:
        real, calls = Client.delete, count(1)

        def delete(client: Client, targets: Sequence[Target]) -> list[Outcome]:
            if next(calls) == 2:
                happens()
            return real(client, targets)

        monkeypatch.setattr(Client, "delete", delete)

    return arrange
