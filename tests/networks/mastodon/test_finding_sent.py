"""A message that may have been sent is looked for: what is taken for it."""

from dataclasses import replace

import pytest

from inboxhub.networks.errors import TemporaryError
from inboxhub.networks.writing import Draft
from tests.networks.mastodon.accounts import (
    HOST,
    MASTODON,
    NO_ROUTE,
    Host,
    Script,
    client_of,
    listing,
)
from tests.networks.mastodon.sending import (
    ANN,
    ANSWER,
    ASKED,
    NEW,
    OWN,
    PARENT,
    mine,
    source,
)
from tests.networks.replay import Answer


def found(
    script: Script, draft: Draft = ANSWER, *, known: str = "2001"
) -> tuple[list[str], Host]:
    fence = frozenset({known} if known else ())
    client, host = client_of({PARENT: Answer(200, ASKED), **script})
    sent = client.find_sent(replace(draft, known=fence))
    return [one.remote_id for one in sent], host


def test_source_decides() -> None:
    rows = listing(mine("2004"), mine("2003"), mine("2002"))
    script = {
        OWN: rows,
        source("2002"): Answer(200, {"id": "2002", "text": "@ann  hello\n"}),
        source("2003"): Answer(200, {"id": "2003", "text": "@ann hello you"}),
        source("2004"): Answer(200, {"id": "2004", "text": "@ben @ann hello"}),
    }
    assert found(script)[0] == ["2004", "2002"]


@pytest.mark.parametrize("answer", [NO_ROUTE, Answer(404, ""), Answer(405, "")])
def test_host_without_sources_is_read_by_its_pages(answer: Answer) -> None:
    link = '<a href="https://x.example/a"><span class="invisible">https://</span>'
    text = f"a &lt; b {link}<span>x.example/a</span></a><br>:) end"
    script = {
        OWN: listing(mine("2003", "other"), mine("2002", text)),
        source("2002"): answer,
        source("2003"): answer,
    }
    draft = replace(ANSWER, text="@ann a < b https://x.example/a\n:) end")
    assert found(script, draft)[0] == ["2002"]


def test_text_beside_the_status_needs_no_other_call() -> None:
    script = {OWN: listing(mine("2002", text="@ann hello"))}
    ids, host = found(script)
    assert ids == ["2002"]
    assert host.names == [PARENT, OWN]


def test_others_are_not_taken_for_it() -> None:
    told = {"text": "@ann hello"}
    rows = [
        mine("2009", **told, in_reply_to_id="1999"),
        mine("2008", **told, media_attachments=[{"id": "5"}]),
        mine("2007", **told, reblog={"id": "1"}),
        mine("2006", **told, account=ANN),
        mine("2005", text="@ann hello again"),
        "nonsense",
    ]
    assert found({OWN: listing(*rows)})[0] == []


def test_files_must_be_the_same() -> None:
    draft = replace(ANSWER, text="", file_ids=("sensitive:5",))
    rows = [
        mine("2004", media_attachments=[{"id": "5"}, {"id": "6"}]),
        mine("2003", media_attachments=[{"id": "5"}], text="@ann ."),
        mine("2002", text="@ann "),
    ]
    assert found({OWN: listing(*rows)}, draft)[0] == ["2003"]


def test_look_ends_at_what_was_there_before() -> None:
    link = f"https://{HOST}/api/v1/accounts/{MASTODON.id}/statuses?max_id=2002"
    rows = [
        listing(mine("2003", text="@ann hello"), following=link),
        listing(mine("2002", text="@ann hello"), mine("2001", text="@ann hello")),
    ]
    ids, host = found({OWN: rows})
    assert ids == ["2003", "2002"]
    assert len(host.called(OWN)) == 2


def test_time_decides_where_nothing_was_known_before() -> None:
    rows = [
        mine("2004", text="@ann hello", created_at="2026-08-01T12:58:30.000Z"),
        mine("2003", text="@ann hello", created_at="2026-08-01T12:57:59.000Z"),
    ]
    assert found({OWN: listing(*rows)}, known="")[0] == ["2004"]


def test_list_without_an_end_decides_nothing() -> None:
    pages = [
        listing(
            mine(str(9000 - number)),
            following=f"https://{HOST}/api/v1/accounts/1/statuses?max_id={number}",
        )
        for number in range(50)
    ]
    other = "GET /api/v1/accounts/1/statuses"
    client, host = client_of(
        {PARENT: Answer(200, ASKED), OWN: pages[0], other: pages[1:]}
    )
    with pytest.raises(TemporaryError) as error:
        client.find_sent(replace(ANSWER, text="something else", known=frozenset({"1"})))
    assert error.value.code == "listing"
    assert len(host.called(OWN)) + len(host.called(other)) < 20


@pytest.mark.parametrize("answered", ["2001", None])
def test_answer_is_found_though_what_it_answers_is_gone(answered: object) -> None:
    rows = [mine("2002", text="@ann hello", in_reply_to_id=answered)]
    script = {PARENT: NO_ROUTE, OWN: listing(*rows)}
    assert found(script)[0] == ["2002"]
    other = {OWN: listing(mine("2002", text="@ann hello", in_reply_to_id=None))}
    assert found(other)[0] == []


def test_newest_status_is_known_before() -> None:
    client, _ = client_of({OWN: listing(mine("2002"), mine("2010"), {"id": []})})
    assert client.sent_before(NEW) == {"2010"}
    client, _ = client_of({OWN: listing()})
    assert client.sent_before(NEW) == {"0"}
    assert found({OWN: listing(mine("2002", text="@ann hello"))}, known="0")[0]
