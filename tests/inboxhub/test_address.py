"""One address for the whole site, whatever the visitor or the proxy says."""

import pytest
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db

ENTRANCE = "/accounts/signup/"


@pytest.fixture(autouse=True)
def own_address(settings: Settings) -> None:
    settings.INBOXHUB_URL = "https://testserver"


def where(client: Client, address: str, **headers: str) -> str:
    """Where a visitor is sent, empty when the page is there."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = client.get(address, headers=named)
    return answer.headers.get("Location", "")


def test_other_name_of_the_site_leads_to_its_address(client: Client) -> None:
    assert where(client, "/?q=a", host="localhost:1") == "https://testserver/?q=a"
    assert where(client, ENTRANCE) == ""


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example/", "/%0d%0aX:y"])
def test_path_is_never_taken_for_a_host(client: Client, path: str) -> None:
    assert where(client, path, host="localhost").startswith("https://testserver/")


def test_name_that_is_not_ours_is_refused(client: Client) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
    assert where(client, ENTRANCE, X_Forwarded_Host="evil.example") == ""


def test_page_in_the_clear_leads_to_tls_where_the_proxy_says_so(client: Client) -> None:
    assert (
        where(client, ENTRANCE, X_Forwarded_Proto="http")
        == f"https://testserver{ENTRANCE}"
    )
    assert where(client, ENTRANCE, X_Forwarded_Proto="https") == ""
