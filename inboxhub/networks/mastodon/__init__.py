from inboxhub.networks.mastodon.client import Client

__all__ = ["Client"]
