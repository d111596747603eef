"""Addresses of the inbox and what it holds."""

from django.urls import URLPattern, path

from messaging.services import VERBS
from messaging.views import (
    accounts,
    alerts,
    conversation,
    inbox,
    link_progress,
    live,
    live_changes,
    live_events,
    look,
    media,
    operations,
    verbs,
)

app_name = "messaging"
urlpatterns: list[URLPattern] = [
    path("", inbox.inbox, name="inbox"),
    path("c/<int:conversation_id>/", conversation.conversation, name="conversation"),
    path("m/<int:message_id>/", conversation.message, name="message"),
    path("m/<int:message_id>/thread/", conversation.thread, name="thread"),
    path("m/<int:message_id>/refresh/", verbs.refresh, name="refresh"),
    *(
        path(f"{name}/", verbs.verb, {"name": name}, name=name.replace("-", "_"))
        for name in VERBS
    ),
    path("confirm/<slug:name>/", verbs.confirm, name="confirm"),
    path("operations/", operations.operations, name="operations"),
    path("operations/<int:operation_id>/", operations.operation, name="operation"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/<int:account_id>/", accounts.account, name="account"),
    path(
        "accounts/<int:account_id>/progress/",
        link_progress.link_progress,
        name="link_progress",
    ),
    path("accounts/<int:account_id>/sync/", accounts.sync_now, name="sync_now"),
    path("accounts/<int:account_id>/older/", accounts.load_older, name="load_older"),
    path(
        "accounts/<int:account_id>/read-policy/",
        accounts.set_read_policy,
        name="set_read_policy",
    ),
    path("accounts/<int:account_id>/colour/", accounts.set_colour, name="set_colour"),
    path("accounts/<int:account_id>/unlink/", accounts.unlink, name="unlink"),
    path("media/<str:token>/", media.media, name="media"),
    path("changes/", live_changes.live_changes, name="live_changes"),
    path("live/", live.live, name="live"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("events/", live_events.live_events, name="live_events"),
    path("theme/", look.set_theme, name="set_theme"),
    path("language/", look.set_language, name="set_language"),
]
