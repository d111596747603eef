"""The pages of operations: what was asked for, how far it is, what failed and why."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from messaging.models import Message, Operation, OperationItem
from tests.factories import make_account as account_of
from tests.factories import make_author, make_message, make_user
from tests.messaging.views.pages import (
    fragment,
    html_of,
    page,
    post,
    post_htmx,
    queries,
)


def make_operation(user: User, state: str = "done", **values: object) -> Operation:
    fields: dict[str, object] = {"verb": "delete", "total": 1, **values}
    return Operation.objects.create(owner=user, state=state, **fields)


def make_item(operation: Operation, message: Message, error: str = "") -> None:
    item_of(operation, message, state="failed", error=error)


def item_of(operation: Operation, message: Message, **values: object) -> OperationItem:
    fields: dict[str, object] = {
        "account": message.account,
        "message": message,
        "verb": operation.verb,
        "source": message.source,
        "remote_id": message.remote_id,
        **values,
    }
    return OperationItem.objects.create(operation=operation, **fields)


def test_running_operation_says_that_it_moves(client: Client, user: User) -> None:
    operation = make_operation(user, "running", total=3, done=1)
    html = page(client, f"/operations/{operation.pk}/")
    assert f'data-address="/operations/{operation.pk}/" data-moving' in html
    assert "Deleting 3 messages on the server" in html
    assert '<meta http-equiv="refresh" content="5">' in html  # without scripts


def test_reading_by_opening_is_listed_only_where_it_failed(
    client: Client, user: User
) -> None:
    account = account_of(user)
    asked = make_message(account=account, unread=True)
    looked_at = make_message(account=account, unread=True)
    post(client, "mark-read", message=asked.pk)
    post_htmx(client, "mark-read", message=looked_at.pk, opened="1")
    by_click, by_opening = Operation.objects.order_by("pk")
    html = page(client, "/operations/")
    assert f'id="operation-{by_click.pk}"' in html
    assert f'id="operation-{by_opening.pk}"' not in html
    Operation.objects.filter(pk=by_opening.pk).update(failed=1)
    assert f'id="operation-{by_opening.pk}"' in page(client, "/operations/")


def test_finished_operation_stands_still(client: Client, user: User) -> None:
    operation = make_operation(user, total=3, done=3)
    for html in (
        page(client, f"/operations/{operation.pk}/"),
        fragment(client, f"/operations/{operation.pk}/"),
    ):
        assert "data-moving" not in html
        assert "http-equiv" not in html


def test_counters_name_what_was_gone_already(client: Client, user: User) -> None:
    operation = make_operation(user, "running", total=9, done=5, gone=2, failed=1)
    html = page(client, f"/operations/{operation.pk}/")
    for name, number in (("Done", 5), ("Of these gone already", 2), ("Left", 3)):
        assert f"<dt>{name}</dt><dd>{number}</dd>" in html


def test_each_account_says_how_far_it_is(client: Client, user: User) -> None:
    operation = make_operation(user, "running", total=2)
    refused = account_of(user, status="sign_in_needed")
    item_of(operation, make_message(account=refused), state="pending")
    later = timezone.now() + timedelta(minutes=10)
    waits = make_message(account=account_of(user))
    item_of(operation, waits, state="pending", not_before=later)
    html = page(client, f"/operations/{operation.pk}/")
    assert "refused our key" in html
    assert f'href="{reverse("accounts:renew", args=[refused.pk])}"' in html
    clock = later.astimezone(ZoneInfo("UTC")).strftime("%H:%M")
    assert f"Waiting for misskey.example until {clock}" in html


def test_time_that_has_all_but_come_is_not_said(client: Client, user: User) -> None:
    operation = make_operation(user, "running")
    soon = timezone.now() + timedelta(seconds=50)
    waits = make_message(account=account_of(user))
    item_of(operation, waits, state="pending", not_before=soon)
    html = page(client, f"/operations/{operation.pk}/")
    assert "Waiting for misskey.example<" in html.replace("\n", "").replace(" <", "<")


def test_list_says_what_was_sent_without_who_wrote_it(
    client: Client, user: User
) -> None:
    account, author = account_of(user), make_author(name="Me Myself")
    for text in ("good evening", ""):
        sent = make_message(account=account, author=author, outgoing=True, text=text)
        item_of(make_operation(user, verb="send"), sent, state="done")
    html = page(client, "/operations/")
    assert "<bdi>good evening</bdi>" in html
    assert "<em>No text</em>" in html
    assert "Me Myself" not in html


def test_subject_without_a_text_does_not_end_in_a_colon(
    client: Client, user: User
) -> None:
    author = make_author(name="zed")
    message = make_message(account=account_of(user), author=author, text="")
    item_of(make_operation(user), message, state="done")
    html = page(client, "/operations/")
    assert "<bdi>zed</bdi>" in html
    assert "<bdi>zed</bdi>:" not in html


def test_list_names_the_query_or_the_first_message(client: Client, user: User) -> None:
    account = account_of(user, handle="@me@misskey.example")
    listed = {"list": f"/?account={account.pk}&is=unread&q=in%3Anotices", "bound": 1}
    make_operation(user, selection=listed)
    message = make_message(account=account, text="the first of three")
    item_of(make_operation(user, total=3), message, state="done")
    html = page(client, "/operations/")
    assert "in:notices, Unread, @me@misskey.example" in html
    assert "the first of three" in html
    assert "and 2 more" in html


def test_older_operations_are_a_page_of_their_own(client: Client, user: User) -> None:
    rows = [make_operation(user) for _ in range(51)]
    html = page(client, "/operations/")
    assert f'href="?before={rows[1].pk}"' in html
    assert f'href="/operations/{rows[0].pk}/"' not in html
    older = page(client, f"/operations/?before={rows[1].pk}")
    assert f'href="/operations/{rows[0].pk}/"' in older
    assert "Older operations" not in older


def test_list_takes_as_many_queries_for_one_as_for_many(
    client: Client, user: User
) -> None:
    account = account_of(user)
    item_of(make_operation(user), make_message(account=account), state="done")
    one = queries(client, "/operations/")
    for _ in range(20):
        item_of(make_operation(user), make_message(account=account), state="done")
    assert queries(client, "/operations/") == one
    assert one <= 12


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
    assert "<progress" not in html


def test_many_failures_take_no_more_queries(client: Client, user: User) -> None:
    account = account_of(user)
    operation = make_operation(user, "running", verb="mark-read", total=30, failed=20)
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


# --- The list, and what happened to each ----------------------------------------------


def of_two_accounts(user: User, state: str = "running") -> Operation:
    """Something on two messages of each of two accounts, one of them done."""
    operation = make_operation(user, state, total=4, done=1)
    for account, states in (
        (account_of(user, handle="@one@a.example"), ("done", "pending")),
        (account_of(user, handle="@two@b.example"), ("pending", "pending")),
    ):
        for item in states:
            item_of(operation, make_message(account=account), state=item)
    return operation


def test_list_shows_each_account_of_what_runs(client: Client, user: User) -> None:
    of_two_accounts(user)
    html = page(client, "/operations/")
    assert html.count('class="row-lane ') == 2
    for handle, numbers in (("@one@a.example", "1 / 2"), ("@two@b.example", "0 / 2")):
        assert f"<bdi>{handle}</bdi>" in html
        assert f'<span class="lane-numbers">{numbers}</span>' in html


def test_list_needs_one_bar_for_one_account_and_none_at_the_end(
    client: Client, user: User
) -> None:
    alone = make_operation(user, "running", total=2)
    item_of(alone, make_message(account=account_of(user)), state="pending")
    of_two_accounts(user, "done")
    html = page(client, "/operations/")
    assert "row-lane" not in html
    assert html.count("<progress max=") == 1


def test_list_moves_by_itself_while_something_runs(client: Client, user: User) -> None:
    operation = of_two_accounts(user)
    html = fragment(client, "/operations/")
    assert html.startswith(
        '<ul id="operations" class="plain-list operations"'
        ' data-address="/operations/" data-moving>'
    )
    assert f'<li id="operation-{operation.pk}" data-piece>' in html
    assert 'id="operation-bar"' in html
    Operation.objects.update(state="done")
    assert "data-moving" not in fragment(client, "/operations/").split("</ul>")[0]


def test_list_shows_nothing_of_a_stranger(client: Client, user: User) -> None:
    of_two_accounts(make_user("eve"))
    for html in (page(client, "/operations/"), fragment(client, "/operations/")):
        assert "row-lane" not in html
        assert "@one@a.example" not in html


def test_list_takes_as_many_queries_for_many(client: Client, user: User) -> None:
    of_two_accounts(user)
    few = queries(client, "/operations/")
    for _ in range(20):
        of_two_accounts(user)
    assert queries(client, "/operations/") == few


def test_history_says_what_happened_and_when(client: Client, user: User) -> None:
    began = timezone.now().replace(hour=14, minute=0)
    noted = [
        {"what": "paused", "at": f"{began.replace(minute=5).isoformat()}"},
        {"what": "resumed", "at": f"{began.replace(minute=7).isoformat()}"},
        {"what": "restarted", "at": f"{began.replace(minute=8).isoformat()}"},
        {
            "what": "sign-in-needed",
            "at": f"{began.replace(minute=9).isoformat()}",
            "account": "@me@a.example",
        },
        {"what": "of a later release", "at": f"{began.isoformat()}"},
    ]
    operation = make_operation(
        user,
        created_at=began,
        finished_at=began.replace(minute=20),
        history=noted,
    )
    html = page(client, f"/operations/{operation.pk}/")
    history = html.split('<ol class="meta moments"')[1].split("</ol>")[0]
    told = [item.split("<time")[0].strip() for item in history.split("meta-item")[1:]]
    assert [words.removeprefix('">') for words in told] == [
        "Asked for",
        "Paused",
        "Resumed",
        "InboxHub was started again, and goes on",
        "@me@a.example needs you to sign in again",
        "Finished",
    ]
    clocks = [item.split("</time>")[0][-5:] for item in history.split("<time")[1:]]
    assert clocks == ["14:00", "14:05", "14:07", "14:08", "14:09", "14:20"]
