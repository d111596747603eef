"""The simulator as a program of its own."""

import signal
import subprocess
import sys
from pathlib import Path

import requests

ROOT = Path(__file__).parents[3]


def test_program_says_where_it_listens_and_ends_on_a_signal() -> None:
    command = [sys.executable, "-m", "simulators.mastodon", "--port", "0"]
    arguments = ["--profile", "gotosocial", "--name", "Small", "--world", "demo"]
    uri = ["--uri", "https://small.example"]
    with subprocess.Popen(  # noqa: S603  # our own program, no shell
        [*command, *arguments, *uri], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        word, url = program.stdout.readline().split()
        answer = requests.get(f"{url}/api/v1/instance", timeout=5).json()
        program.send_signal(signal.SIGTERM)
        assert program.wait(10) == 0
    assert word == "ready"
    assert (answer["uri"], answer["title"]) == ("small.example", "Small")
