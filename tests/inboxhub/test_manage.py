"""What is wrong around the program ends in one line that names the next step."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from inboxhub.keys import ROOT


def manage(
    folder: Path,
    *arguments: str | bytes,
    **variables: str,
) -> subprocess.CompletedProcess[str]:
    """A command in a folder of its own, with nothing else in its environment."""
    mine = {"PATH": os.environ["PATH"], "INBOXHUB_VAR": str(folder), **variables}
    return subprocess.run(  # noqa: S603  ourselves
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=mine,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DATABASE_URL", "sqlite:////nowhere/inboxhub.sqlite3", "DATABASE_URL"),
        ("DATABASE_URL", "nonsense", "DATABASE_URL names no database"),
        ("INBOXHUB_LOG_LEVEL", "loud", "INBOXHUB_LOG_LEVEL is none of DEBUG"),
        ("INBOXHUB_SIGNUP", "", "manage.py migrate"),
    ],
)
def test_command_ends_in_a_line_that_says_what_it_lacks(
    tmp_path: Path,
    name: str,
    value: str,
    words: str,
) -> None:
    done = manage(tmp_path, "accounts", "me", **{name: value})
    assert done.returncode == 1
    assert words in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["serve", "streams"])
def test_server_does_not_start_on_a_database_that_is_not_set_up(
    tmp_path: Path,
    command: str,
) -> None:
    done = manage(tmp_path, command)
    assert done.returncode == 1
    assert "`manage.py migrate` brings it up to date" in done.stderr.splitlines()[-1]


def test_argument_that_is_no_text_finds_nobody(tmp_path: Path) -> None:
    assert manage(tmp_path, "migrate", "--verbosity", "0").returncode == 0
    done = manage(tmp_path, "messages", b"m\xffe", b"\xff")
    assert done.returncode == 1
    assert "There is no user named" in done.stderr
    assert "Traceback" not in done.stderr
