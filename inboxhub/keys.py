"""The installation's secrets: made once, kept in files that only their owner reads.

Settings only read the environment. `ensure()` runs before them (in `manage.py` and the
servers' entry points) and puts what it made or found into `os.environ`.
"""

import base64
import os
import secrets
import stat
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class KeyFileUnsafe(SystemExit):
    """A key file can be read by others than its owner; the text says how to mend it."""


def var_folder() -> Path:
    """The folder of everything mutable: `INBOXHUB_VAR`, otherwise `var/` beside us."""
    given = os.environ.get("INBOXHUB_VAR", "")
    return Path(given).expanduser().resolve() if given else ROOT / "var"


def new_key(name: str = "k1") -> str:
    """One entry of the key ring: `name:base64 of 32 random bytes`."""
    return f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def ensure() -> None:
    """Give the environment `SECRET_KEY` and `INBOXHUB_KEYS`, made on the first start.

    Two processes that start at once agree: the file is created exclusively, and the
    slower one reads what the faster one wrote.
    """
    folder = var_folder()
    if not os.environ.get("SECRET_KEY"):
        path = folder / "secret-key"
        os.environ["SECRET_KEY"] = _kept(path, secrets.token_urlsafe(50))
    if not os.environ.get("INBOXHUB_KEYS"):
        os.environ["INBOXHUB_KEYS"] = _kept(folder / "keys", new_key())


def _kept(path: Path, fresh: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(fresh + "\n")
    try:
        # A link appears whole or not at all: nobody ever reads half a key.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyFileUnsafe(
            f"{path} can be read by other users. Run: chmod 600 {path}",
        )
    return path.read_text().strip()
