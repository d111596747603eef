"""A person without a browser: signs up at an InboxHub and links accounts by its pages.

`python -m simulators.visitor SITE NAME PASSWORD HOST=PERSON …` goes the way that a
person goes: it reads the pages, fills the forms that it finds there, approves on the
host's own page and comes back. It knows addresses, not code.
"""

import argparse
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import requests

TIMEOUT = 30.0


class LostTheWay(Exception):
    """A page did not hold what a person would look for there."""


@dataclass
class Form:
    """A form of a page: where it goes and what it holds before anybody types."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)


class PageReader(HTMLParser):
    """Collects the forms and links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        match tag:
            case "a" if "href" in given:
                self.links.append(given["href"])
            case "form":
                method = given.get("method", "get").lower()
                self.forms.append(Form(given.get("action", ""), method))
            case "input" | "button" | "textarea" if self.forms and given.get("name"):
                self._field(given)
            case "select" if self.forms:
                self._select = given.get("name", "")
            case "option" if self.forms and self._select:
                form = self.forms[-1]
                form.choices.setdefault(self._select, []).append(given.get("value", ""))
                if "selected" in given or self._select not in form.values:
                    form.values[self._select] = given.get("value", "")
            case _:
                pass

    def _field(self, given: dict[str, str]) -> None:
        form, name, value = self.forms[-1], given["name"], given.get("value", "")
        kind = given.get("type", "")
        if kind in ("submit", "radio", "checkbox") and "checked" not in given:
            form.choices.setdefault(name, []).append(value)
        else:
            form.values[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""


class Visitor:
    """One person with one cookie jar."""

    def __init__(self, site: str) -> None:
        self.site = site.rstrip("/")
        self.session = requests.Session()
        self.session.trust_env = False
        self.answer = requests.Response()
        self.page = PageReader()

    def open(self, address: str) -> None:
        self._read(self.session.get(urljoin(f"{self.site}/", address), timeout=TIMEOUT))

    def submit(self, form: Form, **typed: str) -> None:
        target = urljoin(self.answer.url, form.action)
        values = {**form.values, **typed}
        if form.method == "get":
            answer = self.session.get(target, params=values, timeout=TIMEOUT)
        else:
            headers = {"Referer": self.answer.url}
            answer = self.session.post(
                target,
                data=values,
                headers=headers,
                timeout=TIMEOUT,
            )
        self._read(answer)

    def form_with(self, *names: str) -> Form:
        for form in self.page.forms:
            if all(name in {*form.values, *form.choices} for name in names):
                return form
        raise LostTheWay(f"no form with {', '.join(names)} on {self.answer.url}")

    def _read(self, answer: requests.Response) -> None:
        if answer.status_code >= 400:
            raise LostTheWay(f"{answer.url} answered {answer.status_code}")
        self.answer, self.page = answer, PageReader()
        self.page.feed(answer.text)

    # --- What a person does -----------------------------------------------------------

    def sign_up(self, name: str, password: str) -> None:
        self.open("/accounts/signup/")
        form = self.form_with("username", "password1")
        self.submit(form, username=name, password1=password)

    def link(self, host: str, person: str) -> None:
        """Type the host, go to its page, approve as `person`, come back."""
        self.open("/accounts/link/")
        self.submit(self.form_with("address"), address=host)
        there = [link for link in self.page.links if urlsplit(link).netloc == host]
        approve = next((link for link in there if _asks(link)), None)
        if approve is None:
            raise LostTheWay(f"no way from {self.answer.url} to {host}")
        self.open(approve)
        if not any(
            "decision" in form.choices | form.values for form in self.page.forms
        ):
            self.submit(
                self.form_with("user"), user=person
            )  # signs in on a page before
        form = self.form_with("user", "decision")
        # Whoever is asked to stay allowed says yes, as we tell people to.
        always = {"always": "1"} if "always" in form.choices else {}
        self.submit(form, user=person, decision="allow", **always)
        if not self.answer.url.startswith(self.site):
            raise LostTheWay(f"{host} did not send us back, but to {self.answer.url}")


def _asks(link: str) -> bool:
    """Whether an address looks like a page that asks for approval."""
    path = urlsplit(link).path
    return "/miauth/" in path or "authorize" in path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site")
    parser.add_argument("name")
    parser.add_argument("password")
    parser.add_argument("links", nargs="*", metavar="HOST=PERSON")
    given = parser.parse_args()
    visitor = Visitor(given.site)
    try:
        visitor.sign_up(given.name, given.password)
        for link in given.links:
            host, _, person = link.partition("=")
            visitor.link(host, person)
            print(f"linked {person} on {host}")
    except (LostTheWay, requests.RequestException) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
