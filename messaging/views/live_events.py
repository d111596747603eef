"""The event log by polling, for browsers that get no socket through."""

from django.http import HttpResponseBadRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.signed_in import SignedInRequest
from messaging import attention, events

MOST = 500


@require_GET
@never_cache
def live_events(request: SignedInRequest) -> HttpResponseBase:
    """`?after=S`: the frames that the socket would tell, as a list; changes nothing."""
    after = request.GET.get("after", "")
    if not (after.isascii() and after.isdecimal() and len(after) < 19):
        return HttpResponseBadRequest()
    attention.watch(request.user.pk)
    rows = events.after(request.user.pk, int(after), MOST)
    if rows is None:
        return JsonResponse({"frames": [{"resync": events.last(request.user.pk)}]})
    return JsonResponse({"frames": [events.frame(row) for row in rows]})
