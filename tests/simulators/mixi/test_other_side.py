"""The other side: what people do on mixi itself, by page, by JSON and in tests."""

import pytest
import requests

from simulators import mixi
from simulators.mixi import Simulator
from simulators.mixi.silences import switches
from tests.simulators.mixi.scene import INBOX, Scene, consent_url, query_of


def page(sim: Simulator, query: str = "", language: str = "en") -> str:
    headers = {"Accept-Language": language}
    answer = requests.get(f"{sim.url}/_sim/{query}", headers=headers, timeout=5)
    assert answer.status_code == 200
    return answer.text


def press(sim: Simulator, verb: str, **form: str) -> str:
    """Press a button of the page for sakura; returns the page that comes."""
    data = {"me": "sakura", "verb": verb, **form}
    answer = requests.post(f"{sim.url}/_sim/", data=data, timeout=5)
    assert answer.status_code == 200
    return answer.text


def ask(sim: Simulator, action: str, **body: object) -> requests.Response:
    return requests.post(f"{sim.url}/_sim/api/{action}", json=body, timeout=5)


# --- Playing --------------------------------------------------------------------------


def test_people_answer_and_their_answer_arrives(sim: Simulator, sakura: Scene) -> None:
    sakura.send(recipients=[sim.id_of("ren")], title="Re: 日曜")
    sim.reply("ren", sim.inbox("ren")[0].id, "行く")
    (entry,) = sakura.read(INBOX)
    assert (entry["title"], entry["body"], entry["status"]) == (
        "Re: 日曜",
        "行く",
        "unread",
    )
    assert sim.inbox("ren")[0].status == "replied"


def test_flood_can_lie_within_one_second(sim: Simulator, sakura: Scene) -> None:
    sim.flood("sakura", 3, by="mika", one_second=True)
    sim.flood("sakura", 3)
    assert len({row["timeSent"] for row in sakura.read(INBOX)}) == 1
    assert len({row.sent for row in sim.notices("sakura")}) == 3


def test_something_can_happen_between_two_calls(sim: Simulator, sakura: Scene) -> None:
    sim.after_calls(
        2, "message", where="messages/*", by="mika", to="sakura", title="a", body="b"
    )
    sizes = []
    for _ in range(3):
        sakura.call("GET", "people/@me/@self")
        sizes.append(len(sakura.read(INBOX)))
    assert sizes == [0, 0, 1]


def test_tokens_can_expire_in_the_middle(sim: Simulator, sakura: Scene) -> None:
    sim.after_calls(1, "expire", user="sakura")
    path = "people/@me/@self"
    assert [sakura.call("GET", path).status_code for _ in range(2)] == [200, 401]


def test_trash_can_be_emptied(sim: Simulator) -> None:
    message = str(sim.message("mika", "sakura", "a", "b")["inbox"])
    sim.delete("sakura", message)
    assert sim.empty_trash("sakura") == {"gone": 1}
    assert sim.find("sakura", message) is None
    with pytest.raises(KeyError):
        sim.restore("sakura", message)


@pytest.mark.parametrize(
    "switch", [{"nothing": 1}, {"order": "best"}, {"max_count": "9"}, {"basic": 1}]
)
def test_switch_that_does_not_exist_is_refused(
    sim: Simulator, switch: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match=next(iter(switch))):
        sim.silences(**switch)


# --- The page -------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("me", ["sakura", "ren"])
def test_page_shows_the_boxes_and_escapes_them(language: str, me: str) -> None:
    with mixi.running(world="demo") as sim:
        shown = page(sim, f"?me={me}", language)
        assert sim.inbox(me)[-1].title in shown
        assert "<script>" not in shown
        assert "onerror=" not in shown
        assert all(name in shown for name in switches())


def test_page_shows_texts_that_look_like_markup_as_texts(sim: Simulator) -> None:
    sim.message("mika", "sakura", "<i>title</i>", "<script>alert(1)</script>")
    sim.rename("mika", "<u>みか</u>")
    shown = page(sim)
    for text in ("&lt;i&gt;title", "&lt;script&gt;alert(1)", "&lt;u&gt;みか"):
        assert text in shown
    assert not any(tag in shown for tag in ("<i>", "<script>", "<u>"))


def test_form_of_the_page_writes_and_its_buttons_act(
    sim: Simulator, sakura: Scene
) -> None:
    press(sim, "send", by="mika", subject="件名", text="本文")
    (row,) = sim.inbox("sakura")
    assert (row.title, row.body, row.other) == ("件名", "本文", "mika")
    assert row.id in page(sim)
    press(sim, "read_it", by="sakura", message=row.id)
    assert sim.inbox("sakura")[0].status == "read"
    press(sim, "delete", by="sakura", message=row.id)
    assert sim.inbox("sakura") == []
    press(sim, "restore", by="sakura", message=row.id)
    assert len(sakura.read(INBOX)) == 1


def test_sent_message_can_be_answered_on_the_page(
    sim: Simulator, sakura: Scene
) -> None:
    sakura.send(recipients=[sim.id_of("ren")])
    copy = sim.outbox("sakura")[0].copy
    assert f'value="{copy}"' in page(sim)
    press(sim, "answer", by="ren", message=copy)
    assert len(sim.inbox("sakura")) == 1


@pytest.mark.parametrize(
    ("verb", "status"),
    [("expire", 401), ("revoke", 401), ("leave", 401), ("busy", 503)],
)
def test_account_buttons_change_what_a_program_gets(
    sim: Simulator, sakura: Scene, verb: str, status: int
) -> None:
    press(sim, verb)
    assert sakura.call("GET", "people/@me/@self").status_code == status


def test_switch_is_set_on_the_page(sim: Simulator) -> None:
    press(sim, "silence", name="max_count", value="7")
    press(sim, "silence", name="basic", value="True")
    press(sim, "silence", name="rotation", value="keep")
    now = sim.state.silences
    assert (now.max_count, now.basic, now.rotation) == (7, True, "keep")


@pytest.mark.parametrize(
    ("verb", "form"),
    [
        ("nonsense", {}),
        ("read_it", {"by": "sakura", "message": "gone"}),
        ("silence", {"name": "max_count", "value": "many"}),
        ("fault", {"kind": "nonsense"}),
    ],
)
def test_page_says_what_went_wrong(
    sim: Simulator, verb: str, form: dict[str, str]
) -> None:
    assert "Error: " in press(sim, verb, **form)


# --- The JSON door --------------------------------------------------------------------


def test_json_door_plays_and_tells_the_state(sim: Simulator) -> None:
    body = {"by": "mika", "to": "sakura", "title": "a", "body": "b"}
    message = ask(sim, "message", **body).json()["inbox"]
    ask(sim, "delete", user="sakura", message=message)
    ask(sim, "notice", to="sakura", title="c", body="d")
    state = requests.get(f"{sim.url}/_sim/state?user=sakura", timeout=5).json()
    counts = state["people"]["sakura"]
    assert (counts["inbox"], counts["trash"], counts["unreadNotices"]) == (0, 1, 1)
    (row,) = state["boxes"]["trash"]
    assert (row["id"], row["with"], row["status"]) == (message, "mika", "unread")


def test_json_door_gives_tokens_and_approves(sim: Simulator) -> None:
    answer = ask(sim, "token-answer", user="sakura", scopes="r_profile").json()
    token = Scene(sim, answer["access_token"])
    assert token.call("GET", "people/@me/@self").status_code == 200
    url = ask(sim, "approve", authorize_url=consent_url(sim), user="ren").json()["url"]
    assert query_of(url)["code"]


def test_json_door_tells_calls_without_tokens(sim: Simulator, sakura: Scene) -> None:
    sakura.send(recipients=["nobody"])
    answer = requests.get(f"{sim.url}/_sim/calls", timeout=5)
    (call,) = answer.json()
    assert (call["method"], call["status"], call["person"]) == ("POST", 404, "sakura")
    assert call["body"]["recipients"] == ["nobody"]
    assert sakura.token not in answer.text


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("no-such-action", {}),
        ("_person", {"name": "mika"}),
        ("message", {"by": "nobody", "to": "sakura", "title": "a", "body": "b"}),
        ("message", {"wrong": 1}),
        ("silences", {"order": "best"}),
        ("fault", {"where": "*", "kind": "nonsense"}),
        ("mishap", {"nonsense": 1}),
        ("approve", {"authorize_url": "http://x/?client_id=y", "user": "ren"}),
        ("put-raw", {"user": "sakura", "box": "trash", "entry": 7}),
    ],
)
def test_json_door_refuses_what_it_does_not_know(
    sim: Simulator, action: str, body: dict[str, object]
) -> None:
    answer = ask(sim, action, **body)
    assert answer.status_code == 400
    assert answer.json()["error"]
