"""The forms of the page `/_sim/`: write, follow, notices, the host's moods."""

from collections.abc import Mapping
from html import escape

from simulators import controls
from simulators.mastodon.records import User
from simulators.mastodon.state import State

Words = Mapping[str, str]
KINDS = (
    "moderation_warning",
    "severed_relationships",
    "admin.sign_up",
    "annual_report",
    "something_new",
)


def others(state: State) -> list[User]:
    """Return everybody whom the page plays."""
    return [user for user in state.users.values() if not user.owner]


def _choose(state: State, me: User) -> str:
    rows = "".join(
        f'<option value="{escape(user.acct)}">{escape(user.name or user.username)} '
        f"(@{escape(user.acct)})</option>"
        for user in sorted(state.users.values(), key=lambda user: user.owner)
        if user is not me
    )
    return f'<select name="by">{rows}</select>'


def write(state: State, me: User, words: Words) -> str:
    """Return the form for words to somebody."""
    verbs = controls.verbs(words, ("mention", "direct", "late", "suspicious"))
    return (
        f'<form class="card" method="post"><h2>{words["write"]}</h2>'
        f"{controls.hidden({'me': me.username})}"
        f"<label>{words['by']}{_choose(state, me)}</label>"
        f'<label>{words["text"]}<textarea name="text" rows="3" required></textarea>'
        f'</label><p class="row">{verbs}</p></form>'
    )


def other(state: State, me: User, words: Words) -> str:
    """Return the form for what needs no words, and for those of the staff."""
    return (
        f'<form class="card" method="post"><h2>{words["other"]}</h2>'
        f"{controls.hidden({'me': me.username})}"
        f"<label>{words['by']}{_choose(state, me)}</label>"
        f'<p class="row">{controls.verbs(words, ("follow", "request"))}</p>'
        f'<label>{words["kind"]}<select name="kind">{controls.options(KINDS)}</select>'
        f'</label><p class="row">{controls.verbs(words, ("notice",))}</p>'
        f'<label>{words["text"]}<input type="text" name="news"></label>'
        f'<p class="row">{controls.verbs(words, ("announce",))}</p></form>'
    )


def host(state: State, me: User, words: Words) -> str:
    """Return the switches of the whole host."""
    fields = {"me": me.username}
    verbs = [
        "vacuum",
        "narrow" if state.granted_only is None else "wide",
        "slow" if state.delay == 0 else "quick",
    ]
    buttons = "".join(
        controls.button({**fields, "verb": verb}, words[verb]) for verb in verbs
    )
    switch = controls.limits_switch(words, fields, on=state.limiter.on)
    return (
        f'<section><h2>{words["host"]}</h2><div class="row">{switch}{buttons}</div>'
        "</section>"
    )
