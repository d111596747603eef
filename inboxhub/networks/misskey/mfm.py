"""MFM, the markup of Misskey's texts, as plain text and as simple HTML.

One pass with a stack of what is open, so that the work grows with the length only.
What is never closed, and what is nested too deeply, stays as it was typed. Everything
is escaped; links are the only attributes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from urllib.parse import quote

from inboxhub.networks.values import TEXT_CAP, text_of

DEEPEST = 20
DEEPEST_QUOTE = 4
MOST_LINKS = 500

TAGS = {
    "bold": "strong",
    "big": "strong",
    "italic": "em",
    "strike": "del",
    "small": "small",
    "center": "",
    "function": "",
}
NAMED = {
    "b": "bold",
    "i": "italic",
    "s": "strike",
    "small": "small",
    "center": "center",
}

# Every repetition is bounded or ends at a character that it does not take itself.
TOKEN = re.compile(
    r"""
    `(?P<code>[^`\n]+)`
  | <plain>(?P<plain>[^<]{0,5000})</plain>
  | </(?P<end>b|i|s|small|center)>
  | <(?P<start>b|i|s|small|center)>
  | <(?P<raw>https?://[^\s<>"]{1,2000})>
  | \]\((?P<target>https?://[^\s()<>"]{1,2000}(?:\([^\s()<>"]{0,200}\)[^\s()<>"]{0,200}){0,3})\)
  | (?P<url>https?://[A-Za-z0-9.,_/:%#@$&?!~=+*;'()-]{1,2000})
  | \$\[[a-z0-9_]{1,30}(?:\.[^\s\[\]]{1,200})?(?P<function>[ \n\u3000])
  | (?P<label>\??\[)
  | (?P<close>\])
  | (?P<big>\*\*\*)
  | (?P<bold>\*\*)
  | (?P<strike>~~)
  | __(?P<strong>[A-Za-z0-9\ \t]{1,500})__
  | (?<![A-Za-z0-9*])\*(?P<star>[A-Za-z0-9\ \t]{1,500})\*(?![A-Za-z0-9*])
  | (?<![A-Za-z0-9_])_(?P<under>[A-Za-z0-9\ \t]{1,500})_(?![A-Za-z0-9_])
  | (?<![A-Za-z0-9_.@])@(?P<mention>
        [A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?
        (?:@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?)?)
  | (?<![A-Za-z0-9&/])\#(?P<tag>[^\s.,!?'"\#:/\[\]【】()「」()<>`*~&;、。@]{1,128})
    """,
    re.VERBOSE,
)
ANCHOR = re.compile(r"</?a\b[^>]*>")
FENCE = "```"


@dataclass(frozen=True, slots=True)
class Rendered:
    """The same content twice: to search and to show where HTML is not wanted, and HTML.

    The HTML has p, br, strong, em, del, small, code, pre, blockquote and a (href only).
    """

    text: str
    html: str


@dataclass(slots=True)
class Frame:
    """Something that was opened: what it was opened with, and what stands in it."""

    kind: str
    opener: str
    text: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)


def render(source: object, *, origin: str, home: str = "") -> Rendered:
    """`origin` is where links of this host go; `home` the author's host if another.

    `@name` in the text of somebody from another host means that host's `@name`.
    """
    return _Page(origin, home).blocks(text_of(source, TEXT_CAP), 0)


def plain(source: object, cap: int = TEXT_CAP) -> str:
    """Only the plain text, at most `cap` code points of it, for titles and excerpts."""
    return render(text_of(source, cap * 4), origin="").text[:cap]


class _Page:
    """One text on its way; counts its links, and holds what is open."""

    def __init__(self, origin: str, home: str) -> None:
        self.origin = origin
        self.home = home
        self.links = 0
        self.stack: list[Frame] = []

    def blocks(self, source: str, depth: int) -> Rendered:
        text: list[str] = []
        html: list[str] = []
        for kind, content in _split(source, quotes=depth < DEEPEST_QUOTE):
            if kind == "lines" and not content.strip("\n"):
                text.append(content)
                continue
            if kind == "code":
                text.append(content)
                html.append(f"<pre><code>{escape(content)}</code></pre>")
            elif kind == "quote":
                inner = self.blocks(content, depth + 1)
                text.append("\n".join(f"> {line}" for line in inner.text.split("\n")))
                html.append(f"<blockquote>{inner.html}</blockquote>")
            else:
                inner = self.inline(content.strip("\n"))
                text.append(inner.text)
                html.append(f"<p>{inner.html}</p>")
        return Rendered("\n".join(text), "".join(html))

    def inline(self, source: str) -> Rendered:
        self.stack = [Frame("", "")]
        position = 0
        while token := TOKEN.search(source, position):
            self.put(source[position : token.start()])
            position = self.take(token)
        self.put(source[position:])
        self.collapse(1)
        bottom = self.stack[0]
        return Rendered("".join(bottom.text), "".join(bottom.html))

    def take(self, token: re.Match[str]) -> int:
        """Write one token; where the next one may start."""
        kind = token.lastgroup or ""
        value = token[kind]
        match kind:
            case "code":
                self.put(value, f"<code>{escape(value)}</code>")
            case "plain":
                self.put(value)
            case "strong":
                self.put(value, f"<strong>{value}</strong>")
            case "star" | "under":
                self.put(value, f"<em>{value}</em>")
            case "raw" | "url" | "mention" | "tag":
                return self.take_link(token, kind, value)
            case _:
                self.take_bracket(token, kind, value)
        return token.end()

    def take_link(self, token: re.Match[str], kind: str, value: str) -> int:
        end = token.end()
        match kind:
            case "mention":
                self.anchor(token[0], f"{self.origin}/{self.handle(value)}")
            case "tag" if value.isdigit():
                self.put(token[0])
            case "tag":
                self.anchor(token[0], f"{self.origin}/tags/{quote(value, safe='')}")
            case "url":
                address = _trimmed(value)
                end -= len(value) - len(address)
                self.anchor(address, address)
            case _:
                self.anchor(value, value)
        return end

    def take_bracket(self, token: re.Match[str], kind: str, value: str) -> None:
        match kind:
            case "start":
                self.open(NAMED[value], token[0])
            case "end":
                self.close(NAMED[value], token[0])
            case "label" | "function":
                self.open(kind, token[0])
            case "close":
                self.close_bracket()
            case "target":
                self.close_label(value, token[0])
            case _:  # big, bold, strike: the same sign opens and closes
                if any(frame.kind == kind for frame in self.stack):
                    self.close(kind, token[0])
                else:
                    self.open(kind, token[0])

    def handle(self, mention: str) -> str:
        away = f"@{self.home}" if self.home and "@" not in mention else ""
        return f"@{mention}{away}"

    def anchor(self, text: str, address: str) -> None:
        self.links += 1
        if self.links > MOST_LINKS:
            self.put(text)
        else:
            self.put(text, f'<a href="{escape(address)}">{escape(text)}</a>')

    def put(self, text: str, html: str | None = None) -> None:
        if text:
            top = self.stack[-1]
            top.text.append(text)
            top.html.append(_lines(text) if html is None else html)

    def open(self, kind: str, opener: str) -> None:
        if len(self.stack) > DEEPEST:
            self.put(opener)
        else:
            self.stack.append(Frame(kind, opener))

    def close(self, kind: str, closer: str) -> None:
        depth = self.find({kind})
        if not depth:
            self.put(closer)
            return
        self.collapse(depth + 1)
        frame = self.stack.pop()
        tag = TAGS[kind]
        inner = "".join(frame.html)
        if not frame.text:  # `****` is no empty bold, somebody typed four stars
            self.put(frame.opener + closer)
        else:
            self.put("".join(frame.text), f"<{tag}>{inner}</{tag}>" if tag else inner)

    def close_bracket(self) -> None:
        depth = self.find({"function", "label"})
        if depth and self.stack[depth].kind == "function":
            self.close("function", "]")
            return
        if depth:
            self.collapse(depth)
        self.put("]")

    def close_label(self, address: str, closer: str) -> None:
        depth = self.find({"label", "function"})
        if not depth or self.stack[depth].kind == "function":
            self.close_bracket()
            self.put("(")
            self.anchor(address, address)
            self.put(")")
            return
        self.collapse(depth + 1)
        frame = self.stack.pop()
        label = "".join(frame.text)
        inner = ANCHOR.sub("", "".join(frame.html))
        self.put(f"{label} ({address})", f'<a href="{escape(address)}">{inner}</a>')

    def find(self, kinds: set[str]) -> int:
        """The innermost open frame of these kinds; 0 when there is none."""
        depth = len(self.stack) - 1
        while depth and self.stack[depth].kind not in kinds:
            depth -= 1
        return depth

    def collapse(self, depth: int) -> None:
        """What is open from `depth` upwards was no markup after all: as typed."""
        while len(self.stack) > depth:
            frame = self.stack.pop()
            top = self.stack[-1]
            top.text += [frame.opener, *frame.text]
            top.html += [_lines(frame.opener), *frame.html]


def _split(source: str, *, quotes: bool) -> Iterator[tuple[str, str]]:
    """The blocks of a text: `code`, `quote`, or `lines` of anything else."""
    lines = source.split("\n")
    last_fence = max((n for n, line in enumerate(lines) if _is_fence(line)), default=-1)
    number = 0
    while number < len(lines):
        start, number = number, number + 1
        if lines[start].startswith(FENCE) and start < last_fence:
            while not _is_fence(lines[number]):
                number += 1
            yield "code", "\n".join(lines[start + 1 : number])
            number += 1
        elif quotes and lines[start].startswith(">"):
            while number < len(lines) and lines[number].startswith(">"):
                number += 1
            yield (
                "quote",
                "\n".join(line[1:].lstrip(" ") for line in lines[start:number]),
            )
        else:
            while number < len(lines) and not _starts_block(
                lines[number],
                quotes=quotes,
                fence=number < last_fence,
            ):
                number += 1
            yield "lines", "\n".join(lines[start:number])


def _starts_block(line: str, *, quotes: bool, fence: bool) -> bool:
    return (fence and line.startswith(FENCE)) or (quotes and line.startswith(">"))


def _is_fence(line: str) -> bool:
    return line.rstrip() == FENCE


def _trimmed(address: str) -> str:
    """Without the punctuation and the brackets of the sentence around it."""
    while address:
        last = address[-1]
        unbalanced = last == ")" and address.count(")") > address.count("(")
        if not unbalanced and last not in ".,!?:;'":
            break
        address = address[:-1]
    return address


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")
