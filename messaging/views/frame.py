"""What the frame around every page shows: counts, accounts, banners."""

from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, object]:
    return {}
