"""The one socket of the site."""

from django.urls import path

from messaging.consumers import Browser

websocket_urlpatterns = [path("ws/", Browser.as_asgi())]
