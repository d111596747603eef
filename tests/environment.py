"""The tests' own world: fixed keys and a folder that goes away, set before settings."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_folder = Path(tempfile.mkdtemp(prefix="inboxhub-tests-"))
atexit.register(shutil.rmtree, _folder, ignore_errors=True)

for _name in list(os.environ):
    if _name.startswith(("INBOXHUB_", "MIXI_")) or _name == "REDIS_URL":
        del os.environ[_name]
os.environ.update(
    INBOXHUB_VAR=str(_folder),
    SECRET_KEY="tests-only",
    INBOXHUB_KEYS="t1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
)
