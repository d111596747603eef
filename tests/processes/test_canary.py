"""After a full run with failures no token stands anywhere in clear."""

from pathlib import Path

from simulators.misskey import running
from simulators.visitor import Form, LostTheWay, Visitor
from tests.processes.site import Site, site, wait_until

PAGES = ("/", "/accounts/", "/accounts/1/", "/operations/", "/operations/1/", "/c/1/")


def test_token_is_in_no_file_log_page_or_output(tmp_path: Path) -> None:
    with running() as sim, site(tmp_path, [sim.host]) as made:
        visitor = Visitor(made.url)
        visitor.sign_up("me", "a long enough password")
        visitor.link(sim.host, "hana")
        token = sim.token("hana")
        outputs = [_linked(made, sim.host, token), _linked(made, sim.host, "x" + token)]
        sim.direct("hana", "taro", "mine")
        for kind, body in (("status", "html"), ("body", "truncated"), ("cut", "")):
            sim.fault("*", kind, times=6, body=body or "html")
            outputs.append(_run(made, "sync", "--user", "me"))
            sim.faults.clear()
        outputs.append(_run(made, "sync", "--user", "me"))
        _delete_in_vain(visitor, made)
        sim.revoke("hana")
        outputs.append(_run(made, "sync", "--user", "me"))
        outputs += [_page(visitor, path) for path in PAGES]
        tokens = [token, *(row.token for row in sim.state.tokens.values())]
        made.end()
        written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) >= 4
    for secret in tokens:
        assert not [text for text in outputs if secret in text]
        assert not [data for data in written if secret.encode() in data]


def _linked(made: Site, host: str, token: str) -> str:
    return _run(made, "link_account", "me", "misskey", host, text=token)


def _run(made: Site, *arguments: str, text: str = "") -> str:
    done = made.command(*arguments, text=text)
    return done.stdout + done.stderr


def _page(visitor: Visitor, path: str) -> str:
    try:
        visitor.open(path)
    except LostTheWay as lost:
        return str(lost)
    return visitor.answer.text


def _delete_in_vain(visitor: Visitor, made: Site) -> None:
    visitor.open("/?box=sent")
    token = visitor.form_with("csrfmiddlewaretoken").values["csrfmiddlewaretoken"]
    message = _run(made, "messages", "me", "in:sent", "--limit", "1").split()[0]
    form = Form("/delete/", "post", {"csrfmiddlewaretoken": token})
    visitor.submit(form, message=message)

    def settled() -> bool:
        visitor.open("/operations/1/")
        return "data-moving" not in visitor.answer.text

    wait_until(settled)
