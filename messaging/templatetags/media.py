"""Addresses of remote pictures that a page may show: our own proxy's."""

from django import template
from django.template import RequestContext

from messaging.views.media import media_url as media_url_of

register = template.Library()


@register.simple_tag(takes_context=True)
def media_url(context: RequestContext, url: str, width: int = 0) -> str:
    """The proxy's path for the one who looks at the page; empty shows no picture."""
    user = context["request"].user
    return media_url_of(user.pk, url, width) if user.is_authenticated else ""
