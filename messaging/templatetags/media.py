"""Addresses of remote pictures that a page may show: our own proxy's."""

from django import template
from django.template import RequestContext

from messaging.views.media import PLAIN_PICTURES
from messaging.views.media import media_url as media_url_of

register = template.Library()


@register.simple_tag(takes_context=True)
def media_url(
    context: RequestContext,
    url: str,
    width: int = 0,
    provider: str = "",
) -> str:
    """The proxy's path for the one who looks at the page; empty shows no picture.

    `provider` is the network that gave the address, where it is known.
    """
    user = context["request"].user
    if not user.is_authenticated:
        return ""
    return media_url_of(user.pk, url, width, plain=provider in PLAIN_PICTURES)
