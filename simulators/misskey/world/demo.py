"""The demo world: some weeks in the lives of three people and those around them.

Everything follows from the seed and the moment of the start; nothing lies later.
"""

import random
from functools import partial

from simulators.misskey import chatting, notifying, people, writing
from simulators.misskey.profiles import CHAT
from simulators.misskey.records import Announcement, User
from simulators.misskey.state import State
from simulators.misskey.world.cast import Cast
from simulators.misskey.world.conversations import Conversations
from simulators.misskey.world.posts import Posts
from simulators.world.timeline import DAY, HOUR, SPAN, Timeline

SEEN = 20 * HOUR  # what is older has been read
INVITATIONS = {"hana": ("hinata", "写真部"), "taro": ("ruth", "Sunday riders")}
REQUESTS = {"hana": "shop_hidamari", "taro": "sarah_he", "proj": "nina"}
BELLS = {"hana": "shop_hidamari", "taro": "bot_tenki", "proj": "museum@culture.example"}
NEWS = {
    "shop_hidamari": "本日の入荷：絵本と地図。店先の猫は非売品です。",
    "bot_tenki": "東京 ☀️ 最高 14℃ 最低 5℃。洗濯日和です。",
    "museum@culture.example": "Late opening on Thursday until 21:00. The whale hums.",
}


def build(state: State) -> None:
    """Fill an empty host."""
    rng = random.Random(f"world{state.random.random()}")
    now = state.now
    cast = Cast(state, rng, now)
    timeline = Timeline(now, rng)
    conversations = Conversations(state, cast, timeline)
    for owner in cast.owners:
        _know_people(state, cast, timeline, owner)
        conversations.write(owner)
        _hear_from_the_host(state, timeline, owner)
    conversations.write_rooms()
    posts = Posts(state, cast, timeline)
    posts.write()
    posts.mention()
    timeline.play()
    _invite(state)
    _announce(state, now)
    for owner in cast.owners:
        _read_what_is_old(state, owner, now)


def _know_people(state: State, cast: Cast, timeline: Timeline, owner: User) -> None:
    """Let people follow, some mutually; one asks, one has a bell on."""

    def follow(who: User, whom: User) -> None:
        moment = now - timeline.rng.randrange(DAY, SPAN)
        timeline.at(moment, lambda when: people.follow(state, who, whom, when))

    now = timeline.now
    for place, who in enumerate(cast.crowd(14)):
        follow(who, owner)
        if place % 2:
            follow(owner, who)
    asking = state.by_acct(REQUESTS[owner.username])
    moment = now - timeline.pause(200)
    timeline.at(moment, lambda when: people.request_follow(state, asking, owner, when))
    belled = state.by_acct(BELLS[owner.username])
    state.bells.add((owner.id, belled.id))
    for days in (2, 9, 23):
        timeline.at(now - days * DAY, lambda when: _tell_news(state, belled, when))


def _tell_news(state: State, who: User, moment: int) -> None:
    draft = writing.Draft(text=NEWS[who.acct], moment=moment)
    writing.write(state, who, draft)


def _hear_from_the_host(state: State, timeline: Timeline, owner: User) -> None:
    """Plan notices that no other person sends."""
    notices: list[tuple[int, str, dict[str, object]]] = [
        (80, "achievementEarned", {"achievement": "notes10"}),
        (61, "achievementEarned", {"achievement": "login30"}),
        (33, "roleAssigned", {"role": "Supporter"}),
        (21, "achievementEarned", {"achievement": "postedAtLateNight"}),
        (14, "login", {}),
        (6, "achievementEarned", {"achievement": "followers10"}),
        (3, "app", {"header": "Backup", "body": "Backup finished.", "icon": None}),
        (0, "login", {}),
    ]
    for days, kind, extra in notices:
        moment = timeline.now - days * DAY - timeline.pause(300)
        timeline.at(moment, partial(_notice, state, owner, kind, extra))


def _notice(
    state: State, owner: User, kind: str, extra: dict[str, object], moment: int
) -> None:
    if kind == "roleAssigned":
        owner.roles.append(str(extra["role"]))
    if kind == "achievementEarned":
        owner.achievements[str(extra["achievement"])] = moment
    notifying.notify(state, owner.id, kind, extra=extra, moment=moment)


def _invite(state: State) -> None:
    if state.profile.chat != CHAT:
        return
    for username, (host, name) in INVITATIONS.items():
        room = chatting.open_room(state, state.by_acct(host), name)
        chatting.invite(state, room, state.by_acct(username))


def _announce(state: State, now: int) -> None:
    row_id, created = state.stamp(now - 4 * DAY)
    text = "日曜の午前二時から一時間、停止します。 Down for an hour on Sunday, 2 am."
    state.announcements[row_id] = Announcement(row_id, created, "メンテナンス", text)


def _read_what_is_old(state: State, owner: User, now: int) -> None:
    """Leave unread only what came during the last hours."""
    for row in state.notifications[owner.id]:
        row.read = row.created < now - SEEN
    state.note_dots[owner.id] = {
        note_id
        for note_id in state.note_dots[owner.id]
        if state.notes[note_id].created >= now - SEEN
    }
    for user_id, key in list(state.unread_chats):
        newest = next(state.chats_in[key].walk(None, None, ascending=False), None)
        fresh = newest and state.chats[newest].created >= now - SEEN
        if user_id == owner.id and not fresh:
            chatting.read(state, owner, key)
