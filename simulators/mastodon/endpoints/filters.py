"""A person's own filters, by word and by status."""

from collections.abc import Callable

from simulators.mastodon.calls import Call, Endpoint
from simulators.mastodon.errors import invalid, missing
from simulators.mastodon.pack.statuses import rule_of
from simulators.mastodon.params import Params
from simulators.mastodon.records import Filter, Keyword
from simulators.mastodon.streaming import emit

Json = dict[str, object]
Run = Callable[[Call], object]
PATH = "/api/v2/filters"
ACTIONS = ("warn", "hide", "blur")


def _mine(call: Call) -> list[Filter]:
    return [row for row in call.state.filters.values() if row.user_id == call.user.id]


def _own(call: Call) -> Filter:
    row = call.state.filters.get(call.id)
    if row is None or row.user_id != call.user.id:
        raise missing("filter")
    return row


def _list(call: Call) -> list[Json]:
    return [rule_of(row) for row in _mine(call)]


def _show(call: Call) -> Json:
    return rule_of(_own(call))


def _create(call: Call) -> Json:
    title, context = call.params.text("title"), call.params.texts("context")
    if not title or not context:
        raise invalid("title")
    now = call.state.now
    row = Filter(call.state.ids.count("filter", now), call.user.id, title, context)
    call.state.filters[row.id] = row
    _change(call, row)
    return rule_of(row)


def _update(call: Call) -> Json:
    row = _own(call)
    row.title = call.params.text("title", row.title)
    row.context = call.params.texts("context") or row.context
    _change(call, row)
    return rule_of(row)


def _change(call: Call, row: Filter) -> None:
    row.action = call.params.text("filter_action", row.action)
    if row.action not in ACTIONS:
        raise invalid("filter_action is not included in the list")
    seconds = call.params.number("expires_in", 0)
    if seconds:
        row.expires = call.state.now + seconds * 1000
    row.keywords += [
        _word(call, word) for word in call.params.branches("keywords_attributes")
    ]


def _word(call: Call, given: Params) -> Keyword:
    row_id = call.state.ids.count("keyword", call.state.now)
    return Keyword(
        row_id, given.text("keyword"), given.flag("whole_word", default=True)
    )


def _delete(call: Call) -> Json:
    del call.state.filters[_own(call).id]
    return {}


def _words(call: Call) -> object:
    return rule_of(_own(call))["keywords"]


def _add_word(call: Call) -> Json:
    word = _word(call, call.params)
    _own(call).keywords.append(word)
    return {"id": word.id, "keyword": word.keyword, "whole_word": word.whole_word}


def _delete_word(call: Call) -> Json:
    for row in _mine(call):
        for word in row.keywords:
            if word.id == call.id:
                row.keywords.remove(word)
                return {}
    raise missing("keyword")


def _statuses(call: Call) -> object:
    return rule_of(_own(call))["statuses"]


def _add_status(call: Call) -> Json:
    key = call.state.ids.count("filtered status", call.state.now)
    status_id = call.params.text("status_id")
    _own(call).statuses[key] = status_id
    return {"id": key, "status_id": status_id}


def _delete_status(call: Call) -> Json:
    for row in _mine(call):
        if row.statuses.pop(call.id, None) is not None:
            return {}
    raise missing("filter status")


def _told(run: Run) -> Run:
    """Return an endpoint after which the caller's programs hear of a change."""

    def change(call: Call) -> object:
        answer = run(call)
        emit.filters_changed(call.state, call.user.id)
        return answer

    return change


READ, WRITE = ("read:filters",), ("write:filters",)
ENDPOINTS = [
    Endpoint("GET", PATH, _list, READ, needs="filters"),
    Endpoint("POST", PATH, _told(_create), WRITE, needs="filters"),
    Endpoint("GET", f"{PATH}/{{id}}", _show, READ, needs="filters"),
    Endpoint("PUT", f"{PATH}/{{id}}", _told(_update), WRITE, needs="filters"),
    Endpoint("DELETE", f"{PATH}/{{id}}", _told(_delete), WRITE, needs="filters"),
    Endpoint("GET", f"{PATH}/{{id}}/keywords", _words, READ, needs="filters"),
    Endpoint(
        "POST", f"{PATH}/{{id}}/keywords", _told(_add_word), WRITE, needs="filters"
    ),
    Endpoint(
        "DELETE", f"{PATH}/keywords/{{id}}", _told(_delete_word), WRITE, needs="filters"
    ),
    Endpoint("GET", f"{PATH}/{{id}}/statuses", _statuses, READ, needs="filters"),
    Endpoint(
        "POST", f"{PATH}/{{id}}/statuses", _told(_add_status), WRITE, needs="filters"
    ),
    Endpoint(
        "DELETE",
        f"{PATH}/statuses/{{id}}",
        _told(_delete_status),
        WRITE,
        needs="filters",
    ),
]
