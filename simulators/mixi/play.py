"""What the other side does: people write, read, throw away; mixi's staff acts.

Every action names people by `name` and takes plain values, so that the page, JSON calls
and tests say the same. Unknown people and messages raise KeyError.
"""

from datetime import datetime

from simulators.actions import action
from simulators.mixi import mail, oauth, settling
from simulators.mixi.records import BOXES, Box, Message, Person
from simulators.mixi.state import State

MINUTE = 60
Result = dict[str, object]


class Play:
    """Actions on one mixi's state, each as one step."""

    def __init__(self, state: State) -> None:
        self.state = state

    def _person(self, name: str) -> Person:
        return self.state.person(name)

    def _message(self, user: str, message: str, *, trashed: bool = False) -> Message:
        """Return a message of somebody in whichever box it lies."""
        for box in BOXES:
            row = self.state.messages[user, box].get(message)
            if row is not None and row.trashed == trashed:
                return row
        raise KeyError(message)

    def _letter(
        self, title: str, body: str, minutes_ago: float, sent: str
    ) -> mail.Letter:
        moment = self.state.now - minutes_ago * MINUTE
        if sent:
            moment = datetime.fromisoformat(sent).timestamp()
        return mail.Letter(title, body, int(moment))

    # --- people -----------------------------------------------------------------------

    def person(
        self,
        name: str,
        *,
        display: str = "",
        owner: bool = False,
        friends: list[str] | None = None,
    ) -> Result:
        """Settle somebody new; `owner` offers them on the consent page."""
        with self.state.lock:
            row = settling.settle(self.state, name, display=display, owner=owner)
            for other in friends or ():
                settling.befriend(self.state, row, self._person(other))
        return {"id": row.id}

    def befriend(self, one: str, other: str) -> Result:
        """Make two people friends."""
        with self.state.lock:
            settling.befriend(self.state, self._person(one), self._person(other))
        return {}

    def unfriend(self, one: str, other: str) -> Result:
        """End a friendship: their ids are told no more."""
        with self.state.lock:
            pair = {self._person(one).name, self._person(other).name}
            self.state.friends.discard(frozenset(pair))
        return {}

    def rename(self, who: str, display: str) -> Result:
        """Give somebody another name."""
        with self.state.lock:
            self._person(who).display = display
        return {}

    def block(self, by: str, who: str) -> Result:
        """Let somebody refuse the messages of another."""
        with self.state.lock:
            self.state.blocks.add((self._person(by).name, self._person(who).name))
        return {}

    def prohibit(self, who: str, *, prohibited: bool = True) -> Result:
        """Forbid somebody to send for a time, or allow it again."""
        with self.state.lock:
            self._person(who).prohibited = prohibited
        return {}

    def leave(self, who: str, *, left: bool = True) -> Result:
        """Let somebody leave mixi: their tokens open nothing any more."""
        with self.state.lock:
            self._person(who).left = left
        return {}

    # --- messages ---------------------------------------------------------------------

    def message(
        self,
        by: str,
        to: str,
        title: str,
        body: str,
        *,
        minutes_ago: float = 0,
        sent: str = "",
    ) -> Result:
        """Send a message, whatever friends-only says; `sent` is an ISO moment.

        Returns the ids of both copies: `outbox` of the sender, `inbox` of the other.
        """
        with self.state.lock:
            letter = self._letter(title, body, minutes_ago, sent)
            copies = mail.deliver(
                self.state, self._person(by), self._person(to), letter
            )
        return {"outbox": copies[0].id, "inbox": copies[1].id}

    def reply(self, by: str, message: str, body: str, *, title: str = "") -> Result:
        """Answer a message of one's inbox, which becomes replied by that."""
        with self.state.lock:
            original = self._message(by, message)
            if original.box != "inbox":
                raise KeyError(message)
            title = title or f"Re: {original.title.removeprefix('Re: ')}"
            copies = mail.deliver(
                self.state,
                self._person(by),
                self._person(original.other),
                mail.Letter(title, body),
            )
            original.status, original.changed = "replied", self.state.now
        return {"outbox": copies[0].id, "inbox": copies[1].id}

    def notice(
        self,
        to: str,
        title: str,
        body: str,
        *,
        minutes_ago: float = 0,
        sent: str = "",
    ) -> Result:
        """Post a notice from mixi; its body may be HTML."""
        with self.state.lock:
            letter = self._letter(title, body, minutes_ago, sent)
            row = mail.notify(self.state, self._person(to), letter)
        return {"id": row.id}

    def read(self, user: str, message: str) -> Result:
        """Let somebody read a message or notice on mixi's own site."""
        with self.state.lock:
            row = self._message(user, message)
            if row.status == "unread":
                mail.change_status(self.state, row, "read")
        return {"status": row.status}

    def mark_replied(self, user: str, message: str) -> Result:
        """Let a message count as answered, without an answer."""
        with self.state.lock:
            row = self._message(user, message)
            if row.box != "inbox":
                raise KeyError(message)
            row.status, row.changed = "replied", self.state.now
        return {}

    def delete(self, user: str, message: str) -> Result:
        """Let somebody delete a message on mixi's own site; notices go for good."""
        with self.state.lock:
            row = self._message(user, message)
            mail.delete(self.state, self._person(user), row)
        return {}

    def restore(self, user: str, message: str) -> Result:
        """Bring a message back from somebody's trash."""
        with self.state.lock:
            mail.restore(self.state, self._message(user, message, trashed=True))
        return {}

    def empty_trash(self, user: str) -> Result:
        """Throw away for good what is in somebody's trash."""
        with self.state.lock:
            return {"gone": mail.empty_trash(self.state, self._person(user))}

    def flood(
        self, to: str, count: int, *, by: str = "", one_second: bool = False
    ) -> Result:
        """Send many numbered messages, or notices without `by`, a second apart.

        They end now; with `one_second` all are from the same second.
        """
        with self.state.lock:
            now = int(self.state.now)
            for place in range(count):
                moment = now if one_second else now - (count - place)
                number = f"{place + 1} / {count}"
                letter = mail.Letter(number, f"本文 {number}", moment)
                if by:
                    people = self._person(by), self._person(to)
                    mail.deliver(self.state, *people, letter)
                else:
                    mail.notify(self.state, self._person(to), letter)
        return {"count": count}

    def put_raw(self, user: str, box: Box, entry: object) -> Result:
        """Put an entry of any shape into a box; it is told as it stands."""
        if box not in BOXES:
            raise KeyError(box)
        with self.state.lock:
            row = mail.put_raw(self.state, self._person(user), box, entry)
        return {"id": row.id}

    # --- the host ---------------------------------------------------------------------

    def silences(self, **switches: object) -> Result:
        """Set switches of `simulators.mixi.silences.Silences`."""
        with self.state.lock:
            self.state.silences.change(**switches)
        return {}

    def expire(self, user: str) -> Result:
        """Let all access tokens of a person run out now."""
        with self.state.lock:
            oauth.expire(self.state, self._person(user).name)
        return {}

    def expire_refresh(self, user: str) -> Result:
        """Let all refresh tokens of a person run out now."""
        with self.state.lock:
            oauth.expire_refresh(self.state, self._person(user).name)
        return {}

    def revoke(self, user: str) -> Result:
        """Take away what a person allowed, as on mixi's settings page."""
        with self.state.lock:
            oauth.revoke(self.state, self._person(user).name)
        return {}

    def refuse_client(self, *, refused: bool = True) -> Result:
        """Refuse the program's own key, or accept it again."""
        with self.state.lock:
            self.state.client_refused = refused
        return {}

    def busy(self, calls: int) -> Result:
        """Answer 503 to the next calls of the API; see `retry_after` of Silences."""
        with self.state.lock:
            self.state.busy = calls
        return {}

    def advance(self, seconds: float) -> Result:
        """Put the host's clock forward."""
        with self.state.lock:
            self.state.skew += seconds
        return {}

    def after_calls(
        self, count: int, do: str, where: str = "*", **arguments: object
    ) -> Result:
        """Do an action after so many answered calls to addresses that fit `where`.

        Addresses are told without `/2/`: `messages/@me/@inbox`, `token`.
        """
        happen = action(Play, self, do)
        with self.state.lock:
            self.state.plan(count, where, lambda: happen(**arguments))
        return {}
