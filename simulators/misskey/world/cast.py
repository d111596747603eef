"""Who plays which part: finds partners for conversations, readers for posts."""

import random

from simulators.misskey import people
from simulators.misskey.records import User
from simulators.misskey.state import State
from simulators.misskey.world.texts import TEXTS
from simulators.world.timeline import DAY

EMOJIS = {
    "blobcat": "cat-blob",
    "cat_wave": "cat-wave",
    "snow": "night-snow",
    "tanuki": "cat-tanuki",
    "leaf": "leaves-emoji",
    "party": "shapes-party",
}


class Cast:
    """All people of the demo world by language, and how often each was chosen."""

    def __init__(self, state: State, rng: random.Random, now: int) -> None:
        self.state = state
        self.rng = rng
        self.languages: dict[str, str] = {}
        self._settle(now)
        self._used: dict[tuple[str, str], int] = {}

    def _settle(self, now: int) -> None:
        self.state.emojis.update(EMOJIS)
        for place, person in enumerate(TEXTS.people()):
            username, _, host = person.acct.partition("@")
            words = person.name.split(":")[1::2]
            user = people.settle(
                self.state,
                username,
                host=host or None,
                moment=now - 400 * DAY + place * DAY,
                name=person.name,
                description=person.about or None,
                picture=person.picture,
                owner="owner" in person.traits,
                bot="bot" in person.traits,
                cat="cat" in person.traits,
                emojis=tuple(words),
                chat_scope="everyone",
            )
            self.languages[user.id] = person.language

    @property
    def owners(self) -> list[User]:
        """Return the people whose accounts a demo links."""
        return [user for user in self.state.users.values() if user.owner]

    def people(self, language: str = "", *, local: bool = False) -> list[User]:
        """Return everybody but owners and bots, of one language if one is named."""
        return [
            user
            for user in self.state.users.values()
            if not user.owner
            and not user.bot
            and (not local or user.host is None)
            and language in ("", self.languages[user.id])
        ]

    def partners(
        self, owner: User, language: str, count: int = 1, *, local: bool = False
    ) -> list[User]:
        """Return people to talk to, those first who were chosen least so far."""
        found = self.people(language, local=local)
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
