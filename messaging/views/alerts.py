"""What a browser's notification says of a conversation in which something is unread."""

from collections.abc import Sequence
from html import unescape

from django.contrib.auth.models import User
from django.db.models import OuterRef, Subquery
from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.signed_in import SignedInRequest
from messaging.forms import ChangesForm
from messaging.models import Conversation, Message
from messaging.templatetags.page import line, sentence
from messaging.templatetags.rich import plain_name

MOST = 20
LONGEST_TEXT = 200


@require_GET
@never_cache
def alerts(request: SignedInRequest) -> HttpResponse:
    """`?conversation=1,2`: one for each of them that is unread; changes nothing."""
    form = ChangesForm(request.GET)
    if not form.is_valid():
        return HttpResponseBadRequest()
    newest = _newest_unread(request.user, form.cleaned_data["conversation"][:MOST])
    return JsonResponse({"alerts": [_alert(message) for message in newest]})


def _newest_unread(user: User, conversations: Sequence[int]) -> list[Message]:
    """The newest unread message of each, where there is one."""
    rows = Conversation.objects.of(user).shown().filter(pk__in=conversations)
    unread = Message.objects.filter(conversation=OuterRef("pk")).shown().unread()
    newest = unread.newest_first().values("pk")[:1]
    ids = rows.annotate(newest=Subquery(newest)).values("newest")
    found = Message.objects.of(user).filter(pk__in=ids)
    return list(found.select_related("author", "account").newest_first())


def _alert(message: Message) -> dict[str, object]:
    return {
        "conversation": message.conversation_id,
        "title": plain_name(message.author) or message.account.handle,
        "text": _text(message)[:LONGEST_TEXT],
        "url": f"/c/{message.conversation_id}/",
    }


def _text(message: Message) -> str:
    """What is covered on the page is covered here, too."""
    extra = message.extra if isinstance(message.extra, dict) else {}
    if covered := extra.get("filtered"):
        return _("Covered by your filter “%(name)s”") % {"name": covered}
    if message.content_warning:
        return message.content_warning
    told = " ".join(message.text.split())
    if message.box in ("notices", "requests") or not told:
        told = unescape(strip_tags(sentence(message) or line(message))).strip() or told
    return told or _("New message")
