"""Addresses of linking; the list of accounts itself is messaging's."""

from django.urls import URLPattern

app_name = "accounts"
urlpatterns: list[URLPattern] = []
