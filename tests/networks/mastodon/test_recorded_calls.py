"""Recorded answers to what the client changes or finds out, through the client itself."""

import re

import pytest

from inboxhub.networks import nodeinfo
from inboxhub.networks.base import Outcome, RemoteMessage, Target
from inboxhub.networks.mastodon.ids import id_of
from inboxhub.networks.mastodon.oauth import SCOPES, App, exchange, register
from inboxhub.networks.mastodon.probe import PROBES
from inboxhub.networks.values import mapping_of
from inboxhub.networks.writing import Draft, Upload
from tests.networks.mastodon.accounts import (
    HOST,
    NOW,
    Host,
    Script,
    client_of,
    direct,
    gotosocial,
    listing,
    mastodon,
    person,
    row,
)
from tests.networks.mastodon.test_recorded import SUCCESSES, parser_for, parser_of
from tests.networks.replay import RECORDED, Answer, Recorded, recorded_files

PROBED = [f"GET {where.partition('?')[0]}" for where in PROBES.values()]
MARKERS, SET_MARKER = "GET /api/v1/markers", "POST /api/v1/markers"
DISMISS = re.compile(r"POST /api/v1/notifications/(\w+)/dismiss")
REMOVE = re.compile(r"DELETE /api/v1/conversations/(\w+)")
DELETE = re.compile(r"DELETE /api/v1/statuses/(\w+)")
READ = re.compile(r"POST /api/v1/conversations/(\w+)/read")
FAVOURITE = re.compile(r"POST /api/v1/statuses/(\w+)/(un)?favourite")
AUTHORIZE = re.compile(r"POST /api/v1/follow_requests/(\w+)/authorize")
ACCEPT = re.compile(r"POST /api/v1/notifications/requests/(\w+)/accept")
CLEAR = re.compile(r"POST /api/v1/notifications/clear")
UPLOAD = re.compile(r"POST /api/v2/media")
LOOKUP = re.compile(r"GET /api/v1/accounts/lookup")
SOURCE = re.compile(r"GET /api/v1/statuses/(\w+)/source")
POLICY = re.compile(r"GET /api/v2/notifications/policy")
METADATA = re.compile(r"GET /\.well-known/oauth-authorization-server")
APPS = re.compile(r"POST /api/v1/apps")
GRANT = re.compile(r"POST /oauth/token")
# Recorded for its status, though the client never calls it.
OTHERS = re.compile(r"PUT /api/v1/statuses/\w+/interaction_policy")
FINDINGS = re.compile(
    r"GET (/\.well-known/nodeinfo|/nodeinfo/2\.0|/api/v[12]/instance/?"
    r"|/api/v1/(accounts|apps)/verify_credentials|/api/v1/markers)"
)
CHANGES = (
    *(DISMISS, REMOVE, DELETE, READ, FAVOURITE),
    *(AUTHORIZE, ACCEPT, CLEAR, UPLOAD, LOOKUP, SOURCE),
    *(POLICY, METADATA, APPS, GRANT),
)
# A row of the list of all that was ever recorded.
LISTED = re.compile(r"\| (\d{3}) \|.* ([A-Z]+) `([^`?]+).*` \|")


def name_of(call: Recorded) -> str:
    return f"{call.method} {call.path}"


def answered(how: re.Pattern[str]) -> list[Recorded]:
    return [call for call in SUCCESSES if how.fullmatch(name_of(call))]


def test_every_recorded_success_is_read_by_a_test() -> None:
    known = (*CHANGES, OTHERS, FINDINGS, re.compile(SET_MARKER))
    left = [
        call.name
        for call in SUCCESSES
        if not parser_of(call)
        and not any(how.fullmatch(name_of(call)) for how in known)
    ]
    assert left == []


def test_every_recording_of_a_call_of_ours_is_kept() -> None:
    """The list names all recordings; only those of calls that we never make are left."""
    known = (*CHANGES, FINDINGS, re.compile(SET_MARKER))
    listed, lost = 0, []
    for network in ("mastodon", "gotosocial"):
        kept = {call.name[:3] for call in recorded_files(network)}
        for line in (RECORDED / network / "INDEX.md").read_text().splitlines():
            if found := LISTED.match(line):
                name = f"{found[2]} {found[3]}"
                listed += 1
                ours = parser_for(name) or any(how.fullmatch(name) for how in known)
                # The client never posts something for later.
                ours = ours and "scheduled_status" not in line
                if ours and found[1] not in kept:
                    lost.append(line)
    assert lost == []
    assert listed > 400


def test_every_kind_of_change_was_recorded() -> None:
    assert [len(answered(how)) > 0 for how in CHANGES] == [True] * len(CHANGES)


@pytest.mark.parametrize("call", answered(READ), ids=lambda call: call.name)
def test_conversation_is_read(call: Recorded) -> None:
    client, host = client_of({name_of(call): call.answer})
    target = Target("direct", "1", "2", (call.path.split("/")[-2],))
    assert client.mark_read([target]) == [Outcome("done")]
    assert host.names == [name_of(call)]


@pytest.mark.parametrize("call", answered(REMOVE), ids=lambda call: call.name)
def test_conversation_is_removed(call: Recorded) -> None:
    rows = listing(row("1", direct("1", person("3", "ann")), person("3", "ann")))
    script = {name_of(call): call.answer, "GET /api/v1/conversations": rows}
    client, _ = client_of(script)
    target = Target("direct", "1", "2", (call.path.split("/")[-1],))
    assert client.remove([target]) == [Outcome("done")]


@pytest.mark.parametrize("call", answered(DISMISS), ids=lambda call: call.name)
def test_notice_is_dismissed(call: Recorded) -> None:
    client, _ = client_of({name_of(call): call.answer})
    notice = call.path.split("/")[-2]
    assert client.remove([Target("notification", notice)]) == [Outcome("done")]


@pytest.mark.parametrize("call", answered(DELETE), ids=lambda call: call.name)
def test_status_is_deleted(call: Recorded) -> None:
    client, _ = client_of({name_of(call): call.answer})
    target = Target("status", call.path.split("/")[-1], outgoing=True)
    assert client.delete([target]) == [Outcome("done")]


@pytest.mark.parametrize("call", answered(FAVOURITE), ids=lambda call: call.name)
def test_favourite_is_given_or_taken_back(call: Recorded) -> None:
    client, host = client_of({name_of(call): call.answer})
    target = Target("status", call.path.split("/")[-2])
    back = call.path.endswith("/unfavourite")
    verb = client.unreact if back else client.react
    assert verb(target, "⭐") == Outcome("done")
    assert host.names == [name_of(call)]


@pytest.mark.parametrize("call", answered(AUTHORIZE), ids=lambda call: call.name)
def test_follow_request_is_accepted(call: Recorded) -> None:
    client, _ = client_of({name_of(call): call.answer})
    target = Target("follow_request", call.path.split("/")[-2])
    assert client.accept([target]) == [Outcome("done")]


@pytest.mark.parametrize("call", answered(ACCEPT), ids=lambda call: call.name)
def test_filtered_person_is_accepted(call: Recorded) -> None:
    client, _ = client_of({name_of(call): call.answer})
    target = Target("notification_request", call.path.split("/")[-2])
    assert client.accept([target]) == [Outcome("done")]


@pytest.mark.parametrize("call", answered(CLEAR), ids=lambda call: call.name)
def test_notices_are_cleared(call: Recorded) -> None:
    client, host = client_of({name_of(call): call.answer})
    client.clear_notices()
    assert host.names == [name_of(call)]


@pytest.mark.parametrize("call", answered(UPLOAD), ids=lambda call: call.name)
def test_picture_is_stored(call: Recorded) -> None:
    client, _ = client_of({name_of(call): call.answer})
    stored = client.upload(Upload("john.jpg", "image/jpeg", b"bytes"))
    assert stored == mapping_of(call.body)["id"]


@pytest.mark.parametrize("call", answered(LOOKUP), ids=lambda call: call.name)
def test_person_is_looked_up(call: Recorded) -> None:
    client, _ = client_of({name_of(call): call.answer})
    (person,) = client.find_people("@mastodonpy_test")
    assert person.remote_id == mapping_of(call.body)["id"]


@pytest.mark.parametrize("call", answered(SOURCE), ids=lambda call: call.name)
def test_sent_status_is_known_by_its_source(call: Recorded) -> None:
    identifier, text = (mapping_of(call.body)[name] for name in ("id", "text"))
    own = direct(str(identifier), person("7", "me"))
    where = "GET /api/v1/accounts/7/statuses"
    client, _ = client_of({where: listing(own), name_of(call): call.answer}, me="7")
    draft = Draft("key", NOW, f"{text}\n", known=frozenset({"0"}))
    assert [sent.remote_id for sent in client.find_sent(draft)] == [identifier]


@pytest.mark.parametrize(
    "call", answered(re.compile(SET_MARKER)), ids=lambda call: call.name
)
def test_marker_is_set(call: Recorded) -> None:
    client, host = client_of({MARKERS: Answer(200, {}), SET_MARKER: call.answer})
    assert client.mark_read([Target("notification", "99")]) == [Outcome("done")]
    assert host.names == [MARKERS, SET_MARKER]


@pytest.mark.parametrize(
    "call", answered(re.compile(MARKERS)), ids=lambda call: call.name
)
def test_marker_says_what_is_unread(call: Recorded) -> None:
    told = mapping_of(mapping_of(call.body).get("notifications")).get("last_read_id")
    marker = id_of(told)
    notice = {"type": "follow", "created_at": "2026-08-01T13:53:11.979Z"}
    rows = [
        notice | {"id": one, "account": person("3", "ann")}
        for one in ("9" * 40, marker or "1")
    ]
    script = {MARKERS: call.answer, "GET /api/v1/notifications": listing(*rows)}
    client, _ = client_of(script)
    newer, last = client.pull("notifications", None).items
    assert isinstance(newer, RemoteMessage)
    assert isinstance(last, RemoteMessage)
    assert (newer.unread, last.unread) == ((True, False) if marker else (None, None))


@pytest.mark.parametrize("call", answered(POLICY), ids=lambda call: call.name)
def test_policy_says_what_becomes_of_strangers(call: Recorded) -> None:
    script: Script = {
        **dict.fromkeys(PROBED, listing()),
        "GET /api/v2/instance": mastodon("021"),
        "GET /api/v1/accounts/verify_credentials": mastodon("008"),
        name_of(call): call.answer,
    }
    client, _ = client_of(script, unknown=True)
    assert "private-filtered" in client.capabilities().warnings


@pytest.mark.parametrize("call", answered(METADATA), ids=lambda call: call.name)
def test_metadata_name_the_scopes_that_we_ask_for(call: Recorded) -> None:
    host = Host({name_of(call): call.answer, "POST /api/v1/apps": gotosocial("008")})
    assert registered_on(host).scopes == SCOPES


@pytest.mark.parametrize("call", answered(APPS), ids=lambda call: call.name)
def test_app_is_registered(call: Recorded) -> None:
    app = registered_on(Host({name_of(call): call.answer}))
    assert (app.client_id, app.client_secret) == ("CLIENT_ID", "CLIENT_SECRET")


@pytest.mark.parametrize("call", answered(GRANT), ids=lambda call: call.name)
def test_token_is_granted(call: Recorded) -> None:
    app = App("id", "secret", "https://inbox.example/back/", SCOPES)
    found = exchange(Host({name_of(call): call.answer}), HOST, app, "c", verifier="v")
    assert found["token"] == "ACCESS_TOKEN"
    assert found["scope"] == mapping_of(call.body)["scope"]


def registered_on(host: Host) -> App:
    where = "https://inbox.example/back/"
    return register(host, HOST, name="InboxHub", website="", redirect_uri=where)


def test_own_domain_and_software_are_found() -> None:
    links, document = gotosocial("001"), gotosocial("002")
    script = {"GET /.well-known/nodeinfo": links, "GET /nodeinfo/2.0": document}
    found = nodeinfo.listed(Host(script), "localhost:8085", deadline=5.0)
    assert found is not None
    assert (found.name, found.version[:6]) == ("gotosocial", "0.20.0")
