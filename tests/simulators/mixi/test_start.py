"""The simulator as a program of its own."""

import signal
import subprocess
import sys
from pathlib import Path

import requests

ROOT = Path(__file__).parents[3]
OPTIONS = {
    "--port": "0",
    "--world": "empty",
    "--client-id": "a-key",
    "--client-secret": "a-secret",
    "--redirect-uri": "http://localhost:8000/back/",
    "--switch": "max_count=7",
}


def test_program_says_where_it_listens_and_ends_on_a_signal() -> None:
    arguments = [part for pair in OPTIONS.items() for part in pair]
    command = [sys.executable, "-m", "simulators.mixi", *arguments]
    with subprocess.Popen(  # noqa: S603  # our own program, no shell
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        word, url = program.stdout.readline().split()
        state = requests.get(f"{url}/_sim/state", timeout=5).json()
        program.send_signal(signal.SIGTERM)
        assert program.wait(10) == 0
    assert word == "ready"
    client = {"id": "a-key", "redirect_uri": "http://localhost:8000/back/"}
    assert state["client"] == client
    assert state["silences"]["max_count"] == 7
