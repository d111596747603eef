"""What was asked for: the list, one operation with all that can be done about it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.contrib import messages as notes
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from accounts.signed_in import SignedInRequest
from messaging import drafts, running, wording
from messaging.course import Course, Lane, course, courses
from messaging.forms import OlderForm, ReturnForm
from messaging.models import Draft, Operation, OperationItem
from messaging.operations import UNFINISHED
from messaging.views.conversation import Shown, alone
from messaging.views.frame import frame_of, shown_path, wants_fragment
from messaging.views.progress import Progress, progress_of, undoing
from messaging.views.subjects import Subject, subject_of, subjects_of
from messaging.views.verbs import changes

State = OperationItem.State
MOST = 50
LATEST = 20
MOST_MOMENTS = 20
NOT_DONE = (State.FAILED, State.SKIPPED)

ACTIONS: dict[str, Callable[[Operation], object]] = {
    "pause": running.pause,
    "resume": running.resume,
    "cancel": running.cancel,
    "undo": running.undo,
    "retry": running.retry,
    "send-now": drafts.send_now,
    "it-arrived": drafts.it_arrived,
    "send-again": drafts.send_again,
    "discard": lambda operation: [
        drafts.discard(draft)
        for draft in operation.drafts.filter(state=Draft.State.SENDING)
    ],
}
"""What the buttons do. Each may come twice, or too late: then nothing happens."""


@dataclass(frozen=True, slots=True)
class LaneLine:
    """The work of an operation at one account, in words."""

    lane: Lane

    @property
    def words(self) -> str:
        lane = self.lane
        return wording.lane_state(lane.account, lane.state, lane.until)

    @property
    def over(self) -> int:
        return self.lane.done + self.lane.failed

    @property
    def possible(self) -> int:
        return self.lane.total - self.lane.skipped


@dataclass(frozen=True, slots=True)
class Way:
    """How far an operation is by account, how fast it goes, and how long it takes."""

    lanes: list[LaneLine]
    time_left: str
    pace: str

    @classmethod
    def of(cls, progress: Progress, found: Course) -> Self:
        seconds = found.seconds_left or 0
        return cls(
            [LaneLine(lane) for lane in found.lanes],
            wording.duration(seconds) if progress.left else "",
            "" if progress.waits else wording.pace(progress.left, seconds),
        )


@dataclass(frozen=True, slots=True)
class Line:
    """An operation in the list; `way` while it is not over."""

    progress: Progress
    subject: Subject
    way: Way | None


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened to an operation."""

    words: str
    at: datetime
    style: str
    """The time alone where the one before was on the same day."""


@dataclass(frozen=True, slots=True)
class Told:
    """One message of an operation: what it is, what became of it, and why."""

    item: OperationItem
    source: str
    outcome: str
    why: str

    @property
    def is_problem(self) -> bool:
        called_off = self.item.error in wording.CALLED_OFF
        return self.item.state in NOT_DONE and not called_off


@require_GET
@never_cache
@vary_on_headers("HX-Request")
def operations(request: SignedInRequest) -> HttpResponse:
    """The newest; `?before=` an operation those that are older."""
    form = OlderForm(request.GET)
    before = form.cleaned_data["before"] if form.is_valid() else None
    rows = Operation.objects.of(request.user).listed()
    found = list((rows.filter(pk__lt=before) if before else rows)[: MOST + 1])
    shown = found[:MOST]
    context = {
        "lines": _lines(request, shown),
        "moving": any(row.state in UNFINISHED for row in shown),
        "older": shown[-1].pk if len(found) > MOST else None,
    }
    if wants_fragment(request):
        context["with_bar"] = True
        return render(request, "messaging/fragments/operation_list.html", context)
    return render(request, "messaging/operations.html", context)


def _lines(request: SignedInRequest, rows: list[Operation]) -> list[Line]:
    subjects = subjects_of(request.user, rows, frame_of(request).accounts)
    ways = courses(row for row in rows if row.state in UNFINISHED)
    lines = []
    for row in rows:
        progress, found = progress_of(row), ways.get(row.pk)
        way = Way.of(progress, found) if found else None
        lines.append(Line(progress, subjects[row.pk], way))
    return lines


@require_GET
@never_cache
@vary_on_headers("HX-Request", "HX-Target")
def operation(request: SignedInRequest, operation_id: int) -> HttpResponse:
    """The page; to scripts its moving part, or the status line that follows it."""
    found = _own(request, operation_id)
    if request.headers.get("HX-Target") == "status-line":
        context = {"operation": found, "fetched": _fetched(found)}
        return render(request, "messaging/fragments/status_line.html", context)
    shown = _context(request, found)
    if wants_fragment(request):
        shown["with_bar"] = True
        return render(request, "messaging/fragments/operation.html", shown)
    return render(request, "messaging/operation.html", shown)


@require_GET
@never_cache
def bar(request: SignedInRequest) -> HttpResponse:
    """The bar of the frame by itself, for a page that was told of something new."""
    return render(request, "messaging/fragments/operation_bar.html")


@require_POST
def act(request: SignedInRequest, operation_id: int, name: str) -> HttpResponse:
    """One of the buttons; what came too late changes nothing and shows how it is."""
    found = _own(request, operation_id)
    ACTIONS[name](found)
    found = _own(request, operation_id)
    told = (name == "undo" and undoing(found)) or found
    if not wants_fragment(request):
        notes.success(request, wording.operation_sentence(told))
        form = ReturnForm(request.POST)
        address = form.cleaned_data["next"] if form.is_valid() else "/"
        return HttpResponseRedirect(address)
    answer = changes(request, told) if name == "undo" else _bar_and_line(request, found)
    if shown_path(request) == f"/operations/{found.pk}/":
        context = {**_context(request, found), "swap": True}
        part = render(request, "messaging/fragments/operation.html", context)
        answer.write(part.content)
    return answer


def _bar_and_line(request: SignedInRequest, found: Operation) -> HttpResponse:
    context = {"operation": found}
    return render(request, "messaging/fragments/operation_said.html", context)


def _own(request: SignedInRequest, operation_id: int) -> Operation:
    return get_object_or_404(Operation.objects.of(request.user), pk=operation_id)


def _context(request: SignedInRequest, found: Operation) -> dict[str, object]:
    shown = progress_of(found)
    accounts = frame_of(request).accounts
    ways = course(found)
    problems, latest = _problems_and_latest(shown)
    return {
        "operation": found,
        "progress": shown,
        "subject": subject_of(found, accounts),
        "way": Way.of(shown, ways),
        "moments": _moments(found),
        "problems": problems,
        "most": MOST,
        "latest": latest,
        "undecided": any(lane.unknown for lane in ways.lanes)
        and drafts.undecided(found),
    }


def _moments(found: Operation) -> list[Moment]:
    """What happened to it, the newest of it where that is much."""
    noted = [
        (wording.moment_of(one), datetime.fromisoformat(one["at"]))
        for one in found.history[-MOST_MOMENTS:]
    ]
    moments = [(wording.moment_of({"what": "asked"}), found.created_at), *noted]
    if found.state == Operation.State.DONE and found.finished_at:
        finished = wording.moment_of({"what": "finished"})
        moments.append((finished, found.finished_at))
    days = [None, *(timezone.localdate(at) for _words, at in moments)]
    return [
        Moment(words, at, "clock" if timezone.localdate(at) == day else "full")
        for (words, at), day in zip(moments, days, strict=False)
        if words
    ]


def _problems_and_latest(shown: Progress) -> tuple[list[Told], list[Told]]:
    """What was not done though it was wanted to the end; the newest while it goes on.

    By one query.
    """
    items = shown.operation.items
    wanted = items.exclude(error__in=wording.CALLED_OFF).filter(state__in=NOT_DONE)
    settled = items.exclude(settled_at=None).order_by("-settled_at", "-pk")
    either = Q(pk__in=wanted.order_by("pk").values("pk")[:MOST])
    if shown.unfinished and shown.possible > 1:
        either |= Q(pk__in=settled.values("pk")[:LATEST])
    rows = items.filter(either).select_related("account", "message__author")
    told = [_told(item) for item in rows.order_by("pk")]
    problems = [one for one in told if one.is_problem]
    latest = [one for one in told if one.item.settled_at is not None]
    latest.sort(key=lambda one: (one.item.settled_at, one.item.pk), reverse=True)
    return problems, latest[:LATEST] if shown.unfinished else []


def _told(item: OperationItem) -> Told:
    return Told(
        item,
        wording.source_name(item.source),
        wording.outcome(item),
        wording.outcome_reason(item),
    )


def _fetched(found: Operation) -> Shown | None:
    """The message that was fetched again, to be put in its place."""
    done = found.state == Operation.State.DONE and not found.failed
    if found.verb != Operation.Verb.REFRESH or not done:
        return None
    item = found.items.select_related("message__author", "message__account").first()
    return alone(item.message) if item and item.message else None
