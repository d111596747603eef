"""Reading our own pages: get one, find its rows, post ids."""

import re

from django.db import connection
from django.http import HttpResponse, HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext

ROW = re.compile(r'<li class="row[^"]*" id="((?:conversation|message)-\d+)"')
OLDER = re.compile(r'class="more"> <a href="([^"]+)"')


def page(client: Client, address: str = "/", status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return html_of(answer)


def html_of(answer: HttpResponseBase) -> str:
    """The answer's body, however its lines are broken."""
    assert isinstance(answer, HttpResponse)
    return " ".join(answer.content.decode().split())


def fragment(client: Client, address: str, **headers: str) -> str:
    """What htmx gets; `target` and `current_url` are its headers."""
    named = {f"HX-{name.replace('_', '-')}": value for name, value in headers.items()}
    answer = client.get(address, headers={"HX-Request": "true", **named})
    assert answer.status_code == 200
    return html_of(answer)


def post(client: Client, verb: str, **data: object) -> HttpResponse:
    """What a form of the page sends."""
    answer = client.post(f"/{verb}/", data)
    assert isinstance(answer, HttpResponse)
    return answer


def post_htmx(client: Client, verb: str, shown: str = "/", **data: object) -> str:
    """What htmx gets for the same, with the page `shown` on the screen."""
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{shown}"}
    answer = client.post(f"/{verb}/", data, headers=headers)
    assert answer.status_code == 200
    return html_of(answer)


def rows(html: str) -> list[str]:
    return ROW.findall(html)


def older(html: str) -> str:
    """The address of the next page, empty at the end."""
    found = OLDER.search(html)
    return found[1].replace("&amp;", "&") if found else ""


def queries(client: Client, address: str) -> int:
    """Of a page that is not the first: that one wakes the accounts besides."""
    page(client, address)
    with CaptureQueriesContext(connection) as captured:
        page(client, address)
    return len(captured)
