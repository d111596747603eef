"""What was asked for: the list of operations, and one with its counts and failures."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from accounts.signed_in import SignedInRequest
from messaging import wording
from messaging.models import Message, Operation, OperationItem
from messaging.views.conversation import Shown, alone
from messaging.views.frame import wants_fragment

MOST = 50


@require_GET
@never_cache
def operations(request: SignedInRequest) -> HttpResponse:
    newest = Operation.objects.of(request.user).order_by("-pk")[:MOST]
    rows = [(operation, wording.done_sentence(operation)) for operation in newest]
    return render(request, "messaging/operations.html", {"operations": rows})


@require_GET
@never_cache
@vary_on_headers("HX-Request", "HX-Target")
def operation(request: SignedInRequest, operation_id: int) -> HttpResponse:
    """The page; to htmx its moving part, or the status line that follows it."""
    rows = Operation.objects.of(request.user)
    found = get_object_or_404(rows, pk=operation_id)
    context: dict[str, object] = {
        "operation": found,
        "sentence": wording.done_sentence(found),
        "running": found.state == Operation.State.RUNNING,
    }
    if request.headers.get("HX-Target") == "status-line":
        context["fetched"] = _fetched(found)
        return render(request, "messaging/fragments/status_line.html", context)
    problems = found.items.filter(
        state__in=[OperationItem.State.FAILED, OperationItem.State.SKIPPED],
    )
    problems = problems.select_related("account", "message__author").order_by("pk")
    context["problems"] = [
        (
            item,
            wording.source_name(item.source),
            wording.item_problem(item.error, wording.server_name(item.account)),
        )
        for item in problems[:MOST]
    ]
    context["message"] = _only_message(found)
    context["possible"] = found.total - found.skipped
    context["left"] = max(0, found.total - found.done - found.failed - found.skipped)
    whole = not wants_fragment(request)
    template = "operation" if whole else "fragments/operation"
    return render(request, f"messaging/{template}.html", context)


def _only_message(found: Operation) -> Message | None:
    """The message of an operation on a single one, if it is still here."""
    item = found.items.select_related("message__author", "message__account").first()
    return item.message if item and found.total == 1 else None


def _fetched(found: Operation) -> Shown | None:
    """The message that was fetched again, to be put in its place."""
    done = found.state == Operation.State.DONE and not found.failed
    if found.verb != Operation.Verb.REFRESH or not done:
        return None
    message = _only_message(found)
    return alone(message) if message else None
