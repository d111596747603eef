"""How much room a draft takes up on its host, and how much it leaves."""

from inboxhub.networks.length import length
from messaging.drafts.audience import audience, visibility
from messaging.drafts.offered import people, visibilities, writing_of
from messaging.models import Draft

CHAT = "chat"


def most(draft: Draft) -> int:
    """Characters that the host takes; 0 where it does not say."""
    able = writing_of(draft)
    return able.limits.get(visibility(draft), able.max_text)


def names_in_front(draft: Draft) -> list[str]:
    """The names that the text gets on its way, as far as we know them: `@name@host`.

    Those of the own host have none there, as clients write them.
    """
    able, host = writing_of(draft), draft.account.able.domain.lower()
    if not able.names or visibility(draft) == CHAT:
        return []
    whom = audience(draft)
    people_of_it = dict(whom.handles) if whom else {}
    people_of_it |= {person.remote_id: person.handle for person in people(draft)}
    author = draft.answers.author if draft.answers else None
    asked = author.remote_id if author else ""
    direct = visibility(draft) in visibilities(draft)[:1]
    names = []
    for remote_id, handle in people_of_it.items():
        name, _, home = handle.removeprefix("@").partition("@")
        away = home.lower() != host
        if name and (
            able.names == "all" or (not direct and (away or remote_id != asked))
        ):
            names.append(f"@{name}@{home}" if away else f"@{name}")
    return names


def used(draft: Draft) -> int:
    """Characters of it, as the host counts."""
    return length(
        writing_of(draft),
        draft.text,
        warning=draft.content_warning,
        names=names_in_front(draft),
    )
