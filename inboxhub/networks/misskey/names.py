"""Names in the text of a note: those that are put there, and those that must not count.

A host notifies everybody whom a text names, and sends the note to them where they are
elsewhere, whatever its visibility (Misskey: the mentions of MFM).
"""

import re
from collections.abc import Container, Iterable

from inboxhub.networks.base import RemoteAuthor

# What stands between "@" and a name that is only a text: nobody sees it.
BREAK = "\u200b"
NAME = (
    r"(?<![A-Za-z0-9])@(?P<name>[A-Za-z0-9_][A-Za-z0-9_.-]*)"
    r"(?:@(?P<host>[A-Za-z0-9_.-]+(?::\d+)?))?"
    r"(?P<more>(?:@[A-Za-z0-9_.-]+)*)"
)
# The way to a person's page, up to its "@". It is surely a link to hosts: nothing that
# they would read first ends in it, nor begins right in front of it, like "#" or ":".
PAGE = r"(?<![^ \t\r\n\u3000])https?://[A-Za-z0-9][A-Za-z0-9._/-]*/@"
MENTION = re.compile(rf"{PAGE}|{NAME}")
# Where hosts may look for no names: addresses and code within a line.
UNREAD = r"https?://[.,A-Za-z0-9_/:%#@$&?!~=+-]+|`[^`\u00b4\n]+`"
READ = re.compile(rf"{UNREAD}|{NAME}")
IN_FRONT = re.compile(r"(?:@[^\s@]\S*(?:\s+|$))*")


def acct_of(person: RemoteAuthor, domain: str) -> str:
    """`name` on the host itself, `name@host` elsewhere."""
    name, _, home = person.handle.removeprefix("@").partition("@")
    return f"{name}@{home}" if home and home.lower() != domain.lower() else name


def is_away(person: RemoteAuthor, domain: str) -> bool:
    return "@" in acct_of(person, domain)


def guarded(text: str, allowed: Container[str], domain: str) -> str:
    """The text in which only names that are `allowed` are more than text.

    They are accts in lower case. Links and code with other names suffer: whether hosts
    take something for a link or for code depends on all that is in front of it.
    """

    def broken(found: re.Match[str]) -> str:
        if found["name"] is None:
            return found[0]
        # Hosts of 2022 and before begin another name right behind one.
        if _acct(found, domain) in allowed and not found["more"]:
            return found[0]
        return found[0].replace("@", f"@{BREAK}")

    return MENTION.sub(broken, text)


def named(text: str, domain: str) -> set[str]:
    """The accts that a text surely names, in lower case."""
    found = READ.finditer(text)
    return {_acct(match, domain) for match in found if match["name"]}


def with_names(text: str, accts: Iterable[str], domain: str) -> str:
    """The text with names in front of it, but for those that it has already."""
    there = named(text, domain)
    missing = [f"@{acct}" for acct in accts if acct.lower() not in there]
    return " ".join([*missing, text]).strip()


def core(text: object) -> str:
    """What a person wrote of a text, whatever was put in front of it or into it."""
    written = text.replace(f"@{BREAK}", "@") if isinstance(text, str) else ""
    return IN_FRONT.sub("", written.strip(), count=1).strip()


def _acct(found: re.Match[str], domain: str) -> str:
    """Without the dots and dashes that end a sentence rather than a name."""
    name = found["name"].rstrip(".-").lower()
    host = (found["host"] or "").rstrip(".-").lower()
    return f"{name}@{host}" if host and host != domain.lower() else name
