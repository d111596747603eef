"""Picture files without what they say about place, camera and time; pixels stay as they are.

Only what a picture needs to look the same is copied: its data, colours and animation.
Whatever else a file holds, between those parts or behind its end, is left out.

JPEG: ITU-T T.81, JFIF 1.02. PNG: W3C PNG, third edition. GIF: GIF89a. WebP: RFC 9649.
"""

from collections.abc import Callable, Iterator

JFIF, ICC, ADOBE = b"JFIF\0", b"ICC_PROFILE\0", b"Adobe"
START, SCAN, END = 0xD8, 0xDA, 0xD9
# Frames, tables of both kinds, scans and the interval of restarts.
JPEG_PARTS = frozenset([*range(0xC0, 0xC8), *range(0xC9, 0xD0), SCAN, 0xDB, 0xDD])
PNG_HEAD = b"\x89PNG\r\n\x1a\n"
PNG_END = b"\0\0\0\0IEND\xaeB`\x82"
PNG_PARTS = frozenset(
    b"IHDR PLTE IDAT tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs"
    b" acTL fcTL fdAT".split()
)
GIF_EXTENSION, GIF_PICTURE, GIF_END = 0x21, 0x2C, 0x3B
GIF_CONTROL, GIF_APPLICATION = 0xF9, 0xFF
GIF_APPLICATIONS = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")
WEBP_PARTS = frozenset([b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"])
WEBP_FRAME_PARTS = frozenset([b"VP8 ", b"VP8L", b"ALPH"])
WEBP_TELLS = 0x08 | 0x04  # flags of VP8X: there is EXIF, there is XMP


class Broken(ValueError):
    """The file is not built as its kind says."""


def bare(kind: str, body: bytes) -> bytes:
    """The file without them: jpeg, png, gif or webp. Broken where it cannot be read."""
    strip: dict[str, Callable[[bytes], Iterator[bytes]]]
    strip = {"jpeg": _jpeg, "png": _png, "gif": _gif, "webp": _webp}
    try:
        return b"".join(strip[kind](body))
    except IndexError as error:
        raise Broken("is cut off") from error


def _part(body: bytes, start: int, size: int) -> bytes:
    found = body[start : start + size]
    if len(found) < size:
        raise Broken("is cut off")
    return found


# --- JPEG -----------------------------------------------------------------------------


def _jpeg(body: bytes) -> Iterator[bytes]:
    """Segments up to the first end of a picture: others may follow it."""
    if body[:2] != bytes([0xFF, START]):
        raise Broken("does not begin as a JPEG")
    yield body[:2]
    at = 2
    while True:
        while _part(body, at, 2) == b"\xff\xff":
            at += 1
        if body[at] != 0xFF:
            raise Broken("has no segment there")
        marker = body[at + 1]
        if marker == END:
            yield body[at : at + 2]
            return
        size = int.from_bytes(_part(body, at + 2, 2))
        if size < 2:
            raise Broken("has a segment without a size")
        yield _segment(marker, _part(body, at + 4, size - 2))
        at += 2 + size
        if marker == SCAN:
            end = _end_of_scan(body, at)
            yield body[at:end]
            at = end


def _segment(marker: int, data: bytes) -> bytes:
    if 0xE0 <= marker <= 0xEF or marker == 0xFE:
        if marker == 0xE0 and data.startswith(JFIF) and len(data) >= 14:
            data = data[:12] + b"\0\0"  # without its thumbnail
        elif marker == 0xEE and data.startswith(ADOBE):
            data = data[:12]
        elif not (marker == 0xE2 and data.startswith(ICC)):
            return b""
    elif marker not in JPEG_PARTS:
        return b""
    return bytes([0xFF, marker]) + (len(data) + 2).to_bytes(2) + data


def _end_of_scan(body: bytes, at: int) -> int:
    """Where the next segment begins: behind `FF` that is neither a value nor a restart."""
    while True:
        at = body.find(b"\xff", at)
        if at < 0:
            raise Broken("is cut off")
        if body[at + 1] != 0 and not 0xD0 <= body[at + 1] <= 0xD7:
            return at
        at += 2


# --- PNG ------------------------------------------------------------------------------


def _png(body: bytes) -> Iterator[bytes]:
    if not body.startswith(PNG_HEAD):
        raise Broken("does not begin as a PNG")
    yield PNG_HEAD
    at, name = len(PNG_HEAD), b""
    while name != b"IEND":
        size = int.from_bytes(_part(body, at, 4)) + 12
        chunk = _part(body, at, size)
        name = chunk[4:8]
        if name in PNG_PARTS:
            yield chunk
        at += size
    yield PNG_END


# --- GIF ------------------------------------------------------------------------------


def _gif(body: bytes) -> Iterator[bytes]:
    if body[:6] not in (b"GIF87a", b"GIF89a"):
        raise Broken("does not begin as a GIF")
    at = 13 + _colours(body[10])
    yield _part(body, 0, at)
    while at < len(body) and body[at] != GIF_END:
        begins, keeps = at, True
        if body[at] == GIF_PICTURE:
            at += 11 + _colours(body[at + 9])
        elif body[at] == GIF_EXTENSION:
            name = body[at + 3 : at + 14]
            loops = body[at + 1] == GIF_APPLICATION and name in GIF_APPLICATIONS
            keeps = loops or body[at + 1] == GIF_CONTROL
            at += 2
        else:
            raise Broken("has no block there")
        at = _end_of_blocks(body, at)
        if keeps:
            yield _part(body, begins, at - begins)
    yield bytes([GIF_END])


def _colours(flags: int) -> int:
    """Bytes of the table of colours that follows, if one does."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _end_of_blocks(body: bytes, at: int) -> int:
    while body[at]:
        at += 1 + body[at]
    return at + 1


# --- WebP -----------------------------------------------------------------------------


def _webp(body: bytes) -> Iterator[bytes]:
    if body[:4] != b"RIFF" or body[8:12] != b"WEBP":
        raise Broken("does not begin as a WebP")
    end = 8 + int.from_bytes(_part(body, 4, 4), "little")
    chunks = b"".join(_chunks(body[:end], 12))
    yield b"RIFF" + (len(chunks) + 4).to_bytes(4, "little") + b"WEBP" + chunks


def _chunks(
    body: bytes, at: int, parts: frozenset[bytes] = WEBP_PARTS
) -> Iterator[bytes]:
    while at + 8 <= len(body):
        name = body[at : at + 4]
        size = int.from_bytes(body[at + 4 : at + 8], "little")
        data = _part(body, at + 8, size)
        at += 8 + size + size % 2
        if name not in parts:
            continue
        if name == b"VP8X" and data:
            data = bytes([data[0] & ~WEBP_TELLS]) + data[1:]
        if name == b"ANMF":
            data = data[:16] + b"".join(_chunks(data, 16, WEBP_FRAME_PARTS))
        yield name + len(data).to_bytes(4, "little") + data + b"\0" * (len(data) % 2)
