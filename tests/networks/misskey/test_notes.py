"""What a note brings along: people, files, polls, quotes, reactions, custom emoji."""

import pytest

from inboxhub.networks.base import RemoteMessage
from inboxhub.networks.misskey.notes import read_note
from inboxhub.networks.misskey.people import emoji_name, read_user
from inboxhub.networks.people import people_key
from inboxhub.networks.values import link_of, media_of, moment_of
from tests.networks.misskey.accounts import FACTS, viewer_of
from tests.networks.replay import body_of

VIEWER = viewer_of("2025.12")
ME = FACTS["2025.12"].id


def read(raw: object, version: str = "2025.12") -> RemoteMessage:
    found = read_note(raw, viewer_of(version))
    assert isinstance(found, RemoteMessage)
    return found


def shown(number: str, **changes: object) -> RemoteMessage:
    raw = body_of(number)
    assert isinstance(raw, dict)
    return read(raw.get("createdNote", raw) | changes)


def user(**fields: object) -> dict[str, object]:
    return {"id": "b1", "username": "bob", "name": None, "host": None} | fields


def test_author_without_a_name_is_called_by_username() -> None:
    person = read_user(user(), VIEWER)
    assert person is not None
    assert (person.name, person.handle) == ("bob", "@bob@misskey.example")
    assert person.url == "https://misskey.example/@bob"


def test_author_from_elsewhere_keeps_the_other_host() -> None:
    person = read_user(user(host="far.example"), VIEWER)
    assert person is not None
    assert person.handle == "@bob@far.example"
    assert person.url == "https://misskey.example/@bob@far.example"


def test_name_is_one_line_that_turns_nothing_around() -> None:
    person = read_user(user(name="a\u202eb\x00\n<script>\u2066c"), VIEWER)
    assert person is not None
    assert person.name == "ab <script>c"


@pytest.mark.parametrize(
    "fields",
    [
        {"id": None},
        {"id": "a b"},
        {"username": None},
        {"username": "<b>"},
        {"username": ""},
    ],
)
def test_nobody_is_nobody(fields: dict[str, object]) -> None:
    assert read_user(user(**fields), VIEWER) is None


def test_files_come_with_their_preview_and_description() -> None:
    (file,) = shown("117").attachments
    assert file.url.startswith("https://misskey.example/files/")
    assert file.thumbnail_url
    assert (file.mime, file.name, file.description) == (
        "image/png",
        "dot.png",
        "one pixel",
    )
    assert (file.width, file.height, file.sensitive) == (1, 1, False)


def test_note_with_only_a_file_has_no_text() -> None:
    message = shown("118")
    assert (message.text, message.html, len(message.attachments)) == ("", "", 1)


def test_poll_comes_with_its_votes_and_its_end() -> None:
    poll = shown("049").extra["poll"]
    assert isinstance(poll, dict)
    assert [choice["text"] for choice in poll["choices"]] == ["tea", "coffee", "water"]
    assert (poll["multiple"], poll["ends_at"]) == (
        False,
        "2026-11-21T08:17:25.132000+00:00",
    )


def test_quote_shows_what_it_quotes() -> None:
    message = shown("072")
    quote = message.extra["quote"]
    assert isinstance(quote, dict)
    assert (message.kind, quote["mine"], quote["remote_id"]) == (
        "quote",
        True,
        "attn3j33y4y40016",
    )
    assert quote["url"] == "https://misskey.example/notes/attn3j33y4y40016"


def test_quoted_warning_hides_the_quoted_text() -> None:
    quoted = {
        "id": "q1",
        "userId": "b1",
        "user": user(),
        "cw": "film",
        "text": "ending",
    }
    quote = shown("072", renote=quoted, renoteId="q1").extra["quote"]
    assert isinstance(quote, dict)
    assert quote["text"] == "film"


def test_reactions_are_counted_as_they_are_shown() -> None:
    reactions = {":cat@.:": 2, ":cat@far.example:": 1, "👍": 5, "bad": "x", ":a b:": 1}
    message = shown("072", reactions=reactions, myReaction=":cat@.:")
    assert message.extra["reactions"] == {"👍": 5, ":cat:": 2, ":cat@far.example:": 1}
    assert message.extra["my_reaction"] == ":cat:"
    assert message.emojis["cat"] == "https://misskey.example/emoji/cat.webp"
    far = "https://misskey.example/emoji/cat@far.example.webp"
    assert message.emojis["cat@far.example"] == far


def test_emoji_of_a_local_note_is_where_the_host_serves_it() -> None:
    emojis = shown("071").emojis
    assert emojis == {"blobcat": "https://misskey.example/emoji/blobcat.webp"}


def test_emoji_table_of_a_remote_note_is_taken() -> None:
    table = {"cat": "https://far.example/cat.png", "bad": "javascript:x", "x": None}
    message = shown("071", emojis=table, text=":cat:", user=user(host="far.example"))
    assert message.emojis == {"cat": "https://far.example/cat.png"}


def test_emoji_list_of_an_old_host_is_taken() -> None:
    table = [{"name": "cat", "url": "https://v12.misskey.example/cat.png"}, None, {}]
    message = shown("071", emojis=table, text=":cat: :dog:")
    assert message.emojis == {"cat": "https://v12.misskey.example/cat.png"}


@pytest.mark.parametrize(
    ("reaction", "name"),
    [
        ("👍", "👍"),
        (":cat:", ":cat:"),
        (":cat@.:", ":cat:"),
        (":cat@far.example:", ":cat@far.example:"),
        (":<b>:", ""),
        (None, ""),
        (5, ""),
        ("x" * 999, "x" * 40),
    ],
)
def test_reaction_is_named(reaction: object, name: str) -> None:
    assert emoji_name(reaction) == name


def test_renote_of_mine_is_a_notice_about_my_note() -> None:
    mine = {"id": "m1", "userId": ME, "user": user(id=ME), "text": "my note"}
    renote = {
        "id": "r1",
        "createdAt": "2026-11-21T23:59:59.999Z",
        "userId": "b1",
        "user": user(),
        "text": None,
        "renoteId": "m1",
        "renote": mine,
    }
    message = read(renote)
    assert (message.kind, message.box, message.target) == ("renote", "notices", "m1")
    assert message.conversation_key == "renote:m1:2026-11-21"
    context = message.extra["context"]
    assert isinstance(context, dict)
    assert context["text"] == "my note"


def test_note_from_elsewhere_links_to_its_original() -> None:
    far = {"user": user(host="far.example"), "uri": "https://far.example/n/1"}
    assert shown("071", **far).url == "https://far.example/n/1"
    page = {"url": "https://far.example/@bob/1"}
    assert shown("071", **far, **page).url == "https://far.example/@bob/1"
    assert shown("071", **far, url="javascript:x").url == "https://far.example/n/1"


def test_people_of_a_direct_note_are_in_no_order() -> None:
    assert people_key(["c", "a", ME, "b", "a"], ME) == "a,b,c"
    assert people_key([ME], ME) == "self"


def test_key_of_very_many_people_is_short_and_always_the_same() -> None:
    people = [f"person{number:06d}" for number in range(100)]
    key = people_key(people, ME)
    assert len(key) < 100
    assert key == people_key(reversed(people), ME)
    assert key != people_key(people[1:], ME)


@pytest.mark.parametrize(
    "value",
    [None, 5, "", "x", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9" * 99],
)
def test_time_that_is_none_is_taken_from_the_id(value: object) -> None:
    message = shown("071", createdAt=value)
    assert message.sent_at.isoformat() == "2026-11-21T07:17:23.641000+00:00"


def test_time_without_a_zone_is_utc() -> None:
    moment = moment_of("2026-11-21T07:17:23")
    assert moment is not None
    assert moment.isoformat() == "2026-11-21T07:17:23+00:00"


@pytest.mark.parametrize(
    ("value", "link"),
    [
        ("https://a.example/x?y", "https://a.example/x?y"),
        ("http://a.example/x", "http://a.example/x"),
        ("/x.png", "https://misskey.example/x.png"),
        ("//evil.example/x", ""),
        ("javascript:alert(1)", ""),
        ("https://a.example/<b>", ""),
        ("https://a.example/\\x", ""),
        ("https://" + "a" * 3000, ""),
        (None, ""),
        (["https://a.example"], ""),
    ],
)
def test_link_is_a_web_address_or_nothing(value: object, link: str) -> None:
    assert link_of(value, VIEWER) == link


def test_pictures_come_over_https_or_from_the_host_itself() -> None:
    assert media_of("http://a.example/x.png", VIEWER) == ""
    assert media_of("https://a.example/x.png", VIEWER) == "https://a.example/x.png"
    local = viewer_of("2025.12")
    local = type(local)(local.me, "http://127.0.0.1:5001", "127.0.0.1:5001")
    assert media_of("http://127.0.0.1:5001/x.png", local)
    # What an operator allows inside is named with its port.
    assert media_of("https://nas.example:8443/x.png", VIEWER) == ""
    assert media_of("https://nas.example:no/x.png", VIEWER) == ""
    assert media_of("http://127.0.0.1:5001.evil.example/x.png", local) == ""


@pytest.mark.parametrize(
    ("visibility", "others"),
    [("specified", ["c1", "c2"]), ("public", ["c1"]), ("followers", ["c1"])],
)
def test_note_says_whom_an_answer_goes_to(visibility: str, others: list[str]) -> None:
    raw = {
        "id": "n1",
        "createdAt": "2026-01-01T00:00:00.000Z",
        "user": user(),
        "userId": "b1",
        "text": "hi",
        "visibility": visibility,
        "visibleUserIds": [ME, "b1", "c1", "c2"],
        "mentions": [ME, "c1"],
    }
    named = read(raw).extra["audience"]
    assert named == {"b1": "@bob@misskey.example", **dict.fromkeys(others, "")}
