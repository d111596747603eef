"""What can be written on a host with Mastodon's API."""

from inboxhub.networks.capabilities import NEW, Writing
from inboxhub.networks.mastodon.addressing import VISIBILITIES
from inboxhub.networks.mastodon.facts import MASTODON, Facts, Instance
from inboxhub.networks.mastodon.statuses import DIRECT, STATUS

MOST_PEOPLE = 30
PER_ADDRESS = 23


def writing(facts: Facts, instance: Instance) -> dict[str, Writing]:
    """By what is answered. An answer to what only its people see stays so."""
    if not facts.may("write:statuses"):
        return dict.fromkeys(
            (DIRECT, STATUS, NEW), Writing(reason="no-permission-send")
        )
    own = facts.software in MASTODON
    files = instance.max_files if facts.may("write:media") else 0

    def able(*visibilities: str) -> Writing:
        return Writing(
            max_text=instance.max_text,
            counts_signs=own,
            counts_warning=True,
            per_address=instance.per_address or (PER_ADDRESS if own else 0),
            short_names=own,
            names="all",
            content_warning=True,
            visibilities=visibilities,
            people=MOST_PEOPLE,
            files=files,
            max_bytes=instance.max_bytes if files else 0,
            mimes=instance.mimes if files else (),
            described=files > 0,
        )

    return {
        DIRECT: able("direct"),
        STATUS: able(*VISIBILITIES),
        NEW: able(*VISIBILITIES),
    }
