"""Whether the database has the tables that this version of the program works with."""

from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def refuse_old_database() -> None:
    """CommandError unless every migration was applied: each page would be an error."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CommandError(
            "The database is not set up, or older than this version of the program."
            " `manage.py migrate` brings it up to date; then start again.",
        )
