"""What the person's own filters on the host say about a status.

Mastodon API: the object FilterResult in `filtered` of a Status (4.0). Nothing is left
out because of them: what a filter hides is behind the filter's name here.
"""

from datetime import UTC, datetime

from inboxhub.networks.values import line_of, mapping_of, mappings_of, moment_of

# Where a filter must apply to count for messages and notices.
CONTEXTS = {"notifications", "thread"}
BLUR = "blur"  # since 4.4: it covers the pictures only
MOST_FILTERS, MOST_CONTEXTS = 50, 20


def filtered_by(status: dict[object, object]) -> tuple[str, bool]:
    """The name of the filter that covers the status, and whether one covers its pictures.

    An action that is not known covers everything.
    """
    name, blurred = "", False
    for result in mappings_of(status.get("filtered"), MOST_FILTERS):
        rule = mapping_of(result.get("filter"))
        if not _applies(rule):
            continue
        if rule.get("filter_action") == BLUR:
            blurred = True
        else:
            name = name or line_of(rule.get("title"), 200) or "…"
    return name, blurred


def _applies(rule: dict[object, object]) -> bool:
    ends_at = moment_of(rule.get("expires_at"))
    if ends_at is not None and ends_at <= datetime.now(UTC):
        return False
    contexts = rule.get("context")
    named = contexts[:MOST_CONTEXTS] if isinstance(contexts, list) else []
    return any(isinstance(one, str) and one in CONTEXTS for one in named)
