"""Addresses of the inbox and what it holds."""

from django.urls import URLPattern, path

from messaging.services import VERBS
from messaging.views import (
    accounts,
    alerts,
    attached,
    conversation,
    inbox,
    link_progress,
    live,
    live_changes,
    live_events,
    look,
    media,
    operations,
    reacting,
    report,
    selection,
    sending,
    verbs,
    writing,
)

app_name = "messaging"
urlpatterns: list[URLPattern] = [
    path("", inbox.inbox, name="inbox"),
    path("c/<int:conversation_id>/", conversation.conversation, name="conversation"),
    path("m/<int:message_id>/", conversation.message, name="message"),
    path("m/<int:message_id>/thread/", conversation.thread, name="thread"),
    path("m/<int:message_id>/reply/", writing.reply, name="reply"),
    path("m/<int:message_id>/reactions/", reacting.reactions, name="reactions"),
    path("m/<int:message_id>/reacted/", reacting.reacted, name="reacted"),
    *(
        path(f"m/<int:message_id>/{name}/", reacting.react, {"name": name}, name=name)
        for name in ("react", "unreact")
    ),
    *(
        path(f"{name}/", reacting.decide, {"name": name}, name=name)
        for name in ("accept", "reject")
    ),
    path("compose/", writing.compose, name="compose"),
    path("sending/<int:sending_id>/", sending.sending, name="sending"),
    *(
        path(
            f"sending/<int:sending_id>/{name}/",
            sending.sending_step,
            {"name": name},
            name=f"sending_{name}",
        )
        for name in ("undo", "now", "arrived", "again")
    ),
    path("files/<int:file_id>/", attached.draft_file, name="draft_file"),
    path("m/<int:message_id>/refresh/", verbs.refresh, name="refresh"),
    *(
        path(f"{name}/", verbs.verb, {"name": name}, name=name.replace("-", "_"))
        for name in VERBS
    ),
    path("selection/", selection.selection, name="selection"),
    path("selection/reach/", selection.reached, name="selection_reach"),
    path("confirm/<slug:name>/", verbs.confirm, name="confirm"),
    path("operations/", operations.operations, name="operations"),
    path("operations/bar/", operations.bar, name="operation_bar"),
    path("operations/<int:operation_id>/", operations.operation, name="operation"),
    path("operations/<int:operation_id>/report.csv", report.report, name="report"),
    *(
        path(
            f"operations/<int:operation_id>/{name}/",
            operations.act,
            {"name": name},
            name=f"operation_{name}",
        )
        for name in operations.ACTIONS
    ),
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
    path(
        "accounts/<int:account_id>/clear-notices/",
        accounts.clear_notices,
        name="clear_notices",
    ),
    path("media/<str:token>/", media.media, name="media"),
    path("changes/", live_changes.live_changes, name="live_changes"),
    path("live/", live.live, name="live"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("events/", live_events.live_events, name="live_events"),
    path("theme/", look.set_theme, name="set_theme"),
    path("language/", look.set_language, name="set_language"),
]
