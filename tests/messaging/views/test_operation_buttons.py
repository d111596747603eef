"""What can be done about an operation: undo, pause, resume, cancel, retry, decide."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from accounts.models import Account
from inboxhub.networks.capabilities import Ability, Capabilities
from messaging import drafts, operations, services
from messaging.models import Draft, Message, Operation, OperationItem
from messaging.selection import Selection
from messaging.views.operations import ACTIONS
from tests.factories import make_account, make_message, make_user
from tests.messaging.views.pages import html_of, page

ABLE = Capabilities(
    abilities={"delete": {"note:own": Ability("server", effect="delete-note")}},
).as_json()


@pytest.fixture
def account(user: User) -> Account:
    return make_account(user, capabilities=ABLE)


@pytest.fixture
def waiting(user: User, account: Account) -> Operation:
    """Two own notes that will be deleted, in the time in which it can be undone."""
    rows = [make_message(account=account, outgoing=True) for _ in range(2)]
    chosen = Selection.messages([row.pk for row in rows])
    return services.delete(user, chosen, undoable=True)


@pytest.fixture
def unsure(user: User, account: Account) -> Operation:
    """A message of which nobody knows whether it was sent."""
    operation = Operation.objects.create(
        owner=user, verb="send", state="running", total=1
    )
    operation.items.create(
        account=account,
        verb="send",
        source="new",
        remote_id="draft:1",
        state="unknown",
        looks=drafts.MOST_LOOKS,
    )
    Draft.objects.create(
        owner=user, account=account, text="Hello", state="sending", operation=operation
    )
    return operation


def press(client: Client, operation: Operation, button: str, shown: str = "/") -> str:
    """What htmx gets for it, with the page `shown` on the screen."""
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{shown}"}
    answer = client.post(f"/operations/{operation.pk}/{button}/", headers=headers)
    assert answer.status_code == 200
    operation.refresh_from_db()
    return html_of(answer)


@pytest.mark.parametrize("button", ACTIONS)
def test_button_of_a_stranger_is_not_found(
    client: Client, user: User, button: str
) -> None:
    rows = [make_message(account=make_account(make_user("eve"))).pk]
    operation = services.hide(make_user("eve"), Selection.messages(rows))
    before = Operation.objects.values().get()
    assert client.post(f"/operations/{operation.pk}/{button}/").status_code == 404
    assert Operation.objects.values().get() == before


@pytest.mark.parametrize("button", ACTIONS)
def test_button_takes_no_get(client: Client, waiting: Operation, button: str) -> None:
    assert client.get(f"/operations/{waiting.pk}/{button}/").status_code == 405


def test_undo_in_the_window_brings_everything_back(
    client: Client, waiting: Operation
) -> None:
    html = page(client, f"/operations/{waiting.pk}/")
    assert "2 messages will be deleted on the server" in html
    assert 'aria-keyshortcuts="z"' in html
    assert "Undone. Nothing was changed." in press(client, waiting, "undo")
    assert waiting.state == Operation.State.CANCELLED
    assert Message.objects.filter(hidden_at=None).count() == 2


@pytest.mark.parametrize("resolved", [False, True])
def test_cancelled_during_a_call_does_not_say_that_nothing_happened(
    client: Client, waiting: Operation, *, resolved: bool
) -> None:
    Operation.objects.update(state="running", not_before=None)
    first = waiting.items.order_by("pk")[:1]
    OperationItem.objects.filter(pk__in=first.values("pk")).update(state="in_flight")
    perhaps = "Cancelled. The last call was under way: perhaps it was done."
    html = press(client, waiting, "cancel")
    if resolved:
        operations.leave_out(
            waiting.items.filter(state="in_flight"), "cancelled-in-doubt"
        )
        html = page(client, f"/operations/{waiting.pk}/")
    assert perhaps in html
    assert "Nothing was changed" not in html


def test_marks_that_are_taken_back_do_not_stay(
    client: Client, user: User, account: Account
) -> None:
    rows = [make_message(account=account, unread=True).pk for _ in range(2)]
    operation = services.mark_read(user, Selection.messages(rows))
    Operation.objects.filter(pk=operation.pk).update(state="running", done=1)
    waits = operation.items.order_by("pk")[:1]
    OperationItem.objects.filter(pk__in=waits.values("pk")).update(state="pending")
    press(client, operation, "undo")
    html = page(client, f"/operations/{operation.pk}/")
    assert "<span>Undone.</span>" in html
    assert "stays so" not in html


def test_countdown_runs_without_scripts(client: Client, waiting: Operation) -> None:
    html = page(client, f"/operations/{waiting.pk}/")
    assert "Begins in 30 s" in html
    assert '<animate attributeName="stroke-dashoffset"' in html
    assert '<noscript> <meta http-equiv="refresh" content="5"> </noscript>' in html


def test_undo_of_marks_does_the_opposite_once(
    client: Client, user: User, account: Account
) -> None:
    message = make_message(account=account, unread=True)
    operation = services.mark_read(user, Selection.messages([message.pk]))
    html = press(client, operation, "undo")
    assert "1 message marked unread" in html
    assert "data-undo" not in html  # nothing undoes an undo
    press(client, operation, "undo")
    assert Message.objects.get().unread
    assert Operation.objects.count() == 2
    assert "data-undo" not in page(client, f"/operations/{operation.pk}/")


def test_pause_resume_and_cancel_can_come_twice(
    client: Client, waiting: Operation
) -> None:
    Operation.objects.update(state="running", not_before=None)
    for button, state in (
        ("pause", Operation.State.PAUSED),
        ("resume", Operation.State.RUNNING),
        ("cancel", Operation.State.CANCELLED),
        ("resume", Operation.State.CANCELLED),
    ):
        for _ in range(2):
            press(client, waiting, button)
            assert waiting.state == state


def test_paused_page_offers_to_go_on(client: Client, waiting: Operation) -> None:
    Operation.objects.update(state="running", not_before=None)
    shown = f"/operations/{waiting.pk}/"
    html = press(client, waiting, "pause", shown)
    assert f'id="operation" class="operation" data-operation="{waiting.pk}"' in html
    assert f'action="{shown}resume/"' in html
    assert "Paused: 0 of 2 done." in html


def test_failures_are_tried_again(client: Client, waiting: Operation) -> None:
    waiting.items.update(state="failed", error="host-error", settled_at=timezone.now())
    Operation.objects.update(state="done", failed=2, not_before=None)
    assert "Retry failed" in page(client, f"/operations/{waiting.pk}/")
    press(client, waiting, "retry")
    assert waiting.state == Operation.State.RUNNING
    assert waiting.items.filter(state="pending").count() == 2


def test_button_without_scripts_leads_back(client: Client, waiting: Operation) -> None:
    address = f"/operations/{waiting.pk}/undo/"
    answer = client.post(address, {"next": "/?box=sent"})
    assert answer.headers["Location"] == "/?box=sent"
    assert "Undone. Nothing was changed." in page(client, "/?box=sent")
    elsewhere = client.post(address, {"next": "https://evil.example/"})
    assert elsewhere.headers["Location"] == "/"


def test_unknown_outcome_is_asked_about(client: Client, unsure: Operation) -> None:
    html = page(client, f"/operations/{unsure.pk}/")
    assert "Did your message arrive?" in html
    for button in ("It arrived", "Send again", "Discard"):
        assert f"<span>{button}</span>" in html
    assert "Cancel" not in html


@pytest.mark.parametrize(
    ("button", "item"),
    [("it-arrived", "done"), ("send-again", "pending"), ("discard", "skipped")],
)
def test_decision_about_a_message_counts_once(
    client: Client, unsure: Operation, button: str, item: str
) -> None:
    html = press(client, unsure, button, f"/operations/{unsure.pk}/")
    assert "Did your message arrive?" not in html
    assert [row.state for row in unsure.items.all()] == [item]
    for other in ("it-arrived", "send-again", "discard"):
        press(client, unsure, other)
    assert [row.state for row in unsure.items.all()] == [item]
