"""What the other side does: people write, favour, follow, staff acts, time passes.

Every action names people by `name` or `name@host` and takes plain values, so that the
page, JSON calls and tests say the same. Unknown people raise KeyError.
"""

from simulators.mastodon import notifying, people, talks, writing
from simulators.mastodon.oauth.tokens import forget
from simulators.mastodon.play_host import HostPlay
from simulators.mastodon.profiles import MASTODON
from simulators.mastodon.records import (
    DIRECT,
    PUBLIC,
    Announcement,
    Choice,
    Marker,
    Media,
    Poll,
    Status,
)
from simulators.mastodon.streaming import emit
from simulators.mastodon.streaming.play import Result

MINUTE, DAY = 60_000, 86_400_000


class Play(HostPlay):
    """Actions on one host's state, each as one step."""

    def _status(self, status_id: str) -> Status:
        return self.state.statuses[status_id]

    def _ago(self, minutes: float) -> int:
        return self.state.now - round(minutes * MINUTE)

    def _poll(self, choices: list[str]) -> Poll:
        now = self.state.now
        row_id = self.state.ids.count("poll", now)
        return Poll(row_id, [Choice(text) for text in choices], expires=now + DAY)

    def person(self, name: str, *, owner: bool = False) -> Result:
        """Settle somebody new; `name@host` is a remote person."""
        with self.state.lock:
            username, _, host = name.partition("@")
            user = people.settle(self.state, username, host=host or None, owner=owner)
        return {"id": user.id}

    def status(
        self,
        by: str,
        text: str,
        *,
        visibility: str = PUBLIC,
        reply_to: str = "",
        quote: str = "",
        cw: str = "",
        language: str = "",
        choices: list[str] | None = None,
        html: str | None = None,
        url: str | None = None,
        minutes_ago: float = 0,
        late: bool = False,
    ) -> Result:
        """Write a status; `late` lets one of the past arrive only now.

        `html` is content that another host sent as it is, `url` "" one without a page.
        """
        with self.state.lock:
            draft = writing.Draft(
                text=text,
                spoiler=cw,
                visibility=visibility,
                language=language or None,
                reply=self._status(reply_to) if reply_to else None,
                quote=self._status(quote) if quote else None,
                poll=self._poll(choices) if choices else None,
                html=html,
                url=url,
                moment=self._ago(minutes_ago),
                arrived=self.state.now if late else None,
            )
            row = writing.write(self.state, self._user(by), draft)
        return {"id": row.id}

    def mention(
        self, by: str, to: str, text: str, *, visibility: str = PUBLIC
    ) -> Result:
        """Write an open status that names somebody."""
        return self.status(by, f"@{to} {text}", visibility=visibility)

    def direct(self, by: str, to: str, text: str, *, reply_to: str = "") -> Result:
        """Write to named people only; `to` may hold several, with commas."""
        named = [f"@{acct.strip()}" for acct in to.split(",") if acct.strip()]
        written = " ".join([*named, text])
        return self.status(by, written, visibility=DIRECT, reply_to=reply_to)

    def reply(self, by: str, status: str, text: str) -> Result:
        """Answer a status as openly as it is; everybody in it is named again."""
        with self.state.lock:
            parent, author = self._status(status), self._user(by)
            people = dict.fromkeys([parent.user_id, *parent.mentions])
            others = [self.state.users[row] for row in people if row != author.id]
            named = " ".join(f"@{user.acct}" for user in others)
            visibility = parent.visibility
        written = f"{named} {text}".strip()
        return self.status(by, written, visibility=visibility, reply_to=status)

    def favourite(self, by: str, status: str) -> Result:
        """Favour a status."""
        with self.state.lock:
            writing.favourite(self.state, self._user(by), self._status(status))
        return {}

    def reblog(self, by: str, status: str) -> Result:
        """Pass a status on."""
        with self.state.lock:
            who = self._user(by)
            return {"id": writing.reblog(self.state, who, self._status(status)).id}

    def edit_status(self, status: str, text: str) -> Result:
        """Let the author change a status."""
        with self.state.lock:
            writing.edit(self.state, self._status(status), text)
        return {}

    def delete_status(self, status: str) -> Result:
        """Let the author delete a status; rows follow in the background."""
        with self.state.lock:
            writing.erase(self.state, self._status(status))
        return {}

    def vote(self, by: str, status: str, choice: int) -> Result:
        """Vote in a poll."""
        with self.state.lock:
            poll = self._status(status).poll
            if poll is None:
                raise KeyError(status)
            poll.choices[choice].voters.add(self._user(by).id)
        return {}

    def end_poll(self, status: str) -> Result:
        """End a poll now; its author and the voters who live here are told."""
        with self.state.lock:
            row = self._status(status)
            if row.poll is None:
                raise KeyError(status)
            notifying.end_poll(self.state, row)
        return {}

    def follow(self, by: str, to: str) -> Result:
        """Follow at once."""
        with self.state.lock:
            people.follow(self.state, self._user(by), self._user(to))
        return {}

    def request_follow(self, by: str, to: str) -> Result:
        """Ask to follow."""
        with self.state.lock:
            people.request_follow(self.state, self._user(by), self._user(to))
        return {}

    def bell(self, by: str, who: str) -> Result:
        """Ask to be told of every status of somebody whom one follows."""
        with self.state.lock:
            self.state.follows[self._user(by).id, self._user(who).id].bell = True
        return {}

    def notice(
        self, to: str, kind: str, *, by: str = "", status: str = "", **extra: object
    ) -> Result:
        """Send a notification of any kind, known or not; `by` is the person if empty."""
        with self.state.lock:
            row = notifying.notify(
                self.state,
                self._user(to).id,
                kind,
                self._user(by or to).id,
                status=self._status(status) if status else None,
                extra=extra,
            )
        return {"id": row.id if row else None}

    def warn(self, who: str, text: str = "Please mind the rules.") -> Result:
        """Let the staff warn somebody."""
        warning: Result = {
            "id": "1",
            "action": "none",
            "text": text,
            "status_ids": [],
            "target_account": None,
            "appeal": None,
        }
        return self.notice(who, "moderation_warning", moderation_warning=warning)

    def announce(self, html: str) -> Result:
        """Publish a word from the host's staff."""
        with self.state.lock:
            now = self.state.now
            row_id = self.state.ids.count("announcement", now)
            row = self.state.announcements[row_id] = Announcement(row_id, now, html)
            emit.announced(self.state, row)
        return {"id": row_id}

    def react_to_announcement(self, by: str, announcement: str, name: str) -> Result:
        """React to a word from the staff with an emoji."""
        with self.state.lock:
            row = self.state.announcements[announcement]
            row.reactions.setdefault(name, set()).add(self._user(by).id)
            emit.announcement_reacted(self.state, row, name)
        return {}

    def take_down(self, announcement: str) -> Result:
        """Take back a word from the staff."""
        with self.state.lock:
            row = self.state.announcements.pop(announcement)
            emit.announcement_gone(self.state, row)
        return {}

    def mute(self, by: str, who: str) -> Result:
        """Mute a person."""
        with self.state.lock:
            self.state.mutes.add((self._user(by).id, self._user(who).id))
        return {}

    def block(self, by: str, who: str) -> Result:
        """Block a person."""
        with self.state.lock:
            self.state.blocks.add((self._user(by).id, self._user(who).id))
        return {}

    def policy(self, who: str, **rules: str) -> Result:
        """Change what a person lets through: `for_private_mentions="accept"`, …"""
        with self.state.lock:
            policy = self._user(who).policy
            if unknown := rules.keys() - policy.keys():
                raise KeyError(str(unknown))
            policy.update(rules)
        return {}

    def move_marker(self, who: str, last_read_id: str) -> Result:
        """Let another program of a person say how far notifications were read."""
        with self.state.lock:
            key = (self._user(who).id, "notifications")
            known = self.state.markers.get(key)
            version = known.version + 1 if known else 0
            self.state.markers[key] = Marker(last_read_id, version, self.state.now)
        return {}

    def read_row(self, conversation: str, *, unread: bool = False) -> Result:
        """Let another program of its owner mark a conversation read, or unread."""
        with self.state.lock:
            talks.mark(self.state, self.state.rows[conversation], unread=unread)
        return {}

    def lose_row(self, conversation: str) -> Result:
        """Let a conversation vanish from its owner's list without a word."""
        with self.state.lock:
            talks.lose(self.state, self.state.rows[conversation])
        return {}

    def desert_row(self, conversation: str) -> Result:
        """Let everybody else of a conversation delete their account: it names nobody."""
        with self.state.lock:
            row = self.state.rows[conversation]
            talks.lose(self.state, row)
            row.people = tuple(f"gone {who}" for who in row.people) or ("gone",)
            self.state.rows[row.id] = row
        return {}

    def attach(
        self,
        status: str,
        picture: str = "hills-1",
        *,
        alt: str | None = None,
        kind: str = "image",
        ready: bool = True,
    ) -> Result:
        """Hang a file on a status; its address is null while it is not `ready`."""
        with self.state.lock:
            row, now = self._status(status), self.state.now
            media = Media(
                self.state.ids.make(now),
                now,
                row.user_id,
                kind=kind,
                picture=picture,
                description=alt,
                ready=ready,
            )
            self.state.media[media.id] = media
            row.media_ids.append(media.id)
        return {"id": media.id}

    def flood(self, to: str, count: int, *, by: str, direct: bool = False) -> Result:
        """Send many numbered mentions or direct ones, a second apart, ending now.

        The host answers others meanwhile.
        """
        visibility = DIRECT if direct else PUBLIC
        for place in range(count):
            with self.state.lock:
                draft = writing.Draft(
                    text=f"@{to} number {place + 1} of {count}",
                    visibility=visibility,
                    moment=self.state.now - (count - place) * 1000,
                )
                writing.write(self.state, self._user(by), draft)
        return {"count": count}

    def disable(self, who: str, *, disabled: bool = True) -> Result:
        """Let staff disable somebody's sign-in and tokens, or let them back."""
        with self.state.lock:
            user = self._user(who)
            user.disabled = disabled
            if disabled and self.state.profile.software == MASTODON:
                self.state.hub.kill(self.state.hub.of(user.id))
        return {}

    def revoke(self, user: str, *, token: str = "") -> Result:
        """Revoke one token of a person, or all that programs hold."""
        with self.state.lock:
            owner = self._user(user)
            for row in list(self.state.tokens.values()):
                if row.user_id == owner.id and (token == row.word or not token):
                    forget(self.state, row)
        return {}
