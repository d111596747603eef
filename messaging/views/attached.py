"""Pictures of a draft: what the form sends of them, and how it shows them."""

from collections.abc import Mapping

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.signed_in import SignedInRequest
from inboxhub.lib.pictures import Busy, NotAPicture, made_small
from messaging import drafts, wording
from messaging.forms import PictureForm
from messaging.models import Draft, DraftFile

PREVIEW = 320  # pixels


def take_pictures(
    request: SignedInRequest, draft: Draft, given: Mapping[str, str]
) -> str:
    """Keep words and files of pictures; a sentence when one was not taken."""
    for pk in draft.files.values_list("pk", flat=True):
        words = PictureForm(request.POST, prefix=str(pk))
        if f"{pk}-description" in request.POST and words.is_valid():
            told = words.cleaned_data
            drafts.describe(draft, pk, told["description"], told["sensitive"])
    if given["detach"]:
        drafts.detach(draft, int(given["detach"]))
    able = drafts.writing_of(draft)
    for picture in request.FILES.getlist("picture"):
        try:
            if (picture.size or 0) > wording.LARGEST_PICTURE:
                raise drafts.Refused("file-too-large")
            drafts.attach(
                draft,
                name=picture.name or "",
                data=picture.read(),
                description="",
                sensitive=False,
            )
        except drafts.Refused as refused:
            return wording.in_the_way(refused.code, draft.account, able)
    return ""


@require_GET
@never_cache
def draft_file(request: SignedInRequest, file_id: int) -> HttpResponse:
    """A picture of a draft, made small, as its writer sees it in the form."""
    rows = DraftFile.objects.filter(draft__owner=request.user)
    found = get_object_or_404(rows, pk=file_id)
    try:
        small = made_small(bytes(found.data), PREVIEW)
    except Busy:
        return HttpResponse(status=503)
    except NotAPicture:
        raise Http404 from None
    headers = {
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(small, content_type="image/webp", headers=headers)
