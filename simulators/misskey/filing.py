"""Files of the drive: uploaded bytes, or pictures that are drawn when asked for."""

import hashlib

from simulators.misskey.records import File, User
from simulators.misskey.state import State


def keep(state: State, owner: User, name: str, mime: str, content: bytes) -> File:
    """Keep uploaded bytes."""
    row_id, created = state.stamp()
    row = File(
        row_id,
        created,
        owner.id,
        name,
        mime,
        content=content,
        size=len(content),
        md5=hashlib.md5(content, usedforsecurity=False).hexdigest(),
    )
    state.files[row.id] = row
    return row


def picture(
    state: State,
    owner: User,
    key: str,
    *,
    size: tuple[int, int],
    comment: str | None = None,
    sensitive: bool = False,
    moment: int | None = None,
) -> File:
    """Keep a picture by the key of its drawing; see `simulators.pictures`."""
    row_id, created = state.stamp(moment)
    row = File(
        row_id,
        created,
        owner.id,
        f"{key}.webp",
        "image/webp",
        picture=key,
        size=size[0] * size[1] // 12,
        md5=hashlib.md5(key.encode(), usedforsecurity=False).hexdigest(),
        width=size[0],
        height=size[1],
        comment=comment,
        sensitive=sensitive,
    )
    state.files[row.id] = row
    return row
