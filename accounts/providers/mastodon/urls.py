"""The addresses of Mastodon's way back, one per host; allauth puts them below /accounts/."""

from django.urls import path

from accounts.providers.mastodon import views

urlpatterns = [
    path("mastodon/callback/<str:host>/", views.callback, name="mastodon_callback"),
]
