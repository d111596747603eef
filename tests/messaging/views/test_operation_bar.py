"""The bar at the foot of every page while something is under way."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from messaging import services
from messaging.models import Operation
from messaging.selection import Selection
from tests.factories import make_account, make_message, make_user
from tests.messaging.views.pages import fragment, page, queries
from tests.messaging.views.test_operations import make_operation

LINK = 'class="bar-words"'


def under_way(user: User, state: str = "running", **values: object) -> Operation:
    """Something on ten messages that was asked for a minute ago."""
    began = timezone.now() - timedelta(minutes=1)
    fields: dict[str, object] = {"total": 10, "created_at": began, **values}
    return make_operation(user, state, **fields)


def test_every_page_shows_what_runs(client: Client, user: User) -> None:
    operation = under_way(user, done=4)
    for address in ("/", "/accounts/", "/operations/"):
        html = page(client, address)
        assert LINK in html
        assert f'href="/operations/{operation.pk}/"' in html
        assert "4 / 10" in html
        assert f'action="/operations/{operation.pk}/pause/"' in html


def test_bar_is_a_fragment_of_its_own(client: Client, user: User) -> None:
    assert LINK not in fragment(client, "/operations/bar/")
    under_way(user)
    html = fragment(client, "/operations/bar/")
    assert html.startswith('<div id="operation-bar"')
    assert LINK in html
    assert "data-moving" in html


def test_own_page_of_an_operation_needs_no_bar(client: Client, user: User) -> None:
    operation = under_way(user)
    label = 'aria-label="Operation under way"'
    assert f"{label} hidden>" in page(client, f"/operations/{operation.pk}/")
    assert f"{label}>" in page(client, "/operations/")


def test_bar_shows_nothing_of_a_stranger(client: Client, user: User) -> None:
    operation = under_way(make_user("eve"))
    html = page(client)
    assert LINK not in html
    assert f"/operations/{operation.pk}/" not in html


def test_quick_things_show_no_bar(client: Client, user: User) -> None:
    make_operation(user, "running", total=10)
    html = page(client)
    assert LINK not in html
    assert "data-moving" in html  # it is looked at again


def test_what_can_still_be_undone_comes_first(client: Client, user: User) -> None:
    soon = timezone.now() + timedelta(seconds=20)
    waits = under_way(user, "waiting", not_before=soon)
    under_way(user)
    html = page(client)
    assert f'action="/operations/{waits.pk}/undo/"' in html
    assert "Begins in 20 s" in html
    assert "and 1 more" in html


def test_end_of_something_long_is_told_for_a_while(client: Client, user: User) -> None:
    now = timezone.now()
    under_way(user, "done", done=10, finished_at=now)
    assert "10 messages deleted on the server" in page(client)
    Operation.objects.update(finished_at=now - timedelta(seconds=30))
    assert LINK not in page(client)


def test_last_thing_can_be_undone_from_any_page(client: Client, user: User) -> None:
    message = make_message(account=make_account(user))
    operation = services.hide(user, Selection.messages([message.pk]))
    undo = f'action="/operations/{operation.pk}/undo/"'
    assert undo in page(client, "/accounts/")
    client.post(f"/operations/{operation.pk}/undo/")
    assert undo not in page(client, "/accounts/")
    message.refresh_from_db()
    assert message.hidden_at is None


def test_reading_mark_is_not_the_last_thing(client: Client, user: User) -> None:
    """It comes by itself when a conversation is opened."""
    account = make_account(user)
    hidden = services.hide(user, Selection.messages([make_message(account=account).pk]))
    opened = make_message(account=account, unread=True)
    services.mark_read(user, Selection.messages([opened.pk]))
    assert f'action="/operations/{hidden.pk}/undo/"' in page(client, "/accounts/")


def test_undo_is_offered_for_some_minutes(client: Client, user: User) -> None:
    make_message(account=make_account(user))
    make_operation(user, verb="hide", created_at=timezone.now() - timedelta(minutes=6))
    assert "data-undo" not in page(client)


def test_screen_reader_hears_quarters(client: Client, user: User) -> None:
    operation = under_way(user, done=3)
    heard = 'data-heard="Delete on the server: 25 % done"'
    assert heard in fragment(client, "/operations/bar/")
    Operation.objects.filter(pk=operation.pk).update(done=4)
    assert heard in fragment(client, "/operations/bar/")
    Operation.objects.filter(pk=operation.pk).update(done=5)
    assert "50 % done" in fragment(client, "/operations/bar/")


def test_bar_takes_one_query(client: Client, user: User) -> None:
    none = queries(client, "/operations/bar/")
    for _ in range(5):
        under_way(user)
    assert queries(client, "/operations/bar/") == none
    assert queries(client, "/") <= 12


def test_status_line_offers_to_undo(client: Client, user: User) -> None:
    operation = make_operation(user, verb="hide", total=1, done=1)
    html = fragment(client, f"/operations/{operation.pk}/", target="status-line")
    assert f'hx-post="/operations/{operation.pk}/undo/"' in html
    done = make_operation(user, total=1, done=1)
    html = fragment(client, f"/operations/{done.pk}/", target="status-line")
    assert "data-undo" not in html


def test_status_line_follows_for_a_while(client: Client, user: User) -> None:
    fresh = make_operation(user, "running", total=3)
    old = under_way(user)
    for operation, follows in ((fresh, True), (old, False)):
        html = fragment(client, f"/operations/{operation.pk}/", target="status-line")
        assert ('hx-trigger="every 1s"' in html) == follows
