"""How much a stream may bring in an hour, and that it is said where it was too much."""

import pytest
from django.test import Client

from messaging import allowance
from messaging.allowance import HOUR, MOST_CHARACTERS, MOST_MESSAGES, Allowance
from tests.factories import make_account

pytestmark = pytest.mark.django_db


def test_new_messages_are_taken_up_to_the_hours_number() -> None:
    own = Allowance(0.0)
    assert own.takes(1, 10, 1.0)
    own.stored(MOST_MESSAGES)
    assert not own.takes(3, 10, 2.0)
    assert own.passed_over == 3
    assert own.takes(1, 10, HOUR + 1.0)
    assert own.passed_over == 0


def test_size_counts_also_where_nothing_is_new() -> None:
    own = Allowance(0.0)
    assert own.takes(1, MOST_CHARACTERS, 0.0)
    assert not own.takes(1, 1, 0.0)


def test_it_is_said_at_once_and_then_now_and_again() -> None:
    own = Allowance(0.0)
    assert not own.to_be_said(0.0)
    own.takes(1, MOST_CHARACTERS + 1, 0.0)
    assert [own.to_be_said(now) for now in (0.0, 1.0, 11.0)] == [True, False, True]


def test_accounts_page_says_how_many_were_passed_over() -> None:
    account = make_account()
    client = Client(headers={"host": "localhost:8000"})
    client.force_login(account.owner)
    allowance.say(account.pk, 7)
    html = client.get(f"/accounts/{account.pk}/").content.decode()
    assert "7 messages were passed over in this hour" in html
