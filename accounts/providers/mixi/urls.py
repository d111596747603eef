"""The address of mixi's way back; allauth puts it below /accounts/."""

from django.urls import path

from accounts.providers.mixi import views

urlpatterns = [path("mixi/callback/", views.callback, name="mixi_callback")]
