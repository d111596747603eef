"""The one table of the networks that can be linked."""

from accounts.providers.misskey import way as misskey
from accounts.providers.way import Way

PROVIDERS: dict[str, Way] = {
    "misskey": misskey.WAY,
}
