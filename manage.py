#!/usr/bin/env python
"""Django's door: makes the keys where they are missing, then runs a command."""

import os
import sys

from django.core.management import execute_from_command_line

from inboxhub import keys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inboxhub.settings")
    keys.ensure()
    if "serve" not in sys.argv[1:2]:
        # Commands answer on standard error with one line of their own.
        os.environ.setdefault("INBOXHUB_LOG_LEVEL", "ERROR")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
