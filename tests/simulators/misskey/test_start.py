"""The simulator as a program of its own."""

import signal
import subprocess
import sys
from pathlib import Path

import requests

ROOT = Path(__file__).parents[3]


def test_program_says_where_it_listens_and_ends_on_a_signal() -> None:
    command = [sys.executable, "-m", "simulators.misskey", "--port", "0"]
    arguments = ["--profile", "2024.11", "--name", "Old one", "--world", "empty"]
    with subprocess.Popen(  # noqa: S603  # our own program, no shell
        [*command, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        word, url = program.stdout.readline().split()
        meta = requests.post(f"{url}/api/meta", json={}, timeout=5).json()
        program.send_signal(signal.SIGTERM)
        assert program.wait(10) == 0
    assert word == "ready"
    assert (meta["version"], meta["name"], meta["uri"]) == ("2024.11.0", "Old one", url)
