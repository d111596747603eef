"""What pages want counted together, and what a connection was asked for.

Nothing in here waits or touches a row: times and streams are parameters.
"""

from collections.abc import Collection, Mapping, Sequence
from itertools import count, islice

from inboxhub.networks.base import RemoteAuthor
from inboxhub.networks.stream import Stream
from messaging.demands import CARD, CHANNEL, CHAT, LASTS, NOTE, Demand, Want, host_of

MOST_CAPTURED = 500
"""Notes on one connection; hosts stop listening beyond some number without a word."""
CONFIRMED_WITHIN = 5.0
JOINING, JOINED, DOWN, OFF = "joining", "live", "down", "off"

People = Mapping[str, Sequence[RemoteAuthor]]
"""Conversation key → its people."""


class Demands:
    """What all pages want, as they said it last; what is not said again is forgotten."""

    def __init__(self) -> None:
        self._said: dict[str, tuple[Demand, float]] = {}

    def put(self, demand: Demand, now: float) -> set[str]:
        """Replace what the viewer wanted; the places for which something may differ.

        Who says it again keeps their turn: who came first is served first.
        """
        before = self._said.get(demand.viewer)
        if demand.wants:
            self._said[demand.viewer] = (demand, now + LASTS)
        else:
            self._said.pop(demand.viewer, None)
        wants = (*demand.wants, *(before[0].wants if before else ()))
        return {want.place for want in wants}

    def forget(self, now: float) -> set[str]:
        """Drop who has been silent; the places that they wanted something of."""
        silent = [viewer for viewer, (_, until) in self._said.items() if until < now]
        dropped = [self._said.pop(viewer)[0] for viewer in silent]
        return {want.place for demand in dropped for want in demand.wants}

    def of(self, place: str, owner_id: int | None = None) -> list[Want]:
        """What anybody wants of the place, each once, in the order of asking.

        `owner_id` is whose the place is: what others say of it does not count.
        """
        return list(
            dict.fromkeys(
                want
                for demand in self._of(owner_id)
                for want in demand.wants
                if want.place == place
            )
        )

    def viewers(self, want: Want, owner_id: int | None = None) -> list[str]:
        """Who wants it."""
        return [d.viewer for d in self._of(owner_id) if want in d.wants]

    def hosts(self, most: int) -> list[str]:
        """The hosts that nobody's connection is wanted to, at most so many per user."""
        by_owner: dict[int, dict[str, None]] = {}
        for demand in self._of(None):
            hosts = by_owner.setdefault(demand.owner_id, {})
            hosts.update((host_of(want.place), None) for want in demand.wants)
        wanted = (islice(filter(None, hosts), most) for hosts in by_owner.values())
        return list(dict.fromkeys(host for hosts in wanted for host in hosts))

    def _of(self, owner_id: int | None) -> list[Demand]:
        said = [demand for demand, _until in self._said.values()]
        return [d for d in said if owner_id is None or d.owner_id == owner_id]


class Asked:
    """What one connection was asked for; a new connection has a new one."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self._notes: set[str] = set()
        self._joined: dict[Want, str] = {}
        self._asked_at: dict[str, float] = {}
        self._confirmed: set[str] = set()
        self._ids = count(1)

    def frames(self, wants: Collection[Want], people: People, now: float) -> list[str]:
        """What to send so that the connection does all that is wanted, and no more."""
        notes = [want.name for want in wants if want.kind in (NOTE, CARD)]
        channels = [want for want in wants if want.kind in (CHAT, CHANNEL)]
        captured = set(islice(dict.fromkeys(notes), MOST_CAPTURED))
        frames = self._leave(channels)
        for note_id in self._notes - captured:
            frames += self.stream.release(note_id)
        for note_id in captured - self._notes:
            frames += self.stream.capture(note_id)
        self._notes = captured
        return frames + self._join(channels, people, now)

    def unknown_chats(self, wants: Collection[Want]) -> list[str]:
        """The keys of conversations that are wanted and not joined yet."""
        return [w.name for w in wants if w.kind == CHAT and w not in self._joined]

    @property
    def unconfirmed(self) -> bool:
        """Whether something was asked for that the host has not answered yet."""
        return len(self._confirmed) < len(self._joined)

    def confirm(self, channel_id: str) -> None:
        """The host said that a channel has begun."""
        if channel_id in self._asked_at:
            self._confirmed.add(channel_id)

    def want_of(self, channel_id: str) -> Want | None:
        """What the channel was joined for."""
        found = (want for want, own in self._joined.items() if own == channel_id)
        return next(found, None)

    def state(self, want: Want, now: float) -> str:
        """How it is with a channel: joining, live, or off (the host does not give it)."""
        channel_id = self._joined.get(want)
        if want.name not in self.stream.channels:
            return OFF
        if channel_id is None:
            return JOINING
        if channel_id in self._confirmed:
            return JOINED
        late = now - self._asked_at[channel_id] > CONFIRMED_WITHIN
        return OFF if late else JOINING

    def _leave(self, channels: list[Want]) -> list[str]:
        frames = []
        for want in [one for one in self._joined if one not in channels]:
            channel_id = self._joined.pop(want)
            del self._asked_at[channel_id]
            self._confirmed.discard(channel_id)
            frames += self.stream.leave(channel_id)
        return frames

    def _join(self, channels: list[Want], people: People, now: float) -> list[str]:
        """Under an id that was never used, so that late frames of a left one are told
        apart."""
        frames = []
        for want in channels:
            if want in self._joined:
                continue
            channel_id = f"page-{next(self._ids)}"
            self._joined[want], self._asked_at[channel_id] = channel_id, now
            if want.kind == CHAT:
                known = people.get(want.name, ())
                frames += self.stream.join_chat(want.name, channel_id, known)
                continue
            frames += self.stream.join(want.name, channel_id)
            if not self.stream.confirms:
                self._confirmed.add(channel_id)
        return frames
