"""Addresses of Misskey's way back; allauth puts them below /accounts/."""

from django.urls import path

from accounts.providers.misskey import views

urlpatterns = [
    path("misskey/callback/", views.callback, name="misskey_callback"),
    path("misskey/<uuid:pending_id>/", views.approved, name="misskey_approved"),
]
