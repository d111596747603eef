"""`python -m benchmarks [--quick] [NAME …]`: one JSON object per benchmark.

Each runs our code and the leanest correct program that does the same, in turns, in one
process; the ratio of the medians is what counts. Exit code 1 when a target is missed.
"""

import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile

import django
from django.core.management import call_command

BENCHMARKS = ("page", "ingest", "push", "sockets", "bulk")


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("names", nargs="*", choices=[*BENCHMARKS, []])
    given = parser.parse_args()
    if len(given.names) == 1:
        return measure(given.names[0], quick=given.quick)
    # A process each: no benchmark inherits another's caches or database.
    more = ["--quick"] if given.quick else []
    codes = [
        subprocess.run(  # noqa: S603  ourselves
            [sys.executable, "-m", "benchmarks", *more, name],
            check=False,
        ).returncode
        for name in given.names or BENCHMARKS
    ]
    return max(codes)


def measure(name: str, *, quick: bool) -> int:
    """One benchmark, here, in a folder that goes away."""
    with tempfile.TemporaryDirectory(prefix="inboxhub-benchmark-") as folder:
        set_up(folder)
        result = importlib.import_module(f"benchmarks.{name}").run(quick=quick)
    print(json.dumps({"name": name, **result}), flush=True)
    return 0 if result["ok"] else 1


def set_up(folder: str) -> None:
    """A database of its own, migrated."""
    os.environ.update(
        INBOXHUB_VAR=folder,
        SECRET_KEY="benchmarks-only",  # noqa: S106  no secret
        INBOXHUB_KEYS="b1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
        DJANGO_SETTINGS_MODULE="inboxhub.settings",
    )
    django.setup()
    call_command("migrate", verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
