"""Bytes on disk by name: the least used go when the folder passes its cap."""

import os
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

_SWEEP_SHARE = 16
_KEPT_SHARE = 0.9
_DRAFT_SECONDS = 3600.0


class DiskCache:
    """A folder of at most about `cap` bytes, shared by threads and processes.

    A file appears whole or not at all, also when the process is killed: it is written
    under another name first. Names are letters and digits. A disk that is full or gone
    makes the cache empty, never an error.
    """

    def __init__(self, folder: Path, cap: int) -> None:
        self._folder = folder
        self._cap = cap
        self._sweeping = threading.Lock()
        # As if much were written already: the first `put` looks what is there.
        self._written = cap

    def get(self, name: str) -> bytes | None:
        """What was put under the name, which counts as a use of it."""
        path = self._path(name)
        try:
            body = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        return body

    def put(self, name: str, body: bytes) -> None:
        """Keep the bytes, and make room where too many are kept."""
        path = self._path(name)
        draft = ""
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor, draft = tempfile.mkstemp(prefix=".draft-", dir=path.parent)
            with os.fdopen(descriptor, "wb") as file:
                file.write(body)
            Path(draft).replace(path)
        except OSError:
            with suppress(OSError):
                Path(draft).unlink()
            return
        self._written += len(body)
        if self._written > self._cap // _SWEEP_SHARE:
            self.sweep()

    def sweep(self) -> None:
        """Remove the least used files above the cap, and drafts that a kill left."""
        if not self._sweeping.acquire(blocking=False):
            return
        try:
            self._written = 0
            files = sorted(self._files())
            total = sum(size for _, size, _ in files)
            if total > self._cap:
                self._remove(files, total - int(self._cap * _KEPT_SHARE))
        finally:
            self._sweeping.release()

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name

    def _files(self) -> list[tuple[float, int, Path]]:
        """(last use, bytes, path) of each file; old drafts are removed on the way."""
        found = []
        for path in self._folder.glob("*/*"):
            with suppress(OSError):
                status = path.stat()
                old = status.st_mtime < time.time() - _DRAFT_SECONDS
                if path.name.startswith(".draft-") and old:
                    path.unlink()
                else:
                    found.append((status.st_mtime, status.st_size, path))
        return found

    @staticmethod
    def _remove(files: list[tuple[float, int, Path]], excess: int) -> None:
        for _, size, path in files:
            if excess <= 0:
                return
            with suppress(OSError):
                path.unlink()
            excess -= size
