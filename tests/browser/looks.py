"""How a page is looked at: width, language, theme; and its words in that language."""

from dataclasses import dataclass

import pytest
from django.utils.translation import gettext, ngettext, override

LOCALES = {"en": "en-GB", "ja": "ja-JP"}
PHONE = 390
DESK = 1440


@dataclass(frozen=True, slots=True)
class Look:
    """One browser window, and who sits before it."""

    width: int = DESK
    language: str = "en"
    theme: str = "light"

    def __str__(self) -> str:
        return f"{self.width}-{self.language}-{self.theme}"

    @property
    def height(self) -> int:
        return 844 if self.phone else 900

    @property
    def phone(self) -> bool:
        return self.width < 700

    @property
    def locale(self) -> str:
        return LOCALES[self.language]

    def say(self, text: str, **values: object) -> str:
        """The words of the page for a text of the program, in the look's language."""
        with override(self.language):
            words = gettext(text)
        assert self.language == "en" or words != text, f"not translated: {text}"
        return plain(words % values if values else words)

    def count(self, one: str, many: str, number: int) -> str:
        """The same for words with a number, which is filled in."""
        with override(self.language):
            words = ngettext(one, many, number)
        return words % {"number": number, "shown": number}


def plain(text: str) -> str:
    """A text of the program without the marks that set names apart."""
    return text.replace("<bdi>", "").replace("</bdi>", "")


# Every width in both languages and both themes; words look alike by day and by night.
# The first two are the everyday run.
LOOKS = (
    Look(DESK, "en", "light"),
    Look(PHONE, "ja", "dark"),
    Look(DESK, "ja", "dark"),
    Look(PHONE, "en", "light"),
)
EVERYDAY = LOOKS[:2]

# For journeys that wait for a network, or until nothing can be undone any more: what they
# see on the way is looked at in all looks elsewhere.
in_two_looks = pytest.mark.parametrize("look", EVERYDAY, ids=str, indirect=True)
