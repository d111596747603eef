"""What `manage.py demo` refuses before it touches anything."""

import socket
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command


def test_demo_leaves_a_port_alone_that_somebody_answers_at(tmp_path: Path) -> None:
    kept = tmp_path / "server.log"
    kept.write_text("of the demo that runs there")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with pytest.raises(CommandError, match=f"Port {port} .* choose another"):
            call_command("demo", "--port", port, "--folder", str(tmp_path))
    assert kept.exists()


def test_demo_refuses_what_is_no_port(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Port 70000"):
        call_command("demo", "--port", "70000", "--folder", str(tmp_path))


def test_demo_erases_no_folder_of_somebody_else(tmp_path: Path) -> None:
    kept = tmp_path / "letters.txt"
    kept.write_text("mine")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    with pytest.raises(CommandError, match="something else"):
        call_command("demo", "--port", port, "--folder", str(tmp_path))
    assert kept.read_text() == "mine"
