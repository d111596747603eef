"""The demo world: some weeks in the lives of two friends and those around them.

Everything follows from the seed and the moment of the start; nothing lies later.
"""

import random
from functools import partial

from simulators.mastodon import notifying, people, talks, writing
from simulators.mastodon.records import (
    DIRECT,
    Announcement,
    Filter,
    Keyword,
    Status,
    User,
)
from simulators.mastodon.records import Marker as ReadMarker
from simulators.mastodon.state import State
from simulators.mastodon.world.cast import Cast
from simulators.mastodon.world.conversations import Conversations
from simulators.mastodon.world.hostile import HUGE, STRANGE
from simulators.mastodon.world.posts import Posts
from simulators.world.timeline import DAY, HOUR, SPAN, Timeline

SEEN = 20 * HOUR  # what is older has been read
FOLLOWERS = 14
REQUESTS = {"yuki": "hotaru", "kai": "zed@loops.example"}
BELLS = {"yuki": "kotori", "kai": "ferry_times"}
NEWS = {
    "kotori": "新刊『雪のない国の切手』、明日から店頭に並びます。",
    "ferry_times": "North quay: 18:10 is cancelled, 18:40 sails as planned.",
}
STRANGERS = (
    ("quiet_reader@elsewhere.example", "yuki", "はじめまして。灯台の手紙の展示、また見られますか？"),
    ("tourist@elsewhere.example", "kai", "Hello! We are in Bergen in May. Where can we hear the bells?"),
    ("tourist@elsewhere.example", "kai", "We walk slowly, if that matters."),
    ("tourist@elsewhere.example", "yuki", "And one night in Sapporo! Is the reading room open to visitors?"),
    ("crypto_king@spam.example", "yuki", "Double your coins today 🚀 https://spam.example/win"),
    ("crypto_king@spam.example", "kai", "Double your coins today 🚀 https://spam.example/win"),
)  # fmt: skip
MOVED = "<p>We have moved to a quieter server. 静かなサーバーに引っ越しました。</p>"
PAUSE = "<p>Down for an hour on Sunday, 2 am UTC. 日曜の十一時から一時間休みます。</p>"
STAFF = ((9, MOVED), (2, PAUSE))
WARNING: dict[str, object] = {
    "id": "7",
    "action": "none",
    "text": "Please add a content warning to posts about injuries. Thank you!",
    "status_ids": [],
    "target_account": None,
    "appeal": None,
}
SEVERED: dict[str, object] = {
    "id": "3",
    "type": "domain_block",
    "purged": False,
    "target_name": "spam.example",
    "followers_count": 1,
    "following_count": 0,
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
        _meet_hard_ones(state, timeline, owner)
    _hear_strangers(state, timeline)
    posts = Posts(state, cast, timeline)
    posts.write()
    posts.mention()
    _plan_edit(state, timeline)
    timeline.play()
    _announce(state, now)
    _filter(state)
    for owner in cast.owners:
        _read_what_is_old(state, owner, now)


def _know_people(state: State, cast: Cast, timeline: Timeline, owner: User) -> None:
    """Let people follow; one asks, one is listened to at every post."""
    now = timeline.now

    def follow(who: User) -> None:
        moment = now - timeline.rng.randrange(DAY, SPAN)
        timeline.at(moment, lambda when: people.follow(state, who, owner, when))

    for who in cast.crowd(FOLLOWERS):
        follow(who)
    asking = state.by_acct(REQUESTS[owner.username])
    moment = now - timeline.pause(200)
    timeline.at(moment, lambda when: people.request_follow(state, asking, owner, when))
    belled = state.by_acct(BELLS[owner.username])
    state.follows.setdefault((owner.id, belled.id), people.link(state, now - SPAN))
    state.follows[owner.id, belled.id].bell = True
    for days in (2, 9, 23):
        timeline.at(now - days * DAY, partial(_say, state, belled, NEWS[belled.acct]))


def _say(
    state: State, who: User, text: str, moment: int, *, html: str | None = None
) -> None:
    draft = writing.Draft(text=text, html=html, moment=moment)
    writing.write(state, who, draft)


def _hear_from_the_host(state: State, timeline: Timeline, owner: User) -> None:
    """Plan notices of the staff; hosts before 4.3 have none."""
    if "requests" not in state.profile.has:
        return
    notices: list[tuple[float, str, str, dict[str, object]]] = [
        (31, "severed_relationships", "event", SEVERED),
        (12, "moderation_warning", "moderation_warning", WARNING),
    ]
    for days, kind, name, about in notices:
        moment = timeline.now - round(days * DAY) - timeline.pause(300)
        extra: dict[str, object] = {name: about}
        tell = partial(_notice, state, owner, kind, extra)
        timeline.at(moment, tell)


def _notice(
    state: State, owner: User, kind: str, extra: dict[str, object], moment: int
) -> None:
    notifying.notify(state, owner.id, kind, owner.id, extra=extra, moment=moment)


def _meet_hard_ones(state: State, timeline: Timeline, owner: User) -> None:
    """Plan words that a page must survive: markup, no page of their own, great length."""
    for place, (acct, html) in enumerate(STRANGE):
        who = state.by_acct(acct)
        moment = timeline.now - (2 + 5 * place) * HOUR - timeline.pause(60)
        tell = partial(_say, state, who, f"@{owner.username}", html=html)
        timeline.at(moment, tell)
    moment = timeline.now - 6 * DAY
    archive = state.by_acct("archive@culture.example")
    timeline.at(moment, partial(_say, state, archive, f"@{owner.username}", html=HUGE))


def _hear_strangers(state: State, timeline: Timeline) -> None:
    """Plan private words of people whom nobody follows; newer hosts hold them back."""

    def write(by: User, text: str, moment: int) -> None:
        draft = writing.Draft(text=text, visibility=DIRECT, moment=moment)
        writing.write(state, by, draft)

    for place, (acct, to, text) in enumerate(STRANGERS):
        moment = timeline.now - (40 - 6 * place) * HOUR
        who = state.by_acct(acct)
        timeline.at(moment, partial(write, who, f"@{to} {text}"))


def _plan_edit(state: State, timeline: Timeline) -> None:
    """Let both owners boost a post that its author changes afterwards."""
    author = state.by_acct("archive@culture.example")
    text = "Wanted: sounds of closing time. Send us your shutters, keys and goodbyes."
    draft = writing.Draft(text=text, moment=timeline.now - 4 * DAY)
    owners = [user for user in state.users.values() if user.owner]

    post: list[Status] = []

    def publish(_when: int) -> None:
        post.append(writing.write(state, author, draft))

    def boost(when: int) -> None:
        for owner in owners:
            writing.reblog(state, owner, post[0], when)

    def edit(when: int) -> None:
        writing.edit(state, post[0], f"{text} Until Friday!", moment=when)

    for hours, happen in ((0, publish), (1, boost), (5, edit)):
        timeline.at(timeline.now - 4 * DAY + hours * HOUR, happen)


def _announce(state: State, now: int) -> None:
    for days, html in STAFF:
        moment = now - days * DAY
        row_id = state.ids.count("announcement", moment)
        state.announcements[row_id] = Announcement(row_id, moment, html)


def _filter(state: State) -> None:
    """Give one owner a filter of her own."""
    owner = state.by_acct("yuki")
    row_id = state.ids.count("filter", state.now)
    word = Keyword(state.ids.count("keyword", state.now), "coins", whole_word=True)
    row = Filter(row_id, owner.id, "Money", ["home", "notifications", "thread"])
    row.keywords.append(word)
    state.filters[row_id] = row


def _read_what_is_old(state: State, owner: User, now: int) -> None:
    """Leave unread only what came during the last hours."""
    for row in talks.of(state, owner.id):
        if state.statuses[row.status_ids[-1]].created < now - SEEN:
            row.unread = False
    old = [row for row in state.notifications[owner.id] if row.created < now - SEEN]
    if old and "markers" in state.profile.has:
        marker = ReadMarker(old[-1].id, 3, now - SEEN)
        state.markers[owner.id, "notifications"] = marker
