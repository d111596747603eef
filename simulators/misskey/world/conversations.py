"""Direct notes, chats and rooms of the demo world, written line by line."""

from collections.abc import Callable

from simulators.misskey import chatting, filing, writing
from simulators.misskey.profiles import CHAT, NO_CHAT
from simulators.misskey.records import SPECIFIED, Note, Room, User
from simulators.misskey.state import State
from simulators.misskey.world.cast import Cast
from simulators.misskey.world.texts import TEXTS
from simulators.world.scripts import Talks
from simulators.world.texts import Line, Script, speaker
from simulators.world.timeline import Timeline

PICTURE = (960, 640)


class Conversations:
    """Puts everybody's conversations on the timeline."""

    def __init__(self, state: State, cast: Cast, timeline: Timeline) -> None:
        self.state = state
        self.cast = cast
        self.timeline = timeline
        self.rng = timeline.rng
        self._talks = Talks(TEXTS, timeline)

    def write(self, owner: User) -> None:
        """Plan all conversations of an owner."""
        for script, lines in self._talks.of(owner.username):
            say = self._voice(owner, script)
            for row, moment in lines:
                self.timeline.at(moment, _later(say, row))

    def _voice(self, owner: User, script: Script) -> Callable[[Line, int], object]:
        """Return what writes one line of this conversation."""
        chatting_here = script.kind == "chat" and self.state.profile.chat != NO_CHAT
        if "partner" in script.heading:
            partners = [self.state.by_acct(script.heading["partner"])]
        else:
            count = 2 if script.kind == "group" else 1
            partners = self.cast.partners(
                owner, script.language, count, local=chatting_here
            )
        if chatting_here:
            return _Chat(self.state, owner, partners[0]).say
        return _Direct(self.state, [owner, *partners]).say

    def write_rooms(self) -> None:
        """Plan the rooms, one per owner; without rooms they are group notes."""
        pairs = zip(TEXTS.scripts("room"), self.cast.owners, strict=True)
        for place, (script, owner) in enumerate(pairs):
            seats = self.cast.partners(owner, script.language, 3, local=True)
            end = self.timeline.now - self.timeline.pause(90) * (1 + 20 * place)
            moments = [end - step * 11 * 60_000 for step in range(len(script.lines))]
            if self.state.profile.chat == CHAT:
                begin = moments[-1] - 3_600_000
                room = chatting.open_room(
                    self.state, seats[0], script.heading["room"], moment=begin
                )
                for user in (owner, *seats[1:]):
                    chatting.join(self.state, room, user, begin)
                say = _RoomTalk(self.state, room, [owner, *seats]).say
            else:
                say = _Direct(self.state, [owner, *seats]).say
            for row, moment in zip(script.lines, reversed(moments), strict=True):
                self.timeline.at(moment, _later(say, row))


def _later(say: Callable[[Line, int], object], row: Line) -> Callable[[int], object]:
    return lambda moment: say(row, moment)


def attach(state: State, author: User, row: Line, moment: int) -> list[str]:
    """Keep a line's picture in its author's drive and return its id."""
    if not row.picture:
        return []
    picture = filing.picture(
        state, author, row.picture, size=PICTURE, comment=row.alt, moment=moment
    )
    return [picture.id]


class _Direct:
    """A conversation of direct notes; everybody else is always addressed."""

    def __init__(self, state: State, voices: list[User]) -> None:
        self._state = state
        self._voices = voices
        self._last: Note | None = None

    def say(self, row: Line, moment: int) -> None:
        author = speaker(self._voices, row.who)
        others = [user.id for user in self._voices if user is not author]
        answers = self._last is not None and self._last.user_id != author.id
        draft = writing.Draft(
            text=row.text or None,
            cw=row.cw or None,
            visibility=SPECIFIED,
            visible_user_ids=others,
            reply=self._last if answers else None,
            file_ids=attach(self._state, author, row, moment),
            moment=moment,
        )
        self._last = writing.write(self._state, author, draft)


class _Chat:
    """A chat of two, or the messaging of old versions."""

    def __init__(self, state: State, owner: User, partner: User) -> None:
        self._state = state
        self._owner = owner
        self._partner = partner

    def say(self, row: Line, moment: int) -> None:
        author, receiver = self._owner, self._partner
        if row.who != ">":
            author, receiver = receiver, author
        file_id = next(iter(attach(self._state, author, row, moment)), None)
        text = row.text or None
        chatting.send_to_user(self._state, author, receiver, text, file_id, moment)
        chatting.read(self._state, author, chatting.pair_key(author.id, receiver.id))


class _RoomTalk:
    """A chat room with several people."""

    def __init__(self, state: State, room: Room, voices: list[User]) -> None:
        self._state = state
        self._room = room
        self._voices = voices

    def say(self, row: Line, moment: int) -> None:
        author = speaker(self._voices, row.who)
        file_id = next(iter(attach(self._state, author, row, moment)), None)
        text = row.text or None
        chatting.send_to_room(self._state, author, self._room, text, file_id, moment)
        chatting.read(self._state, author, self._room.id)
