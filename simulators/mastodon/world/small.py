"""The empty world: a few people, nothing said yet. Tests fill it themselves."""

from simulators.mastodon import people
from simulators.mastodon.state import State

OWNERS = (("alice", "Alice"), ("yuki", "ゆき"), ("kai", "Kai"))
OTHERS = (
    ("bob", "Bob"),
    ("carol", "Carol :blobcat:"),
    ("dave", "Dave"),
    ("erin@remote.example", "Erin"),
)
DAY = 86_400_000


def build(state: State) -> None:
    """Settle three owners of accounts and four others, and one custom emoji."""
    state.emojis["blobcat"] = "cat-blob"
    for place, (acct, name) in enumerate((*OWNERS, *OTHERS)):
        username, _, host = acct.partition("@")
        people.settle(
            state,
            username,
            host=host or None,
            moment=state.now - (400 - place) * DAY,
            name=name,
            owner=(acct, name) in OWNERS,
            emojis=("blobcat",) if "blobcat" in name else (),
        )
