#!/usr/bin/env python
"""Django's door: makes the keys where they are missing, then runs a command."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db.utils import OperationalError

from inboxhub import keys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inboxhub.settings")
    keys.ensure()
    # What is no text in the terminal's encoding could neither be looked up nor shown.
    sys.argv = [os.fsencode(word).decode(errors="replace") for word in sys.argv]
    if not {"serve", "streams"} & set(sys.argv[1:2]):
        # Commands answer on standard error with one line of their own.
        os.environ.setdefault("INBOXHUB_LOG_LEVEL", "ERROR")
    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, OperationalError) as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(_sentence(error))


def _sentence(error: ImproperlyConfigured | OperationalError) -> str:
    """What is wrong around the program, and the next step."""
    if isinstance(error, ImproperlyConfigured):
        return f"A setting is wrong: {error}"
    return (
        f"The database can't be used: {error}. `manage.py migrate` sets it up;"
        " INBOXHUB_VAR or DATABASE_URL say where it is."
    )


if __name__ == "__main__":
    main()
