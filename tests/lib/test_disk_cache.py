"""Bytes on disk: whole or not there, and never much more than the cap."""

import os
from pathlib import Path

import pytest

from inboxhub.lib.disk_cache import DiskCache


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*/*"))


def used_at(folder: Path, name: str, moment: float) -> None:
    os.utime(folder / name[:2] / name, (moment, moment))


def test_what_was_put_is_got_by_another_process_too(tmp_path: Path) -> None:
    DiskCache(tmp_path, 1000).put("ab1", b"one")
    assert DiskCache(tmp_path, 1000).get("ab1") == b"one"
    assert DiskCache(tmp_path, 1000).get("ab2") is None


def test_the_least_used_go_above_the_cap(tmp_path: Path) -> None:
    kept = DiskCache(tmp_path, 100)
    for number, name in enumerate(["aa1", "bb2", "cc3"]):
        kept.put(name, b"x" * 30)
        used_at(tmp_path, name, 1000.0 + number)
    kept.get("aa1")
    kept.put("dd4", b"x" * 30)
    assert files(tmp_path) == ["aa1", "cc3", "dd4"]


def test_cap_counts_what_an_earlier_process_left(tmp_path: Path) -> None:
    for number in range(10):
        DiskCache(tmp_path, 100_000).put(f"aa{number}", b"x" * 1000)
    DiskCache(tmp_path, 5000).put("bb1", b"x" * 10)
    assert len(files(tmp_path)) == 5
    assert "bb1" in files(tmp_path)


def test_draft_of_a_killed_process_is_no_file_and_goes_later(tmp_path: Path) -> None:
    kept = DiskCache(tmp_path, 1000)
    kept.put("aa1", b"whole")
    for name, moment in ((".draft-old", 1000.0), (".draft-new", None)):
        path = tmp_path / "aa" / name
        path.write_bytes(b"half")
        if moment:
            os.utime(path, (moment, moment))
    kept.sweep()
    assert files(tmp_path) == [".draft-new", "aa1"]


@pytest.mark.parametrize("broken", ["file", "missing"])
def test_folder_that_cannot_be_written_is_an_empty_cache(
    tmp_path: Path,
    broken: str,
) -> None:
    folder = tmp_path / "media"
    if broken == "file":
        folder.write_text("in the way")
    kept = DiskCache(folder / "deeper", 1000)
    if broken == "file":
        kept.put("aa1", b"x")
    assert kept.get("aa1") is None
    kept.sweep()
