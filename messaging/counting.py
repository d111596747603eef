"""Reactions and votes, counted on what is known of a note as they are told one by one.

The next look at the note tells the exact numbers.
"""

MOST_COUNTED, MOST_KINDS = 1_000_000, 50

Extra = dict[str, object]


def counted(extra: Extra, kind: str, value: str, picture: str) -> Extra:
    """The note's `extra` after one change of `NoteChange`'s kinds."""
    match kind:
        case "reacted":
            return _reacted(extra, value, picture, 1)
        case "unreacted":
            return _reacted(extra, value, picture, -1)
        case "voted":
            return _voted(extra, value)
        case _:
            return extra


def _reacted(extra: Extra, value: str, picture: str, step: int) -> Extra:
    counts = extra.get("reactions")
    reactions = dict(counts) if isinstance(counts, dict) else {}
    number = int(reactions.get(value, 0)) + step
    if value in reactions or len(reactions) < MOST_KINDS:
        reactions[value] = min(max(number, 0), MOST_COUNTED)
    shown = {name: count for name, count in reactions.items() if count}
    emojis = extra.get("emojis")
    pictures = dict(emojis) if isinstance(emojis, dict) else {}
    if picture:
        pictures.setdefault(value.strip(":"), picture)
    return {**extra, "reactions": shown, "emojis": pictures}


def _voted(extra: Extra, option: str) -> Extra:
    poll = extra.get("poll")
    choices = poll.get("choices") if isinstance(poll, dict) else None
    if not isinstance(poll, dict) or not isinstance(choices, list):
        return extra
    told = [
        {**choice, "votes": int(choice.get("votes") or 0) + 1}
        if str(number) == option
        else choice
        for number, choice in enumerate(choices)
    ]
    return {**extra, "poll": {**poll, "choices": told}}
