"""HTML of strangers: cleaned for the page, or turned into plain text.

The markup is first rebuilt flat and balanced by a scanner of linear time, because the
HTML rules for tags closed in the wrong order let 60 KB grow to gigabytes. What may stand
in a page is then decided by nh3 alone.
"""

import html as entities
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import nh3

from inboxhub.lib.text import tidy

HTML_LIMIT = 65536
DEPTH_LIMIT = 32

_BLOCKS = frozenset({"p", "blockquote", "pre", "ul", "ol", "li"})
_TAGS = _BLOCKS | {
    *("a", "span", "br", "b", "strong", "i", "em", "u", "s", "del", "small"),
    *("sub", "sup", "code", "ruby", "rt", "rp"),
}
# Blocks that we do not show as such keep their line breaks.
_AS_PARAGRAPH = frozenset(
    {
        *("article", "aside", "div", "figure", "footer", "header", "main", "section"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd", "summary", "table", "tr"),
    },
)
_WITHOUT_CONTENT = frozenset(
    {
        *("script", "style", "svg", "math", "iframe", "object", "template"),
        *("noscript", "textarea", "title"),
    },
)
_CLASSES = frozenset(
    {
        *("mention", "hashtag", "u-url", "invisible", "ellipsis", "quote-inline"),
        "h-card",
    },
)
_ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "class"},
    "span": {"class", "lang"},
    "p": {"class", "lang"},
}

_tag = re.compile(r"<(/?)([a-zA-Z][^\s/>]*+)((?:[^\"'>]++|\"[^\"]*+\"|'[^']*+')*+)>")
_attribute = re.compile(
    r"([^\s\"'>/=]++)\s*+(?:=\s*+(\"[^\"]*+\"|'[^']*+'|[^\s\"'>]++))?",
)
# Only what starts like markup is markup; everything else with a "<" is text.
_mark = re.compile(r"<(?:!--|[!?]|/?(?=[a-zA-Z]))")
_without_content = {
    name: re.compile(rf"</{name}", re.IGNORECASE) for name in _WITHOUT_CONTENT
}
_language = re.compile(r"[A-Za-z0-9-]{1,35}")
_blanks = re.compile(r"[ \t\n\f]+")
_many_lines = re.compile(r"\n{3,}")

Token = tuple[str, str, str]


class CleanHtml(str):
    """Markup that `clean` returned: the only kind that a page may show unescaped."""

    __slots__ = ()


def clean(html: str) -> CleanHtml:
    """What of the markup a page may show; never raises.

    Links lead to https hosts by their full address, pictures and all that loads or runs
    is gone. The order of attributes differs from call to call: compare the input, never
    the outcome.
    """
    return CleanHtml(_cleaner.clean(_rebuilt(html)))


def plain(html: str) -> str:
    """The text of the markup, with line breaks where blocks and `<br>` made them."""
    parts: list[str] = []
    verbatim = 0
    for kind, name, value in _tokens(html):
        if kind == "text":
            parts.append(value if verbatim else _blanks.sub(" ", value))
        elif name == "br" or (name == "li" and kind == "open"):
            parts.append("\n")
        elif name in _BLOCKS and name != "li":
            parts.append("\n\n")
        if name == "pre":
            verbatim = max(verbatim + (1 if kind == "open" else -1), 0)
    lines = "".join(parts).split("\n")
    text = "\n".join(line.strip(" \t") for line in lines)
    return _many_lines.sub("\n\n", text).strip("\n")


def _rebuilt(html: str) -> str:
    """The same text in allowed tags that are balanced and at most 32 deep."""
    parts: list[str] = []
    opened: list[str] = []

    def close(name: str) -> None:
        while name in opened:
            last = opened.pop()
            parts.append(f"</{last}>")
            if last == name:
                return

    for kind, name, value in _tokens(html):
        if kind == "text":
            parts.append(entities.escape(value))
        elif kind == "close":
            close(name)
        elif name == "br":
            parts.append("<br>")
        elif name in _TAGS and len(opened) < DEPTH_LIMIT:
            # HTML's own rule: a block ends an open paragraph, a link an open link.
            close("p" if name in _BLOCKS else "a" if name == "a" else "")
            parts.append(f"<{name}{value}>")
            opened.append(name)
    parts.extend(f"</{name}>" for name in reversed(opened))
    return "".join(parts)


def _tokens(html: str) -> Iterator[Token]:
    """("text", "", text), ("open", tag, attributes) and ("close", tag, "") in order."""
    html = tidy(html, HTML_LIMIT)
    at = 0
    while at < len(html):
        if not (mark := _mark.match(html, at)):
            end = _end_of_text(html, at)
            yield "text", "", tidy(entities.unescape(html[at:end]))
            at = end
        elif mark[0] == "<!--":
            at = _after("-->", html, mark.end())
        elif mark[0] in ("<!", "<?"):
            at = _after(">", html, at)
        elif tag := _tag.match(html, at):
            at = tag.end()
            yield _token(*tag.groups())
            if not tag[1] and (content := _without_content.get(tag[2].lower())):
                ending = content.search(html, at)
                at = ending.start() if ending else len(html)
        else:
            return  # a tag that never ends swallows the rest, as in a browser


def _end_of_text(html: str, at: int) -> int:
    """Where the next markup starts; a `<` that starts none is text ("I <3 you")."""
    mark = _mark.search(html, at)
    return mark.start() if mark else len(html)


def _after(ending: str, html: str, at: int) -> int:
    found = html.find(ending, at)
    return len(html) if found < 0 else found + len(ending)


def _token(slash: str, name: str, attributes: str) -> Token:
    name = name.lower()
    name = "p" if name in _AS_PARAGRAPH else name
    if slash:
        return "close", name, ""
    kept: dict[str, str] = {}
    for key, quoted in _attribute.findall(attributes):
        if (key := key.lower()) in _ATTRIBUTES.get(name, ()):
            value = _kept_value(name, key, entities.unescape(quoted.strip("\"'")))
            if value is not None:
                kept.setdefault(key, value)
    if name == "a" and "href" not in kept:
        name = ""
    rebuilt = (f' {key}="{entities.escape(value)}"' for key, value in kept.items())
    return "open", name, "".join(rebuilt)


def _kept_value(tag: str, attribute: str, value: str) -> str | None:
    """The attribute as it may stay, None when it goes."""
    match attribute:
        case "href":
            return value if _leads_outside(value) else None
        case "class":
            return " ".join(word for word in value.split() if word in _CLASSES) or None
        case "lang":
            return value if _language.fullmatch(value) else None
        case "rel" | "target":
            return value  # ours: nh3 drops the remote's before it asks
        case _:
            return None


def _leads_outside(address: str) -> bool:
    """Whether it is a whole https address that shows truly where it leads."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    # Browsers read a backslash as a slash and drop blanks: such a link would lead
    # elsewhere than it is checked for.
    plain = not re.search(r"[\\\s\x00-\x20]", address)
    return parts.scheme == "https" and bool(host) and "@" not in parts.netloc and plain


# Made once: making it takes longer than cleaning a message.
_cleaner = nh3.Cleaner(
    tags=set(_TAGS),
    attributes=_ATTRIBUTES,
    attribute_filter=_kept_value,
    clean_content_tags=set(_WITHOUT_CONTENT),
    url_schemes={"https"},
    link_rel="noopener noreferrer nofollow",
    set_tag_attribute_values={"a": {"target": "_blank"}},
)
