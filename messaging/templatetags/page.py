"""Small parts of every page: icons, moments in time, sentences about kinds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from allauth.account.adapter import get_adapter
from django import template
from django.template import RequestContext
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import Account, Provider
from messaging import wording
from messaging.filters import Filters
from messaging.models import Message, Operation
from messaging.templatetags.rich import (
    clean_emojis,
    emoji_picture,
    emojis_of,
    name_for,
    with_emoji,
)
from messaging.views.content import Content, content, kind_of
from messaging.views.frame import short_name as frame_short_name
from messaging.views.progress import Progress, progress_of
from messaging.views.rows import on_clock

register = template.Library()


@register.simple_tag
def icon(shape: str) -> SafeString:
    """A picture from the sprite; whoever reads the page aloud skips it."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>',
        static("icons.svg"),
        shape,
    )


@register.filter
def network(provider: str) -> Provider:
    """The network with its name and its letters."""
    return Provider(provider)


@register.filter
def short_name(account: Account) -> str:
    return frame_short_name(account)


@register.filter
def server_name(account: Account) -> str:
    return wording.server_name(account)


@register.filter
def nobody(account: Account, box: str) -> str:
    """Who stands where a message of the account has no author."""
    return wording.nobody(account, box)


@register.filter
def absolute(moment: datetime) -> str:
    """The whole date and time on the person's clock."""
    # Translators: date and time in full, in Django's date format.
    return date_format(on_clock(moment), _("j F Y, H:i"))


@register.simple_tag
def moment(when: datetime | None, style: str = "full") -> SafeString:
    """`<time>` with the exact moment behind it. Styles: full, row, clock, ago."""
    if when is None:
        return SafeString("")
    styles = {"row": row_time, "clock": clock, "ago": ago}
    return format_html(
        '<time datetime="{}" title="{}"{}>{}</time>',
        when.isoformat(timespec="seconds"),
        absolute(when),
        format_html(' data-style="{}"', style) if style == "ago" else "",
        styles.get(style, day_and_clock)(when),
    )


def clock(when: datetime) -> str:
    # Translators: time of day in Django's date format.
    return date_format(on_clock(when), _("H:i"))


def day_and_clock(when: datetime) -> str:
    """Day and time; with the year when it is not this one."""
    local = on_clock(when)
    if local.year == timezone.localtime().year:
        # Translators: day and time of this year, in Django's date format.
        return date_format(local, _("j M, H:i"))
    return absolute(when)


def row_time(when: datetime) -> str:
    """The time of day where the head above names the day, otherwise the day."""
    local, now = on_clock(when), timezone.localtime()
    if now.date() - local.date() < timedelta(days=7):
        return clock(when)
    if local.year == now.year:
        # Translators: day of this year, in Django's date format.
        return date_format(local, _("j M"))
    # Translators: day with its year, short, in Django's date format.
    return date_format(local, _("j M Y"))


def ago(when: datetime) -> str:
    """How long ago, roughly; beyond a day the day itself."""
    minutes = int((timezone.now() - when).total_seconds() // 60)
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return _("%(minutes)s min ago") % {"minutes": minutes}
    if minutes < 24 * 60:
        return _("%(hours)s h ago") % {"hours": minutes // 60}
    return day_and_clock(when)


@register.filter
def day_heading(key: str) -> str:
    """`today`, `yesterday`, `2025-11-19` or `2025-10` in words."""
    match key.split("-"):
        case ["today"]:
            return _("Today")
        case ["yesterday"]:
            return _("Yesterday")
        case [year, month, day]:
            moment = datetime(int(year), int(month), int(day), tzinfo=UTC)
            # Translators: a day of the last week, in Django's date format.
            return date_format(moment, _("l, j F"))
        case [year, month]:
            moment = datetime(int(year), int(month), 1, tzinfo=UTC)
            # Translators: a month as a heading, in Django's date format.
            return date_format(moment, _("F Y"))
        case _:
            return key


@dataclass(frozen=True, slots=True)
class Bare:
    """A message by itself, as the fragments for what it holds want it."""

    content: Content


@register.filter
def bare(message: Message) -> Bare:
    return Bare(content(message))


@register.filter
def kind_icon(message: Message) -> str:
    return kind_of(message).icon


@register.filter
def kind_name(message: Message) -> str:
    return str(kind_of(message).name)


@register.filter
def line(message: Message) -> SafeString:
    """What stands beside the author's name in a row; empty when the text does."""
    if message.unreadable:
        return SafeString(_("This message could not be read"))
    return _filled(kind_of(message).line, message)


@register.filter
def sentence(message: Message) -> SafeString:
    """What happened, in words, above the message in its conversation."""
    if message.unreadable or message.outgoing:
        return SafeString("")
    return _filled(kind_of(message).sentence, message)


def _filled(pattern: wording.Text, message: Message) -> SafeString:
    text = str(pattern)
    extra = message.extra if isinstance(message.extra, dict) else {}
    reaction = str(extra.get("reaction") or "")
    return format_html(
        text,
        who=_who(message) if "{who}" in text else "",
        host=_apart(wording.server_name(message.account)) if "{host}" in text else "",
        emoji=_reaction(reaction, emojis_of(message), message.owner_id),
        title=_apart(_title(message, extra)),
        type=message.kind.removeprefix("other:")[:64],
        count=_waiting(extra),
    )


def _apart(words: str) -> SafeString:
    """Apart from what surrounds it in direction."""
    return format_html("<bdi>{}</bdi>", words)


def _who(message: Message) -> SafeString:
    if message.author is None:
        return _apart(wording.nobody(message.account, message.box))
    return name_for(message.author, message.owner_id)


def _title(message: Message, extra: Mapping[str, object]) -> str:
    """What a notice is about: its own title, or the host's word for the thing."""
    told = (extra.get(name) for name in ("achievement", "export", "moved_to"))
    words = (message.title, *told, message.text)
    return next((word[:200] for word in words if isinstance(word, str) and word), "?")


def _waiting(extra: Mapping[str, object]) -> str:
    """How many notices of a filtered person wait on the server."""
    match extra:
        case {"request": {"count": int(count)}}:
            return number_format(count, force_grouping=True)
        case _:
            return ""


@register.simple_tag(takes_context=True)
def reaction_sign(
    context: RequestContext,
    written: str,
    emojis: Mapping[str, str],
) -> SafeString | str:
    return _reaction(written, emojis, context["request"].user.pk)


def _reaction(written: str, emojis: Mapping[str, str], reader: int) -> SafeString | str:
    """A reaction as the network writes it: a sign, or `:name@host:` with a picture."""
    text = written[:200]
    if not text.startswith(":"):
        return text
    picture = emoji_picture(text, clean_emojis(emojis), reader)
    return SafeString(picture) if picture else f":{text.strip(':').partition('@')[0]}:"


@register.filter
def visibility_icon(code: str) -> str:
    return wording.visibility(code)[0]


@register.filter
def visibility_words(code: str) -> str:
    return str(wording.visibility(code)[1])


@register.simple_tag
def query(filters: Filters, **changes: Any) -> str:
    """The address of the list with changed filters."""
    return filters.url(**changes)


@register.filter
def layers(names: str) -> list[str]:
    """The style sheets of these layers, as static paths, in order."""
    return [f"css/{layer}.css" for layer in names.split()]


@register.filter
def progress(operation: Operation) -> Progress:
    return progress_of(operation)


@register.simple_tag
def verb_url(verb: str) -> str:
    """Where a verb's form goes."""
    return reverse(f"messaging:{verb.replace('-', '_')}")


@register.simple_tag
def new_key() -> str:
    """Makes a form that is sent twice one operation."""
    return str(uuid4())


@register.simple_tag(takes_context=True)
def with_emojis(
    context: RequestContext,
    text: str,
    emojis: Mapping[str, str],
) -> SafeString:
    """A remote's text, escaped, with its custom emoji as pictures."""
    shown = with_emoji(text, clean_emojis(emojis), context["request"].user.pk)
    return format_html("<bdi>{}</bdi>", shown)


@register.simple_tag(takes_context=True)
def signup_open(context: RequestContext) -> bool:
    """Whether somebody who is signed out may create a user here."""
    request = context["request"]
    return bool(get_adapter(request).is_open_for_signup(request))
