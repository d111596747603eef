"""The pages of operations: what was asked for, how far it is, what failed and why."""

from django.contrib.auth.models import User
from django.test import Client

from messaging.models import Message, Operation, OperationItem
from tests.factories import make_account as account_of
from tests.factories import make_message, make_user
from tests.messaging.views.pages import fragment, html_of, page, queries


def make_operation(user: User, state: str = "done", **values: object) -> Operation:
    fields: dict[str, object] = {"verb": "delete", "total": 1, **values}
    return Operation.objects.create(owner=user, state=state, **fields)


def make_item(operation: Operation, message: Message, error: str = "") -> None:
    OperationItem.objects.create(
        operation=operation,
        account=message.account,
        message=message,
        verb=operation.verb,
        source=message.source,
        remote_id=message.remote_id,
        state="failed",
        error=error,
    )


def test_running_operation_asks_again_every_second(client: Client, user: User) -> None:
    operation = make_operation(user, "running", total=3, done=1)
    html = page(client, f"/operations/{operation.pk}/")
    assert 'hx-trigger="every 1s"' in html
    assert "Deleting 3 messages on the server" in html


def test_finished_operation_stops_asking(client: Client, user: User) -> None:
    operation = make_operation(user, total=3, done=3)
    assert "every 1s" not in page(client, f"/operations/{operation.pk}/")
    assert "every 1s" not in fragment(client, f"/operations/{operation.pk}/")


def test_status_line_follows_the_operation(client: Client, user: User) -> None:
    operation = make_operation(user, total=1, done=1)
    html = fragment(client, f"/operations/{operation.pk}/", target="status-line")
    assert "1 message deleted on the server" in html
    assert "<section" not in html


def test_failures_are_named_with_their_reason(client: Client, user: User) -> None:
    message = make_message(account=account_of(user), text="stubborn note")
    operation = make_operation(user, failed=1)
    make_item(operation, message, "not-yours")
    html = page(client, f"/operations/{operation.pk}/")
    assert "stubborn note" in html
    assert "written by others" in html


def test_failure_at_the_host_is_told_in_a_sentence(client: Client, user: User) -> None:
    message = make_message(account=account_of(user))
    operation = make_operation(user, failed=1)
    make_item(operation, message, "PERMISSION_DENIED")
    message.delete()
    html = page(client, f"/operations/{operation.pk}/")
    assert f"Post <bdi>{message.remote_id}</bdi>" in html
    assert "Our key may not do that on misskey.example." in html


def test_bar_leaves_out_what_is_not_possible(client: Client, user: User) -> None:
    operation = make_operation(user, total=1500, done=1200, skipped=300)
    html = page(client, f"/operations/{operation.pk}/")
    assert 'max="1200"' in html
    assert "1,200 messages deleted on the server" in html
    skipped = make_operation(user, total=3, skipped=3)
    html = page(client, f"/operations/{skipped.pk}/")
    assert 'max="1" value="1"' in html


def test_many_failures_take_no_more_queries(client: Client, user: User) -> None:
    account = account_of(user)
    operation = make_operation(user, failed=20)
    make_item(operation, make_message(account=account))
    one = queries(client, f"/operations/{operation.pk}/")
    for _ in range(20):
        make_item(operation, make_message(account=account))
    assert queries(client, f"/operations/{operation.pk}/") == one
    assert one <= 12


def test_operation_of_a_stranger_is_not_found(client: Client, user: User) -> None:
    operation = make_operation(make_user("eve"))
    page(client, f"/operations/{operation.pk}/", status=404)
    assert f"/operations/{operation.pk}/" not in page(client, "/operations/")


def test_list_of_operations_is_linked_once_there_is_one(
    client: Client,
    user: User,
) -> None:
    assert 'href="/operations/"' not in page(client)
    operation = make_operation(user)
    assert 'href="/operations/"' in page(client)
    assert f"/operations/{operation.pk}/" in page(client, "/operations/")


def test_refreshing_answers_with_a_line_that_follows(
    client: Client, user: User
) -> None:
    message = make_message(account=account_of(user))
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/"}
    html = html_of(client.post(f"/m/{message.pk}/refresh/", headers=headers))
    assert "Fetching 1 message again" in html
    assert 'hx-trigger="every 1s"' in html


def test_refreshing_without_javascript_shows_the_operation(
    client: Client,
    user: User,
) -> None:
    message = make_message(account=account_of(user))
    answer = client.post(f"/m/{message.pk}/refresh/")
    operation = Operation.objects.get()
    assert answer.headers["Location"] == f"/operations/{operation.pk}/"
    assert f'href="/m/{message.pk}/"' in page(client, answer.headers["Location"])


def test_refreshed_message_takes_its_place(client: Client, user: User) -> None:
    message = make_message(account=account_of(user), text="as it is now")
    operation = make_operation(user, verb="refresh", done=1)
    make_item(operation, message)
    html = fragment(client, f"/operations/{operation.pk}/", target="status-line")
    assert "as it is now" in html
    assert f'id="message-{message.pk}"' in html


def test_message_of_a_stranger_is_not_refreshed(client: Client, user: User) -> None:
    answer = client.post(f"/m/{make_message().pk}/refresh/")
    assert answer.status_code == 404
    assert client.get("/m/1/refresh/").status_code == 405
