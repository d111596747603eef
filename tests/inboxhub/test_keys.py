"""Keys: made once, for their owner only, the same for processes that start together."""

import subprocess
import sys
from pathlib import Path

import pytest

from inboxhub import keys

SHOW = (
    "from inboxhub import keys; keys.ensure(); import os;"
    "print(os.environ['SECRET_KEY'], os.environ['INBOXHUB_KEYS'])"
)


def start(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603  ourselves
        [sys.executable, "-c", SHOW],
        env={"INBOXHUB_VAR": str(folder)},
        cwd=keys.ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_keys_are_made_once_and_only_for_their_owner(tmp_path: Path) -> None:
    first, _ = start(tmp_path).communicate()
    second, _ = start(tmp_path).communicate()
    assert first == second
    modes = {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == {0o600}


def test_processes_that_start_together_agree(tmp_path: Path) -> None:
    processes = [start(tmp_path / "new") for _ in range(6)]
    assert len({process.communicate()[0] for process in processes}) == 1


def test_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    start(tmp_path).communicate()
    (tmp_path / "keys").chmod(0o644)
    process = start(tmp_path)
    _, error = process.communicate()
    assert process.returncode != 0
    assert "chmod 600" in error


def test_given_keys_are_kept_and_nothing_is_written(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("INBOXHUB_VAR", str(tmp_path / "never"))
    keys.ensure()
    assert not (tmp_path / "never").exists()
