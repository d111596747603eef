"""Private mentions of the demo world, written line by line."""

from collections.abc import Callable

from simulators.mastodon import writing
from simulators.mastodon.records import DIRECT, Media, Status, User
from simulators.mastodon.state import State
from simulators.mastodon.world.cast import TEXTS, Cast
from simulators.world.scripts import Talks
from simulators.world.texts import Line, Script, speaker
from simulators.world.timeline import Timeline

EDITED = 0.06  # how many lines of others are mended a little later
LATER = 15_000


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
            voices = [owner, *self._others(owner, script)]
            talk = Talk(self.state, voices, self.rng.random)
            for row, moment in lines:
                self.timeline.at(moment, talk.later(row))

    def _others(self, owner: User, script: Script) -> list[User]:
        if "partner" in script.heading:
            return [self.state.by_acct(script.heading["partner"])]
        count = 2 if script.kind == "group" else 1
        return self.cast.partners(owner, script.language, count)


def attach(state: State, author: User, row: Line, moment: int) -> list[str]:
    """Keep a line's picture among its author's files and return its id."""
    if not row.picture:
        return []
    media = Media(
        state.ids.make(moment),
        moment,
        author.id,
        picture=row.picture,
        description=row.alt,
    )
    state.media[media.id] = media
    return [media.id]


class Talk:
    """One thread of private mentions; everybody else is always named.

    `chance` says now and then that a line of another is mended after it was sent.
    """

    def __init__(
        self, state: State, voices: list[User], chance: Callable[[], float]
    ) -> None:
        self._state = state
        self._voices = voices
        self._chance = chance
        self._last: Status | None = None

    def later(self, row: Line) -> Callable[[int], object]:
        """Return what says a line at its moment."""
        return lambda moment: self.say(row, moment)

    def say(self, row: Line, moment: int) -> None:
        """Write a line and answer the one before."""
        author = speaker(self._voices, row.who)
        others = [f"@{user.acct}" for user in self._voices if user is not author]
        text = " ".join([*others, row.text]).strip()
        mended = not author.owner and len(row.text) > 12 and self._chance() < EDITED
        draft = writing.Draft(
            text=text[:-1] if mended else text,
            spoiler=row.cw,
            sensitive=bool(row.cw),
            visibility=DIRECT,
            reply=self._last,
            media_ids=attach(self._state, author, row, moment),
            moment=moment,
        )
        self._last = writing.write(self._state, author, draft)
        if mended:
            writing.edit(self._state, self._last, text, moment=moment + LATER)
