"""A conversation's page and reading pane, single messages, and the thread around one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from accounts.clients import client_for
from accounts.models import Account
from accounts.signed_in import SignedInRequest
from inboxhub.lib.fields import CannotOpen
from inboxhub.networks.base import RemoteMessage
from inboxhub.networks.errors import CredentialsError, NotFound, ProviderError
from messaging import wording
from messaging.filters import Cursor, number_of
from messaging.models import Author, Conversation, Message, MessageQuerySet
from messaging.views.answering import Answer, answer_of
from messaging.views.content import Content, content, kind_of
from messaging.views.frame import frame_of, list_filters, wants_fragment
from messaging.views.given import Doings, Given, doings, given
from messaging.views.offers import Offer, Offers
from messaging.views.rows import after, day_key

PAGE = 50
TOLD = frozenset({"notices", "requests"})
SAID_ONCE = frozenset({"mention", "reply", "quote", "post"})
FEW_MINUTES = 5 * 60_000


@dataclass(frozen=True, slots=True)
class Shown:
    """A message with its parts, and what stands above it."""

    message: Message
    content: Content
    day: str
    first_unread: bool
    named: bool
    """The sentence of its kind stands above it."""
    known_context: bool
    """What it answers or is about stands right above it already."""
    event: bool
    """It is told by its sentence instead of by a name above a text."""
    follows: bool
    """It goes on under the name of the message above."""
    offer: Offer
    reactions: list[Given]
    unreached: list[str]
    """Handles of people whom what was sent from here was not brought to."""
    reacting: bool
    """A reaction is on its way."""
    refused: str
    """Why the last reaction was refused, a moment ago."""


@dataclass(frozen=True, slots=True)
class Toolbar:
    """What can be done with a whole conversation, as its latest message has it."""

    conversation: Conversation
    account: Account
    offer: Offer | None


@dataclass(frozen=True, slots=True)
class Pane:
    """A conversation with one page of its messages, oldest of them first."""

    conversation: Conversation
    account: Account
    people: list[Author]
    others: int
    messages: list[Shown]
    earlier: Cursor | None
    newest: bool
    gone: bool
    """Nothing of it is left to be shown again."""
    unread_ids: list[int]
    visibility: str
    toolbar: Toolbar
    answer: Answer | None
    """Below the newest messages."""

    @property
    def latest(self) -> Message | None:
        return self.messages[-1].message if self.messages else None


@require_GET
@never_cache
@vary_on_headers("HX-Request")
def conversation(request: SignedInRequest, conversation_id: int) -> HttpResponse:
    """The whole page, the pane for htmx, or the messages above what it shows."""
    frame_of(request)
    rows = Conversation.objects.of(request.user).select_related("account")
    found = get_object_or_404(rows, pk=conversation_id)
    before = Cursor.read(request.GET.get("before", ""))
    reply = number_of(request.GET.get("reply", ""))
    pane = pane_of(request, found, before, reply=reply)
    context = {"pane": pane, "back": list_filters(request).url()}
    if not wants_fragment(request):
        return render(request, "messaging/conversation.html", context)
    if before:
        return render(request, "messaging/fragments/earlier.html", context)
    response = render(request, "messaging/fragments/opened.html", context)
    filters = list_filters(request)
    place = filters.url(upto=filters.upto, at=filters.at, open=found.pk)
    response["HX-Push-Url"] = place
    return response


def pane_of(
    request: SignedInRequest,
    found: Conversation,
    before: Cursor | None = None,
    *,
    reply: int | None = None,
) -> Pane:
    """One page of it; `reply` is the message that is to be answered."""
    rows = messages_of(found)
    page = list((after(rows, before) if before else rows)[: PAGE + 1])
    earlier = page[PAGE - 1] if len(page) > PAGE else None
    page = page[:PAGE][::-1]
    for message in page:
        message.account = found.account
    unread = rows.unread().values_list("pk", flat=True)[:1000]
    people = participants(found, [message.author for message in page])
    account = found.account
    offers = Offers([account])
    return Pane(
        conversation=found,
        account=account,
        people=people,
        others=max(0, found.participant_count - len(people)),
        messages=_shown(page, offers),
        earlier=Cursor(earlier.sort_key, earlier.pk) if earlier else None,
        newest=before is None,
        gone=not page and not rows_left(found).exists(),
        unread_ids=list(unread) if found.unread_count else [],
        visibility=_visibility(page[-1]) if page else "",
        toolbar=toolbar_of(found, page[-1] if page else None, offers),
        answer=None
        if before
        else answer_of(
            page,
            account,
            found.pk,
            people=people,
            reply=rows.filter(pk=reply).first() if reply else None,
            check="check" in request.GET,
        ),
    )


def below(
    found: Conversation, *, reply: Message | None = None, check: bool = False
) -> Answer:
    """What stands below its newest messages, without those."""
    newest = list(messages_of(found)[:PAGE])[::-1]
    people = participants(found, [message.author for message in newest])
    return answer_of(
        newest,
        found.account,
        found.pk,
        people=people,
        reply=reply,
        check=check,
    )


def _visibility(message: Message) -> str:
    """Who can see it; a chat says so by being one."""
    return message.visibility or ("chat" if message.source == "chat" else "")


def messages_of(found: Conversation) -> MessageQuerySet:
    """The shown messages of a conversation, newest first, with their authors."""
    rows = Message.objects.filter(conversation=found).shown().newest_first()
    return rows.select_related("author")


def rows_left(found: Conversation) -> MessageQuerySet:
    """What its network still has, hidden here or not."""
    return Message.objects.filter(conversation=found, gone_at=None)


def participants(
    found: Conversation, seen: Iterable[Author | None] = ()
) -> list[Author]:
    """The people of a conversation without the account's own, last writer first.

    Only those who are not among the `seen` ones are asked for.
    """
    known = {author.pk: author for author in seen if author is not None}
    missing = [pk for pk in found.participants[:8] if pk not in known]
    if missing:
        known |= Author.objects.in_bulk(missing)
    people = [known[pk] for pk in found.participants[:8] if pk in known]
    others = [a for a in people if a.remote_id != found.account.remote_id]
    return others or people


def toolbar_of(
    found: Conversation,
    latest: Message | None,
    offers: Offers,
) -> Toolbar:
    unread = found.unread_count > 0
    offer = offers.of_conversation(latest, unread=unread) if latest else None
    return Toolbar(found, offers.accounts[found.account_id], offer)


def alone(message: Message) -> Shown:
    """One message without its neighbours."""
    return _shown([message], Offers([message.account]))[0]


def _shown(page: Sequence[Message], offers: Offers) -> list[Shown]:
    shown: list[Shown] = []
    known = doings(page)
    unread_seen = False
    for message in page:
        parts, offer = content(message), offers.of(message)
        only = offer.only_reaction if offer.reacts else ""
        above = shown[-1] if shown else None
        told = known.get(message.pk, Doings())
        shown.append(
            Shown(
                message=message,
                content=parts,
                day=_new_day(message, above),
                first_unread=message.unread and not unread_seen,
                named=above is None or message.kind not in SAID_ONCE,
                event=_is_event(message),
                follows=above is not None and _goes_on(message, above.message),
                known_context=above is not None and _is_known(parts, above),
                offer=offer,
                reactions=given(message, parts, told.wishes, only=only),
                unreached=told.unreached,
                reacting=bool(told.wishes),
                refused=_refused(told, offers.accounts[message.account_id]),
            ),
        )
        unread_seen = unread_seen or message.unread
    return shown


def _refused(told: Doings, account: Account) -> str:
    if not told.refused:
        return ""
    return wording.item_problem(told.refused, wording.server_name(account))


def _is_known(parts: Content, above: Shown) -> bool:
    """Whether the context of a message is what the one above has, or is itself."""
    if parts.context is None or parts.context == above.content.context:
        return True
    return parts.context.remote_id == above.message.remote_id


def _is_event(message: Message) -> bool:
    """Whether its sentence says all about it."""
    told = message.box in TOLD and bool(kind_of(message).sentence)
    return told and not message.unreadable and not message.outgoing


def _goes_on(message: Message, above: Message) -> bool:
    """Whether the same person wrote it within a few minutes."""
    same = (message.author_id, message.outgoing) == (above.author_id, above.outgoing)
    near = message.sort_key - above.sort_key < FEW_MINUTES
    return same and near and message.kind in ("message", "chat")


def _new_day(message: Message, above: Shown | None) -> str:
    """The day's name where a new one begins, otherwise nothing."""
    key = day_key(message.sort_key, by_month=False)
    if above and day_key(above.message.sort_key, by_month=False) == key:
        return ""
    return key


@require_GET
@never_cache
def message(request: SignedInRequest, message_id: int) -> HttpResponse:
    """To the message's place in its conversation; hidden ones are shown alone."""
    rows = Message.objects.of(request.user).select_related("conversation", "author")
    found = get_object_or_404(rows, pk=message_id)
    if found.hidden_at is not None:
        context = {"shown": alone(found), "account": found.account}
        return render(request, "messaging/message.html", context)
    return HttpResponseRedirect(place_of(found))


def place_of(found: Message) -> str:
    """The address of the message in its conversation, on the page that holds it."""
    newer = messages_of(found.conversation).filter(sort_key__gte=found.sort_key)
    query = ""
    if newer.order_by()[: PAGE + 1].count() > PAGE:
        query = "?" + urlencode({"before": str(Cursor(found.sort_key, found.pk + 1))})
    return f"/c/{found.conversation_id}/{query}#message-{found.pk}"


@require_GET
@never_cache
def thread(request: SignedInRequest, message_id: int) -> HttpResponse:
    """What stands around a message on its network, asked for on demand, not stored."""
    rows = Message.objects.of(request.user).select_related("conversation", "author")
    found = get_object_or_404(rows, pk=message_id)
    items, problem = _around(found)
    context = {"message": found, "items": items, "problem": problem}
    whole = not wants_fragment(request)
    name = "thread" if whole else "fragments/thread"
    return render(request, f"messaging/{name}.html", context)


def _around(found: Message) -> tuple[list[RemoteMessage], str]:
    """The remote's answer, and a sentence when there is none."""
    account = found.account
    if account.status == Account.Status.UNLINKED:
        return [], _("This account is unlinked, so its server cannot be asked.")
    try:
        items = client_for(account).thread(found.as_target())
    except (CredentialsError, CannotOpen):
        text = _("%(host)s refused our key. Sign in again to see the whole thread.")
        return [], text % {"host": wording.server_name(account)}
    except NotFound:
        return [], _("This message is no longer on its server. Its copy here stays.")
    except ProviderError:
        text = _("%(host)s did not answer. Nothing was lost; try again in a minute.")
        return [], text % {"host": wording.server_name(account)}
    readable = [item for item in items if isinstance(item, RemoteMessage)]
    return [item for item in readable if not item.withheld], ""
