"""How far down a pull goes: heads, gaps, and what lies beside a listing."""

import json

from inboxhub.networks.base import Page
from messaging.sync.floor import Floor, Gap

HEAD = Floor.of(Page((), heads=("3", "2")))


def test_head_counts_rows_that_are_not_told() -> None:
    assert HEAD.reached_by(Page((), heads=("5", "3")), known=False)
    assert not HEAD.reached_by(Page((), heads=("5", "4")), known=True)


def test_page_of_an_empty_head_reaches_nothing() -> None:
    assert not Floor().reached_by(Page((), heads=("1",)), known=True)


def test_gap_of_an_older_release_ends_with_what_is_known() -> None:
    floor = Floor.from_json([])
    assert floor.reached_by(Page(()), known=True)
    assert not floor.reached_by(Page(()), known=False)


def test_pages_beside_the_listing_do_not_count() -> None:
    gap = Gap(None, HEAD).after(
        Page((), next="threads", heads=("3",), beside=True), known=True
    )
    assert (gap.below, gap.beside) == (1, True)
    gap = gap.after(Page((), next="more threads", beside=True), known=True)
    assert (gap.below, gap.beside) == (1, True)
    gap = gap.after(Page((), next="the second page"), known=True)
    assert (gap.below, gap.beside) == (1, False)
    assert gap.after(Page((), next="the third"), known=True).below == 2


def test_gap_ends_where_a_host_answers_the_same_page() -> None:
    gap = Gap("x", HEAD)
    assert gap.after(Page((), next="x"), known=False).at is None


def test_gap_is_the_same_after_a_crash() -> None:
    gap = Gap("x", HEAD, pages=3, below=1, beside=True)
    assert Gap.from_json(json.loads(json.dumps(gap.as_json()))) == gap
