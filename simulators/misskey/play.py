"""What the other side does: people write, react, follow, staff acts, time passes.

Every action names people by `name` or `name@host` and takes plain values, so that the
page, JSON calls and tests say the same. Unknown people raise KeyError.
"""

from simulators.misskey import chatting, notifying, people, writing
from simulators.misskey.records import Announcement, Choice, Note, Poll, User
from simulators.misskey.state import State
from simulators.misskey.streaming import emit, mishaps
from simulators.misskey.streaming.hub import Listener
from simulators.streams import StreamFaults

MINUTE = 60_000
Result = dict[str, object]


class Play(StreamFaults):
    """Actions on one host's state, each as one step."""

    def __init__(self, state: State) -> None:
        super().__init__(state.lock)
        self.state = state

    def _user(self, acct: str) -> User:
        return self.state.by_acct(acct)

    def _note(self, note_id: str) -> Note:
        return self.state.notes[note_id]

    def _ago(self, minutes: float) -> int:
        return self.state.now - round(minutes * MINUTE)

    def person(self, name: str, *, owner: bool = False) -> Result:
        """Settle somebody new; `name@host` is a remote person."""
        with self.state.lock:
            username, _, host = name.partition("@")
            user = people.settle(self.state, username, host=host or None, owner=owner)
        return {"id": user.id}

    def note(
        self,
        by: str,
        text: str,
        *,
        visibility: str = "public",
        to: list[str] | None = None,
        reply_to: str = "",
        quote: str = "",
        cw: str = "",
        channel: str = "",
        local_only: bool = False,
        choices: list[str] | None = None,
        minutes_ago: float = 0,
        late: bool = False,
    ) -> Result:
        """Write a note; `late` lets one of the past arrive only now."""
        with self.state.lock:
            draft = writing.Draft(
                text=text,
                cw=cw or None,
                visibility=visibility,
                visible_user_ids=[self._user(acct).id for acct in to or ()],
                reply=self._note(reply_to) if reply_to else None,
                renote=self._note(quote) if quote else None,
                channel_id=channel or None,
                local_only=local_only,
                poll=Poll([Choice(choice) for choice in choices]) if choices else None,
                moment=self._ago(minutes_ago),
                arrived=self.state.now if late else None,
            )
            note = writing.write(self.state, self._user(by), draft)
        return {"id": note.id}

    def mention(
        self, by: str, to: str, text: str, *, visibility: str = "public"
    ) -> Result:
        """Write an open note that names somebody."""
        return self.note(by, f"@{to} {text}", visibility=visibility)

    def direct(self, by: str, to: str, text: str, *, reply_to: str = "") -> Result:
        """Write a note for named people only; `to` may hold several, with commas."""
        named = [acct.strip() for acct in to.split(",") if acct.strip()]
        return self.note(by, text, visibility="specified", to=named, reply_to=reply_to)

    def reply(self, by: str, note: str, text: str) -> Result:
        """Answer a note as openly as it is."""
        with self.state.lock:
            parent = self._note(note)
            to = [self.state.users[row].acct for row in parent.visible_user_ids]
            visibility = parent.visibility
        return self.note(by, text, visibility=visibility, to=to, reply_to=note)

    def renote(self, by: str, note: str) -> Result:
        """Pass a note on."""
        with self.state.lock:
            draft = writing.Draft(renote=self._note(note))
            return {"id": writing.write(self.state, self._user(by), draft).id}

    def react(self, by: str, note: str, reaction: str = "👍") -> Result:
        """React to a note."""
        with self.state.lock:
            row = writing.react(self.state, self._user(by), self._note(note), reaction)
        return {"id": row.id, "reaction": row.reaction}

    def unreact(self, by: str, note: str) -> Result:
        """Take a reaction back."""
        with self.state.lock:
            writing.unreact(self.state, self._user(by), self._note(note))
        return {}

    def delete_note(self, note: str) -> Result:
        """Let the author delete a note."""
        with self.state.lock:
            return {"gone": writing.erase(self.state, self._note(note))}

    def edit_note(self, note: str, text: str) -> Result:
        """Change a note, as remote hosts and forks can."""
        with self.state.lock:
            writing.edit(self.state, self._note(note), text)
        return {}

    def withhold_note(self, note: str, *, withheld: bool = True) -> Result:
        """Let the host hide the content of a note from all but its author."""
        with self.state.lock:
            self._note(note).withheld = withheld
        return {}

    def chat(self, by: str, to: str, text: str) -> Result:
        """Send a chat message, whatever the receiver's wishes."""
        with self.state.lock:
            sender, receiver = self._user(by), self._user(to)
            return {"id": chatting.send_to_user(self.state, sender, receiver, text).id}

    def delete_chat(self, message: str) -> Result:
        """Let the author delete a chat message."""
        with self.state.lock:
            chatting.erase(self.state, self.state.chats[message])
        return {}

    def room(self, by: str, name: str, *, members: list[str] | None = None) -> Result:
        """Open a chat room in which others already sit."""
        with self.state.lock:
            room = chatting.open_room(self.state, self._user(by), name)
            for acct in members or ():
                chatting.join(self.state, room, self._user(acct))
        return {"id": room.id}

    def invite(self, room: str, to: str) -> Result:
        """Let a room's owner ask somebody in."""
        with self.state.lock:
            chatting.invite(self.state, self.state.rooms[room], self._user(to))
        return {}

    def room_message(self, by: str, room: str, text: str) -> Result:
        """Write to a chat room."""
        with self.state.lock:
            row = self.state.rooms[room]
            return {
                "id": chatting.send_to_room(self.state, self._user(by), row, text).id
            }

    def follow(self, by: str, to: str) -> Result:
        """Follow at once."""
        with self.state.lock:
            people.follow(self.state, self._user(by), self._user(to))
        return {}

    def unfollow(self, by: str, to: str) -> Result:
        """Stop following."""
        with self.state.lock:
            people.unfollow(self.state, self._user(by), self._user(to))
        return {}

    def request_follow(self, by: str, to: str) -> Result:
        """Ask to follow."""
        with self.state.lock:
            people.request_follow(self.state, self._user(by), self._user(to))
        return {}

    def notice(self, to: str, kind: str, **extra: object) -> Result:
        """Send a notification without a note: login, test, app, achievementEarned …"""
        with self.state.lock:
            row = notifying.notify(self.state, self._user(to).id, kind, extra=extra)
        return {"id": row.id if row else None}

    def announce(self, title: str, text: str) -> Result:
        """Publish a word from the host's staff."""
        with self.state.lock:
            row_id, created = self.state.stamp()
            row = Announcement(row_id, created, title, text)
            self.state.announcements[row_id] = row
            word: Result = {"id": row_id, "title": title, "text": text}
            emit.announced(self.state, word)
        return {"id": row_id}

    def vote(self, by: str, note: str, choice: int) -> Result:
        """Vote in a poll."""
        with self.state.lock:
            writing.vote(self.state, self._user(by), self._note(note), choice)
        return {}

    def end_poll(self, note: str) -> Result:
        """End a poll now; its author and the voters are told."""
        with self.state.lock:
            row = self._note(note)
            if row.poll is None:
                raise KeyError(note)
            row.poll.ended, row.poll.expires = True, self.state.now
            voters = {user for choice in row.poll.choices for user in choice.voters}
            for user_id in {row.user_id, *voters}:
                notifying.notify(self.state, user_id, "pollEnded", note=row)
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

    def prohibit(self, word: str) -> Result:
        """Let the host refuse notes with this word."""
        with self.state.lock:
            self.state.prohibited.add(word)
        return {}

    def bell(self, by: str, who: str) -> Result:
        """Ask to be told of every note of a person."""
        with self.state.lock:
            self.state.bells.add((self._user(by).id, self._user(who).id))
        return {}

    def suspend(self, who: str, *, suspended: bool = True) -> Result:
        """Suspend somebody, or let them back."""
        with self.state.lock:
            self._user(who).suspended = suspended
        return {}

    def settings(
        self,
        who: str,
        *,
        chat_scope: str = "",
        chat_availability: str = "",
        rate_limit_factor: float | None = None,
    ) -> Result:
        """Change whom a person lets chat, and what the host's policy lets them."""
        with self.state.lock:
            user = self._user(who)
            user.chat_scope = chat_scope or user.chat_scope
            user.chat_availability = chat_availability or user.chat_availability
            if rate_limit_factor is not None:
                user.rate_limit_factor = rate_limit_factor
        return {}

    def flood(
        self,
        to: str,
        count: int,
        *,
        by: str,
        chat: bool = False,
        at_once: bool = False,
    ) -> Result:
        """Send many numbered mentions or chats: now, or a second apart, ending now."""
        with self.state.lock:
            sender, receiver = self._user(by), self._user(to)
            for place in range(count):
                before = 0 if at_once else (count - place) * 1000
                moment = self.state.now - before
                text = f"number {place + 1} of {count}"
                if chat:
                    chatting.send_to_user(
                        self.state, sender, receiver, text, moment=moment
                    )
                else:
                    draft = writing.Draft(text=f"@{to} {text}", moment=moment)
                    writing.write(self.state, sender, draft)
        return {"count": count}

    def revoke(self, user: str, *, token: str = "") -> Result:
        """Revoke one token of a person, or all that programs hold."""
        with self.state.lock:
            owner = self._user(user)
            for row in list(self.state.tokens.values()):
                if row.user_id == owner.id and (token == row.token or not token):
                    del self.state.tokens[row.token]
        return {}

    def describe(self, who: str, *, name: str = "", picture: str = "") -> Result:
        """Give a person another name or picture."""
        with self.state.lock:
            people.describe(self.state, self._user(who), name=name, picture=picture)
        return {}

    def regenerate(self, user: str) -> Result:
        """Replace the native token of a person."""
        with self.state.lock:
            return {"token": people.regenerate(self.state, self._user(user)).token}

    def stream_junk(self, user: str = "", *, size: int = 0) -> Result:
        """Send frames that no document knows, or one huge one of `size` bytes."""
        with self.state.lock:
            found = self._streams(user)
            for listener in found:
                main = listener.main_id
                for text in [mishaps.huge(main, size)] if size else mishaps.junk(main):
                    listener.socket.send(text)
        return {"count": len(found)}

    def stream_frame(self, text: str, user: str = "") -> Result:
        """Send any text as a frame."""
        with self.state.lock:
            found = self._streams(user)
            for listener in found:
                listener.socket.send(text)
        return {"count": len(found)}

    def _streams(self, user: str) -> list[Listener]:
        return self.state.hub.of(self._user(user).id if user else None)

    def limits(self, *, on: bool) -> Result:
        """Switch the rate limits."""
        with self.state.lock:
            self.state.limiter.on = on
        return {}

    def advance(self, seconds: float) -> Result:
        """Put the host's clock forward, as limits and new ids see it."""
        with self.state.lock:
            self.state.skew += round(seconds * 1000)
        return {}

    def duplicate_checks(self, count: int) -> Result:
        """Let the next approvals be fetched several times, as the real race allows."""
        with self.state.lock:
            self.state.duplicate_checks = count
        return {}
