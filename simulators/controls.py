"""Parts that the pages of the other side share: buttons, the form for faults."""

from collections.abc import Mapping
from html import escape

from simulators.faults import BODIES, KINDS, Fault

Words = Mapping[str, str]
Form = Mapping[str, str]

TEXTS = {
    "en": {
        "faults": "Faults",
        "where": "Paths (pattern, e.g. api/notes/*)",
        "kind": "Kind",
        "body": "Body",
        "status": "Status",
        "seconds": "Seconds",
        "count": "How often (empty: until cleared)",
        "strike": "Let it strike",
        "clear": "Clear all",
        "limits_off": "Switch rate limits off",
        "limits_on": "Switch rate limits on",
    },
    "ja": {
        "faults": "障害",
        "where": "パス（パターン、例 api/notes/*）",
        "kind": "種類",
        "body": "本体",
        "status": "ステータス",
        "seconds": "秒",
        "count": "回数（空なら消すまで）",
        "strike": "起こす",
        "clear": "すべて消す",
        "limits_off": "回数制限を切る",
        "limits_on": "回数制限を入れる",
    },
}


def done(what: str) -> str:
    """Return the line that says what was just done."""
    return f'<p class="soft">✓ {escape(what)}</p>' if what else ""


def short(text: str | None) -> str:
    """Return the beginning of a text, a dash for none."""
    text = text or "–"
    return text if len(text) <= 90 else f"{text[:90]}…"


def hidden(fields: Mapping[str, str]) -> str:
    """Return fields of a form that nobody sees."""
    return "".join(
        f'<input type="hidden" name="{key}" value="{escape(value)}">'
        for key, value in fields.items()
    )


def button(fields: Mapping[str, str], label: str, *, warn: bool = False) -> str:
    """Return a form that is only a button."""
    style = ' class="warn"' if warn else ""
    return f'<form method="post">{hidden(fields)}<button{style}>{label}</button></form>'


def verbs(words: Words, names: tuple[str, ...]) -> str:
    """Return buttons of one form, each with its own verb."""
    return "".join(
        f'<button name="verb" value="{verb}">{words[verb]}</button>' for verb in names
    )


def options(names: tuple[str, ...]) -> str:
    """Return the choices of a select."""
    return "".join(f"<option>{name}</option>" for name in names)


def fault(form: Form, everywhere: str = "api/*") -> Fault:
    """Return the fault that the form asks for, by default `everywhere`."""
    count = form.get("count", "")
    return Fault(
        form.get("where") or everywhere,
        form.get("kind", "status"),
        int(count) if count else None,
        int(form.get("status") or 503),
        form.get("body", "html"),
        form.get("header", ""),
        float(form.get("seconds") or 0),
    )


def fault_form(
    faults: list[dict[str, object]], words: Words, fields: Mapping[str, str]
) -> str:
    """Return the faults that are set and the form for a new one."""
    listed = "".join(f"<li><code>{escape(str(row))}</code></li>" for row in faults)
    return (
        f'<form class="card" method="post"><h2>{words["faults"]}</h2><ul>{listed}</ul>'
        f"{hidden(fields)}"
        f'<label>{words["where"]}<input type="text" name="where" value="api/*"></label>'
        f'<div class="grid"><label>{words["kind"]}<select name="kind">'
        f"{options(KINDS)}</select></label>"
        f'<label>{words["body"]}<select name="body">{options(tuple(BODIES))}</select>'
        f'</label><label>{words["status"]}<input name="status" value="503"></label>'
        f'<label>{words["seconds"]}<input name="seconds" value="0"></label>'
        f'<label>Retry-After <input name="header"></label>'
        f'<label>{words["count"]}<input name="count"></label></div>'
        f'<p class="row"><button class="main" name="verb" value="fault">{words["strike"]}'
        f'</button><button name="verb" value="clear-faults">{words["clear"]}</button></p>'
        f"</form>"
    )


def limits_switch(words: Words, fields: Mapping[str, str], *, on: bool) -> str:
    """Return the button that switches the rate limits."""
    wanted = {**fields, "verb": "limits", "on": "0" if on else "1"}
    return button(wanted, words["limits_off" if on else "limits_on"])
