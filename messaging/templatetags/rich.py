"""Remote texts and names as HTML that is safe to show, with custom emoji as pictures.

Nothing is ever marked safe as it came: the HTML is taken apart and written anew from
the tags and attributes named here; the rest is escaped text.
"""

import re
from collections.abc import Mapping
from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

from django import template
from django.contrib.auth.models import User
from django.utils.html import format_html, urlize
from django.utils.safestring import SafeString, mark_safe

from messaging.models import Author, Message
from messaging.views.media import media_url

register = template.Library()

EMOJI = re.compile(r":([A-Za-z0-9_+-]{1,128})(?:@[A-Za-z0-9.:_-]{0,253})?:")
KANA = re.compile("[\u3041-\u30ff]")
EMOJI_PIXELS = 56
MOST_EMOJI = 200
LONGEST_NAME = 200
TAGS = frozenset(
    [
        *("a", "b", "blockquote", "br", "code", "del", "em", "i", "li", "ol", "p"),
        *("pre", "rp", "rt", "ruby", "s", "small", "span", "strong", "u", "ul"),
    ],
)
EMPTY_TAGS = frozenset({"br"})
DROPPED = frozenset({"script", "style", "template", "noscript", "iframe", "object"})


class _Writer(HTMLParser):
    """Writes what it reads anew: known tags, no attribute but a web address and a lang."""

    def __init__(self, emojis: Mapping[str, str], reader: int) -> None:
        super().__init__(convert_charrefs=True)
        self.emojis = emojis
        self.reader = reader
        self.parts: list[str] = []
        self.open: list[str] = []
        self.dropping = 0
        self.emoji_left = MOST_EMOJI

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in DROPPED:
            self.dropping += 1
        if tag not in TAGS or self.dropping:
            return
        values = {name: value or "" for name, value in attrs}
        self.parts.append(f"<{tag}{_attributes(tag, values)}>")
        if tag not in EMPTY_TAGS:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in DROPPED:
            self.dropping = max(0, self.dropping - 1)
        if tag not in self.open or self.dropping:
            return
        while (inner := self.open.pop()) != tag:
            self.parts.append(f"</{inner}>")
        self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self.dropping:
            return
        most = 0 if {"code", "pre"} & set(self.open) else self.emoji_left
        shown, pictures = _with_emoji(data, self.emojis, self.reader, most)
        self.emoji_left -= pictures
        self.parts.append(shown)

    def finished(self) -> str:
        self.close()
        closing = "".join(f"</{tag}>" for tag in reversed(self.open))
        return "".join(self.parts) + closing


def _attributes(tag: str, values: Mapping[str, str]) -> str:
    written = ""
    if lang := values.get("lang", ""):
        written += f' lang="{escape(lang[:35])}"'
    if tag == "a" and web_address(values.get("href", "")):
        address = escape(values["href"])
        written += f' href="{address}" rel="nofollow noopener noreferrer"'
        written += ' target="_blank"'
    return written


@register.filter
def web_address(address: object) -> str:
    """The address if a browser may follow it: http or https with a host."""
    if not isinstance(address, str):
        return ""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    return address.strip() if parts.scheme in ("http", "https") and parts.netloc else ""


def with_emoji(text: str, emojis: Mapping[str, str], reader: int) -> SafeString:
    """The text escaped, with `:name:` as a picture where its address is known.

    `reader` is the id of the user that the picture is shown to.
    """
    return _with_emoji(text, emojis, reader, MOST_EMOJI)[0]


def _with_emoji(
    text: str, emojis: Mapping[str, str], reader: int, most: int
) -> tuple[SafeString, int]:
    """With at most so many pictures, and how many there are."""
    parts, position, pictures = [], 0, 0
    for found in EMOJI.finditer(text) if most else ():
        if picture := emoji_picture(found[0], emojis, reader):
            parts += [escape(text[position : found.start()]), picture]
            position = found.end()
            pictures += 1
            if pictures == most:
                break
    shown = "".join([*parts, escape(text[position:])])
    return mark_safe(shown), pictures  # noqa: S308  escaped


def emoji_picture(written: str, emojis: Mapping[str, str], reader: int) -> str:
    """`<img>` for `:name:`, or nothing when we cannot show it."""
    whole = written.strip(":")
    name = whole.partition("@")[0]
    address = emojis.get(whole) or emojis.get(name.removesuffix("@.")) or ""
    shown = media_url(reader, address, EMOJI_PIXELS) if web_address(address) else ""
    if not shown:
        return ""
    return format_html(
        '<img class="emoji" src="{}" alt=":{}:" title=":{}:" width="20" height="20"'
        ' loading="lazy" decoding="async">',
        shown,
        name,
        name,
    )


def emojis_of(message: Message) -> dict[str, str]:
    """Addresses of the custom emoji that the message's text and reactions use."""
    named = message.extra.get("emojis") if isinstance(message.extra, dict) else None
    return clean_emojis(named)


def clean_emojis(named: object) -> dict[str, str]:
    """Only text to text: what is stored came from a remote."""
    if not isinstance(named, Mapping):
        return {}
    pairs = ((name, address) for name, address in named.items())
    return {n: a for n, a in pairs if isinstance(n, str) and isinstance(a, str)}


@register.filter
def rich(message: Message) -> SafeString:
    """The message's text: its cleaned HTML, or plain text with lines and links."""
    emojis = emojis_of(message)
    if message.html:
        return rich_html(message.html, emojis, message.owner_id)
    return plain(message.text, emojis, message.owner_id)


def rich_html(html: str, emojis: Mapping[str, str], reader: int) -> SafeString:
    writer = _Writer(emojis, reader)
    writer.feed(html)
    return mark_safe(writer.finished())  # noqa: S308  written anew above


def plain(text: str, emojis: Mapping[str, str], reader: int) -> SafeString:
    """Plain text: web addresses become links, lines stay lines."""
    linked = urlize(text, nofollow=True, autoescape=True)
    lines = linked.replace("\r\n", "\n").replace("\n", "<br>")
    return rich_html(lines, emojis, reader)


@register.filter
def language(message: Message) -> str:
    """The language that the text says it is in; Japanese where it holds kana.

    It chooses between the Japanese and the Chinese forms of the same characters.
    """
    return message.lang or ("ja" if KANA.search(message.text[:2000]) else "")


@register.filter
def short(message: Message) -> SafeString:
    """One line of the message's text for a list."""
    words = " ".join(message.text[:600].split())
    return with_emoji(words[:300], emojis_of(message), message.owner_id)


@register.filter
def name(author: Author | None, reader: User) -> SafeString:
    """An author's name, apart from what surrounds it in direction; handle if none."""
    return name_for(author, reader.pk)


def name_for(author: Author | None, reader: int) -> SafeString:
    if not isinstance(author, Author):
        return SafeString("")
    words = " ".join((author.name.strip() or author.handle)[:LONGEST_NAME].split())
    shown = with_emoji(words, clean_emojis(author.emojis), reader)
    return format_html("<bdi>{}</bdi>", shown)


@register.filter
def plain_name(author: Author | None) -> str:
    """A name where no picture can stand: custom emoji are left out.

    Where nothing else is left, their names stay, without colons; then the handle.
    """
    if author is None:
        return ""
    pictures = clean_emojis(author.emojis)

    def known(found: re.Match[str]) -> bool:
        whole = found[0].strip(":")
        return whole in pictures or found[1] in pictures

    text = author.name[:LONGEST_NAME]
    without = EMOJI.sub(lambda found: " " if known(found) else found[0], text)
    named = EMOJI.sub(lambda found: f" {found[1]} " if known(found) else found[0], text)
    words = (" ".join(without.split()), " ".join(named.split()), author.handle)
    return next(filter(None, words), "")


@register.filter
def other_handle(author: Author) -> str:
    """The handle, unless it is the name already, as where a network has no handles."""
    return "" if author.handle.strip() == author.name.strip() else author.handle


@register.filter
def initial(author: Author | None) -> str:
    """A letter to stand in for a missing picture."""
    text = (author.name or author.handle).lstrip("@ :") if author else ""
    return text[:1].upper()
