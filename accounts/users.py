"""The user whom a command's first argument names."""

from django.contrib.auth.models import User
from django.core.management.base import CommandError


def user_named(name: object) -> User:
    """The user of that name, or a CommandError that says where names come from."""
    user = User.objects.filter(username=name).first()
    if user is None:
        raise CommandError(f"There is no user named {name}; sign up on the site first.")
    return user
