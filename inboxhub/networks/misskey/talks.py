"""Positions in the chats: which talks are listed from where, and what is covered.

Only quiet talks are ever listed: listing one that has something unread would mark it
read on the host (Misskey API: `chat/messages/user-timeline`, `room-timeline`).
"""

import re
from collections.abc import Iterable, Mapping

from inboxhub.networks.misskey.chats import MOST_TALKS, Talk

# `u` (a person) or `r` (a room) with its id, then the id of a message of it.
ENTRY = re.compile(r"([ur])([a-zA-Z0-9]{1,64})=([a-zA-Z0-9]{1,64})")

Covered = Mapping[str, str]


def position_of(talks: Iterable[Talk]) -> str | None:
    """Where history goes on: every talk with the message below which it is listed."""
    return _written({talk.name: talk.newest for talk in talks}) or None


def talks_at(position: str) -> list[Talk]:
    """The talks of a position; what cannot be read of it is left out."""
    return [
        Talk(room=name[0] == "r", partner=name[1:], newest=newest)
        for name, newest in covered_by(position).items()
    ]


def covered_by(newest: str) -> dict[str, str]:
    """Talk's name → id of the newest message up to which nothing is left out."""
    found = [ENTRY.fullmatch(part) for part in newest.split()[: MOST_TALKS * 2]]
    return {match[1] + match[2]: match[3] for match in found if match}


def written(covered: Covered, talks: Iterable[Talk]) -> str:
    """What is covered, as a string; only of talks that the overview still shows."""
    return _written({t.name: covered[t.name] for t in talks if t.name in covered})


def _written(entries: Covered) -> str:
    return " ".join(f"{name}={identifier}" for name, identifier in entries.items())
