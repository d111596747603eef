"""The person's own filters: what they cover, and what does not count."""

import pytest

from inboxhub.networks.base import RemoteMessage
from inboxhub.networks.mastodon.filters import filtered_by
from inboxhub.networks.mastodon.statuses import read_status
from tests.networks.mastodon.accounts import direct, person, viewer_of

PICTURE = {"id": "1", "type": "image", "url": "https://mastodon.example/a.png"}


def result(action: object, **more: object) -> dict[str, object]:
    """A FilterResult of a filter named Spoilers."""
    rule = {
        "id": "1",
        "title": "Spoilers",
        "context": ["home", "thread"],
        "expires_at": None,
        "filter_action": action,
        **more,
    }
    return {"filter": rule, "keyword_matches": ["film"], "status_matches": None}


def read(*results: object) -> RemoteMessage:
    raw = direct("1001", person("3", "ann"))
    found = read_status(
        {**raw, "filtered": [*results], "media_attachments": [PICTURE]}, viewer_of()
    )
    assert isinstance(found, RemoteMessage)
    return found


@pytest.mark.parametrize("action", ["warn", "hide", "dance", None, 7])
def test_filter_covers_the_message_under_its_name(action: object) -> None:
    found = read(result(action))
    assert found.extra["filtered"] == "Spoilers"
    assert found.content_warning == ""  # an answer would take it over, for all to see
    assert not found.attachments[0].sensitive


def test_blur_covers_the_pictures_only() -> None:
    found = read(result("blur"))
    assert "filtered" not in found.extra
    assert found.attachments[0].sensitive


def test_first_of_several_names_it_and_all_count() -> None:
    found = read(result("blur"), result("warn", title="One"), result("hide"))
    assert found.extra["filtered"] == "One"
    assert found.attachments[0].sensitive


@pytest.mark.parametrize(
    "odd",
    [
        result("warn", context=["home", "public"]),
        result("warn", context=[]),
        result("warn", context="thread"),
        result("warn", context=[["thread"], None]),
        result("warn", expires_at="2020-01-01T00:00:00.000Z"),
        {"filter": None},
        {"filter": []},
        {},
        None,
        5,
    ],
)
def test_filter_of_another_place_or_time_covers_nothing(odd: object) -> None:
    found = read(odd)
    assert "filtered" not in found.extra
    assert not found.attachments[0].sensitive


@pytest.mark.parametrize("odd", [None, {}, "warn", 5, [[]]])
def test_answer_that_is_no_list_of_filters_covers_nothing(odd: object) -> None:
    assert filtered_by({"filtered": odd}) == ("", False)


def test_filter_without_a_name_covers_too() -> None:
    assert filtered_by({"filtered": [result("warn", title=None)]}) == ("…", False)
    ends = "2099-01-01T00:00:00.000Z"
    assert filtered_by({"filtered": [result("warn", expires_at=ends)]})[0]
