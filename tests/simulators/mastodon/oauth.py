"""The steps of a program that wants a token, and of the person in front of it."""

import base64
import hashlib
from dataclasses import dataclass, field
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import requests

from simulators.mastodon import Simulator
from simulators.visitor import PageReader

BACK = "http://localhost:8000/back?from=there"
SCOPES = "read write:conversations write:statuses"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-0"
Json = dict[str, object]


@dataclass
class Program:
    """A registered program; `register` comes first."""

    sim: Simulator
    client: dict[str, str] = field(default_factory=dict)

    def register(self, **given: str) -> requests.Response:
        asked = {"client_name": "Inbox <b>", "redirect_uris": BACK, "scopes": SCOPES}
        url = f"{self.sim.url}/api/v1/apps"
        answer = requests.post(url, data=asked | given, timeout=5)
        if answer.status_code == 200:
            self.client = {
                key: answer.json()[key] for key in ("client_id", "client_secret")
            }
        return answer

    def address(self, **given: str) -> str:
        """Where the person is sent."""
        digest = hashlib.sha256(VERIFIER.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self.client["client_id"],
            "redirect_uri": BACK,
            "scope": SCOPES,
            "state": "a b",
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        asked = {key: value for key, value in (query | given).items() if value}
        return f"{self.sim.url}/oauth/authorize?{urlencode(asked)}"

    def code(self, user: str = "alice", **given: str) -> str:
        """The code that an approval brings back."""
        return told(self.sim.approve(self.address(**given), user))["code"]

    def exchange(self, code: str, **given: str) -> requests.Response:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": BACK,
            "code_verifier": VERIFIER,
            **self.client,
            **given,
        }
        return requests.post(f"{self.sim.url}/oauth/token", data=form, timeout=5)

    def token(self, user: str = "alice", **given: str) -> str:
        """The whole way."""
        word: str = self.exchange(self.code(user, **given)).json()["access_token"]
        return word


def told(address: str) -> dict[str, str]:
    """What a callback's address says."""
    return {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}


class Browser:
    """One cookie jar and one page; stops at the way back to the program."""

    def __init__(self, sim: Simulator) -> None:
        self.sim = sim
        self.session = requests.Session()
        self.session.trust_env = False
        self.answer = requests.Response()

    def open(self, url: str) -> None:
        self._follow(self.session.get(url, timeout=5, allow_redirects=False))

    def press(self, decision: str = "", **typed: str) -> None:
        """Fill the page's only form and press a button."""
        (form,) = self.page().forms
        values = {**form.values, **typed}
        values |= {"decision": decision} if decision else {}
        url = f"{self.sim.url}{form.action or urlsplit(self.answer.url).path}"
        self._follow(
            self.session.post(url, data=values, timeout=5, allow_redirects=False)
        )

    def page(self) -> PageReader:
        reader = PageReader()
        reader.feed(self.answer.text)
        return reader

    def back(self) -> dict[str, str]:
        """What the program was told, once the browser has left the host."""
        return dict(parse_qsl(urlsplit(self.answer.headers["Location"]).query))

    def _follow(self, answer: requests.Response) -> None:
        self.answer = answer
        place = answer.headers.get("Location", "")
        if place.startswith("/"):
            self.open(f"{self.sim.url}{place}")
