"""What is wrong around the program ends in one line that names the next step."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from inboxhub.keys import ROOT


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
    done = subprocess.run(
        [sys.executable, "manage.py", "accounts", "me"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "INBOXHUB_VAR": str(tmp_path), name: value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert words in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
