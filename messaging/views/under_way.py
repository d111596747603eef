"""A draft that is on its way, as pages show it: how far it is, what became of it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import Account
from messaging import drafts, wording
from messaging.models import Draft, Message, Operation, OperationItem

State = OperationItem.State


@dataclass(frozen=True, slots=True)
class Sending:
    """A draft that is on its way, or what became of it."""

    operation: Operation
    draft: Draft | None
    state: str
    """`waiting`, `running`, `held`, `unknown`, `sent` or `given-up`."""
    seconds: int
    """How long it can still be undone."""
    why: str
    unreached: Sequence[str]
    message: Message | None
    account: Account

    @property
    def moves(self) -> bool:
        return self.state in ("waiting", "running", "held", "unknown")

    @property
    def trigger(self) -> str:
        """When the page looks again: buttons must not change under a click."""
        match self.state:
            case "waiting":
                return f"load delay:{self.seconds}s"
            case "running":
                return "load delay:1s"
            case _:
                return "load delay:5s"


def sending_of(operation: Operation, draft: Draft | None) -> Sending:
    """How far it is, from the rows alone."""
    items = operation.items.select_related("account", "message")
    # It goes with its account.
    item = get_object_or_404(items)
    left = 0.0
    if operation.not_before:
        left = (operation.not_before - timezone.now()).total_seconds()
    told = item.before.get("unreached")
    host = wording.server_name(item.account)
    return Sending(
        operation=operation,
        draft=draft,
        state=_state(operation, item),
        seconds=max(0, math.ceil(left)),
        why=wording.item_problem(item.error, host) if item.error else "",
        unreached=told if isinstance(told, list) else [],
        message=item.message,
        account=item.account,
    )


def _state(operation: Operation, item: OperationItem) -> str:
    match item.state:
        case State.DONE:
            return "sent"
        case State.SKIPPED | State.FAILED:
            return "given-up"
        case State.UNKNOWN if drafts.undecided(operation):
            return "unknown"
    if operation.state == Operation.State.WAITING:
        return "waiting"
    held = item.state == State.PENDING and bool(item.error)
    return "held" if held else "running"
