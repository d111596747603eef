"""The empty world: a few people, nothing said yet. Tests fill it themselves."""

from simulators.mixi import settling
from simulators.mixi.state import State

OWNERS = (("sakura", "さくら"), ("ren", "蓮"))
OTHERS = (("mika", "みか"), ("kenta", "健太"), ("stranger", "とおりすがり"))


def build(state: State) -> None:
    """Settle two owners of accounts and three others; all but the stranger are friends.

    mika and kenta are friends of both owners.
    """
    for name, display in (*OWNERS, *OTHERS):
        owner = (name, display) in OWNERS
        settling.settle(state, name, display=display, owner=owner)
    for one, other in (
        ("sakura", "ren"),
        *((owner, friend) for owner, _ in OWNERS for friend in ("mika", "kenta")),
    ):
        settling.befriend(state, state.person(one), state.person(other))
