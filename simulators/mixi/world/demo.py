"""The demo world: ten weeks in sakura's mixi, with ren and those around them.

Everything follows from the texts and the moment of the start; nothing lies later.
"""

from simulators.mixi import mail, settling
from simulators.mixi.records import INBOX_STATES, Message
from simulators.mixi.state import State
from simulators.mixi.world import letters
from simulators.mixi.world.letters import Written


def build(state: State) -> None:
    """Fill an empty mixi."""
    people = letters.people()
    for row in people:
        settling.settle(
            state,
            row.name,
            display=row.display,
            picture=row.picture,
            owner="owner" in row.traits,
        )
    for row in people:
        for friend in row.friends:
            settling.befriend(state, state.person(row.name), state.person(friend))
    now = state.now
    for letter in sorted(letters.letters(), key=lambda row: row.moment(now)):
        _post(state, letter, letter.moment(now))


def _post(state: State, written: Written, moment: int) -> None:
    owner = state.person(written.owner)
    letter = mail.Letter(written.title, written.body, moment)
    if not written.direction:
        mine = received = mail.notify(state, owner, letter)
    else:
        other = state.person(written.other)
        pair = (other, owner) if written.direction == "<" else (owner, other)
        sent, received = mail.deliver(state, *pair, letter)
        mine = received if written.direction == "<" else sent
    _settle_status(received, written.status)
    mine.trashed = written.trashed


def _settle_status(row: Message, written: str) -> None:
    row.status = next(status for status in INBOX_STATES if status == written)
