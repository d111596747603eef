"""Addresses of the inbox and what it holds."""

from django.urls import URLPattern

app_name = "messaging"
urlpatterns: list[URLPattern] = []
