"""What follows from `INBOXHUB_URL`: cookies, trust in a proxy, one spelling."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from inboxhub.keys import ROOT

NAMES = (
    "INBOXHUB_URL",
    "ALLOWED_HOSTS",
    "SECURE_PROXY_SSL_HEADER",
    "SECURE_HSTS_SECONDS",
    "SESSION_COOKIE_NAME",
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "LANGUAGE_COOKIE_SECURE",
    "ALLAUTH_TRUSTED_PROXY_COUNT",
)


def python(code: str, folder: Path, url: str) -> str:
    """What the code prints in a process with that address."""
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "inboxhub.settings",
        "INBOXHUB_VAR": str(folder),
        "INBOXHUB_URL": url,
    }
    done = subprocess.run(  # noqa: S603  ourselves
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout + done.stderr


def read(folder: Path, url: str) -> dict[str, object]:
    code = f"""
import json
from django.conf import settings
print(json.dumps({{name: getattr(settings, name, None) for name in {NAMES!r}}}))
"""
    found: dict[str, object] = json.loads(python(code, folder, url))
    return found


def test_site_with_tls_keeps_its_cookies_to_itself(tmp_path: Path) -> None:
    found = read(tmp_path, "https://inbox.example")
    for name in ("SESSION_COOKIE", "CSRF_COOKIE", "LANGUAGE_COOKIE"):
        assert found[f"{name}_SECURE"] is True
    assert found["SESSION_COOKIE_NAME"] == "__Host-sessionid"
    assert found["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]
    assert found["ALLAUTH_TRUSTED_PROXY_COUNT"] == 1
    assert found["SECURE_HSTS_SECONDS"]


def test_site_without_tls_believes_no_header(tmp_path: Path) -> None:
    found = read(tmp_path, "http://localhost:8000")
    assert found["SECURE_PROXY_SSL_HEADER"] is None
    assert found["ALLAUTH_TRUSTED_PROXY_COUNT"] == 0
    assert found["SESSION_COOKIE_SECURE"] is False


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://Inbox.Example:443/", "https://inbox.example"),
        ("http://INBOX.example:80", "http://inbox.example"),
        ("https://inbox.example:8443", "https://inbox.example:8443"),
        ("", "http://localhost:8000"),
    ],
)
def test_address_is_kept_as_browsers_write_it(
    tmp_path: Path,
    typed: str,
    kept: str,
) -> None:
    assert read(tmp_path, typed)["INBOXHUB_URL"] == kept


def test_deployment_check_finds_nothing_that_we_decide(tmp_path: Path) -> None:
    """Left are other hosts of the domain (W005, W021) and the proxy's redirect (W008)."""
    code = """
from inboxhub import keys
keys.ensure()
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "check", "--deploy"])
"""
    said = python(code, tmp_path, "https://inbox.example")
    found = {part.split(")")[0] for part in said.split("(security.")[1:]}
    assert found <= {"W005", "W008", "W021"}
