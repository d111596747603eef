"""Who plays which part: finds partners for conversations, readers for posts."""

import random
from pathlib import Path

from simulators.mastodon import people
from simulators.mastodon.records import User
from simulators.mastodon.state import State
from simulators.world.texts import Texts
from simulators.world.timeline import DAY

TEXTS = Texts(Path(__file__).with_name("texts"))
HARD = "hard.example"
EMOJIS = {
    "fox": "cat-fox",
    "needle": "shapes-needle",
    "cake": "shapes-cake",
    "snowflake": "night-flake",
    "blobcat": "cat-blob",
}


class Cast:
    """All people of the demo world by language, and how often each was chosen."""

    def __init__(self, state: State, rng: random.Random, now: int) -> None:
        self.state = state
        self.rng = rng
        self.languages: dict[str, str] = {}
        self.strangers: list[User] = []
        self.houses: list[User] = []
        self._used: dict[tuple[str, str], int] = {}
        self._settle(now)
        for owner in self.owners:
            self._befriend(owner, now)

    def _settle(self, now: int) -> None:
        self.state.emojis.update(EMOJIS)
        for place, person in enumerate(TEXTS.people()):
            username, _, host = person.acct.partition("@")
            stranger = "stranger" in person.traits
            age = 6 if stranger else 900 - place * 7
            user = people.settle(
                self.state,
                username,
                host=host or None,
                moment=now - age * DAY,
                name=person.name,
                about=person.about,
                picture=person.picture,
                language=person.language,
                owner="owner" in person.traits,
                bot="bot" in person.traits,
                locked="locked" in person.traits,
                limited="limited" in person.traits,
                emojis=tuple(person.name.split(":")[1::2]),
            )
            self.languages[user.id] = person.language
            if stranger:
                self.strangers.append(user)
            if "house" in person.traits:
                self.houses.append(user)

    def _befriend(self, owner: User, now: int) -> None:
        """Let an owner follow everybody whose private words should arrive."""
        friends = [user for user in self.owners if user is not owner]
        for place, user in enumerate([*self.people(), *friends]):
            moment = now - (700 - place) * DAY
            link = people.link(self.state, moment)
            self.state.follows[owner.id, user.id] = link

    @property
    def owners(self) -> list[User]:
        """Return the people whose accounts a demo links."""
        return [user for user in self.state.users.values() if user.owner]

    def people(self, language: str = "") -> list[User]:
        """Return everybody but owners, bots and strangers, of one language if named."""
        return [
            user
            for user in self.state.users.values()
            if not user.owner
            and not user.bot
            and user not in self.strangers
            and language in ("", self.languages[user.id])
        ]

    def partners(self, owner: User, language: str, count: int = 1) -> list[User]:
        """Return people to talk to, those first who were chosen least so far."""
        found = [user for user in self.people(language) if user not in self.houses]
        self.rng.shuffle(found)
        found.sort(key=lambda user: self._used.get((owner.id, user.id), 0))
        for user in found[:count]:
            key = (owner.id, user.id)
            self._used[key] = self._used.get(key, 0) + 1
        return found[:count]

    def crowd(self, count: int, language: str = "") -> list[User]:
        """Return so many different people at random."""
        found = self.people(language)
        return self.rng.sample(found, min(count, len(found)))
