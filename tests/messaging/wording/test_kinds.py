"""One kind reads differently by what is told of the message; visibility is never widened."""

import pytest

from messaging import wording
from messaging.wording.kinds import KINDS
from messaging.wording.variants import VARIANTS


@pytest.mark.parametrize(
    ("code", "title", "extra", "words"),
    [
        ("moderation", "suspend", {}, "This account was suspended on {host}"),
        ("moderation", "none", {}, str(KINDS["moderation"].line)),
        ("moderation", "", {}, str(KINDS["moderation"].line)),
        ("report", "spam", {}, "reported spam to the moderators of {host}"),
        ("report", "of another release", {}, str(KINDS["report"].line)),
        ("severed", "bad.example", {}, "Relationships with {title} were cut"),
        ("severed", "", {}, "Relationships were cut on {host}"),
        ("annual-report", "2025", {}, str(KINDS["annual-report"].line)),
        ("collection", "", {}, "added you to a collection"),
        ("boost", "", {"context": {"mine": True}}, "boosted your post"),
        ("boost", "", {"context": {"text": "theirs"}}, "boosted a post"),
        ("boost", "", {}, "boosted your post"),
        ("moved", "", {"moved_to": "@ann@new.example"}, "moved to {title}"),
        ("moved", "", {}, "moved to another account"),
        (
            "pending",
            "",
            {"type": "pending.reblog"},
            "boosted your post; that waits for your approval on {host}",
        ),
        ("pending", "", {"type": 7}, str(KINDS["pending"].line)),
        (
            "notification-request",
            "",
            {"request": {"count": 4}},
            "notices held back: {count}",
        ),
        (
            "notification-request",
            "",
            {"request": {"count": 0}},
            "is filtered by {host}",
        ),
        ("notification-request", "", {"request": "x"}, "is filtered by {host}"),
        ("notice", "Maintenance", {}, "{title}"),
        ("notice", "", {}, ""),
        ("other:new", "The host's own words", {}, "{title}"),
    ],
)
def test_line_goes_by_what_is_told(
    code: str,
    title: str,
    extra: dict[str, object],
    words: str,
) -> None:
    shown = wording.shown_kind(code, title=title, extra=extra, named=True)
    assert str(shown.line) == words


def test_unknown_kind_names_who_is_behind_it() -> None:
    known = wording.shown_kind("other:new", title="", extra={}, named=True)
    assert str(known.sentence).startswith("{who}: ")
    unknown = wording.shown_kind("other:new", title="", extra={}, named=False)
    assert "{who}" not in str(unknown.sentence)


@pytest.mark.parametrize("code", sorted(KINDS))
def test_sentence_holds_what_the_line_holds(code: str) -> None:
    for one in (KINDS[code], *VARIANTS.get(code, {}).values()):
        for part in ("{title}", "{host}", "{count}", "{emoji}"):
            assert part not in str(one.line) or part in str(one.sentence)


@pytest.mark.parametrize("code", ["circle", "PUBLIC", "<b>", "mutuals"])
def test_unknown_visibility_is_not_taken_for_public(code: str) -> None:
    icon, words = wording.visibility(code)
    assert icon == "lock"
    assert str(words).startswith("Not public")


def test_no_visibility_says_nothing() -> None:
    assert wording.visibility("") == ("", "")
