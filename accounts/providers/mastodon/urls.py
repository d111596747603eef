"""The address of Mastodon's way back; allauth puts it below /accounts/."""

from django.urls import path

from accounts.providers.mastodon import views

urlpatterns = [path("mastodon/callback/", views.callback, name="mastodon_callback")]
