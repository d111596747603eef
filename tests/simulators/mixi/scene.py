"""One person's program, and how it calls a simulated mixi."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests

from simulators.mixi import Simulator

Json = dict[str, object]
CALLBACK = "http://localhost:8000/accounts/mixi/callback/?from=here"
NOBODY = "0" * 32
INBOX, OUTBOX, NOTICES = "@inbox", "@outbox", "@noticebox"


@dataclass
class Scene:
    """A mixi and an access token."""

    sim: Simulator
    token: str

    def call(
        self, method: str, path: str, *, scheme: str = "Bearer", **more: object
    ) -> requests.Response:
        """Call an address of the API; `more` is what requests takes."""
        headers = more.pop("headers", {})
        assert isinstance(headers, Mapping)
        return requests.request(
            method,
            f"{self.sim.api_url}/{path}",
            headers={"Authorization": f"{scheme} {self.token}", **headers},
            timeout=5,
            **more,  # type: ignore[arg-type]  # passed on as it comes
        )

    def read(self, box: str, **query: object) -> list[Json]:
        """Return the entries of a box with all fields, unless the query says which."""
        answer = self.call(
            "GET", f"messages/@me/{box}", params={"fields": "@all", **query}
        )
        assert answer.status_code == 200, answer.text
        entries = answer.json()["entry"]
        assert isinstance(entries, list)
        return entries

    def send(self, **body: object) -> requests.Response:
        """Send a message; title and body have something in them."""
        letter = {"title": "件名", "body": "本文", **body}
        return self.call("POST", "messages/@me/@self/@outbox", json=letter)

    def mark(self, box: str, message: object, status: object) -> requests.Response:
        """Change the status of a message."""
        path = f"messages/@me/@self/{box}/{message}"
        return self.call("PUT", path, json={"status": status})

    def delete(self, box: str, *ids: object) -> requests.Response:
        """Delete many messages by their ids."""
        body = {"ids": list(ids)}
        return self.call("DELETE", f"messages/@me/@self/{box}", json=body)


def consent_url(sim: Simulator, **query: str) -> str:
    """Return the consent page's address as a program makes it."""
    asked = {
        "client_id": sim.client.id,
        "response_type": "code",
        "scope": "r_profile r_message w_message",
        "state": "a state/+",
        **query,
    }
    return f"{sim.authorize_url}?{urlencode({k: v for k, v in asked.items() if v})}"


def query_of(url: str) -> dict[str, str]:
    """Return the query of an address."""
    return dict(parse_qsl(urlsplit(url).query))


def ask_token(sim: Simulator, **form: str) -> requests.Response:
    """Call the token endpoint as the registered program; empty values are left out."""
    given = {
        "client_id": sim.client.id,
        "client_secret": sim.client.secret,
        "redirect_uri": CALLBACK,
        **form,
    }
    data = {key: value for key, value in given.items() if value}
    return requests.post(sim.token_url, data=data, timeout=5)


def trade(sim: Simulator, user: str = "sakura", **form: str) -> requests.Response:
    """Agree as somebody and trade the code for tokens."""
    code = query_of(sim.approve(consent_url(sim), user))["code"]
    given = {"grant_type": "authorization_code", "code": code, **form}
    return ask_token(sim, **given)


def renew(sim: Simulator, word: object, **form: str) -> requests.Response:
    """Trade a refresh token for new ones."""
    return ask_token(
        sim,
        grant_type="refresh_token",
        refresh_token=str(word),
        redirect_uri="",
        **form,
    )
