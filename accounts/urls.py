"""Addresses of linking; the list of accounts itself is messaging's."""

from django.urls import path

from accounts.views import entrance, link, linked, nothing, preview

app_name = "accounts"
urlpatterns = [
    path("link/", link.link, name="link"),
    path("link/<uuid:pending_id>/", preview.preview, name="preview"),
    path("link/<uuid:pending_id>/token/", preview.token, name="token"),
    path("<int:account_id>/renew/", link.renew, name="renew"),
    path("<int:account_id>/linked/", linked.linked, name="linked"),
    path("login/", entrance.entrance),
    # allauth's pages that need mail: no mail is sent from here.
    path("email/", nothing.here),
    path("confirm-email/", nothing.here),
    path("confirm-email/<path:rest>", nothing.here),
    path("password/reset/", nothing.here),
    path("password/reset/<path:rest>", nothing.here),
    # allauth's own pages about networks: we have ours, and nobody signs in with one.
    path("3rdparty/", nothing.here),
    path("3rdparty/<path:rest>", nothing.here),
    path("social/<path:rest>", nothing.here),
]
