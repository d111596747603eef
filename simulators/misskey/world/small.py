"""The empty world: a few people, nothing said yet. Tests fill it themselves."""

from simulators.misskey import people
from simulators.misskey.state import State

OWNERS = (("alice", "Alice"), ("hana", "花"), ("taro", "太郎"))
OTHERS = (
    ("bob", "Bob"),
    ("carol", "Carol :blobcat:"),
    ("yuki@remote.example", "Yuki"),
)


def build(state: State) -> None:
    """Settle three owners of accounts and three others, and one custom emoji."""
    state.emojis["blobcat"] = "cat-blob"
    for acct, name in (*OWNERS, *OTHERS):
        username, _, host = acct.partition("@")
        people.settle(
            state,
            username,
            host=host or None,
            name=name,
            owner=(acct, name) in OWNERS,
            chat_scope="everyone",
            emojis=("blobcat",) if "blobcat" in name else (),
        )
