"""Pictures of strangers: known by their content, decoded within limits, made small."""

import io
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PIL import ExifTags, Image, ImageOps, JpegImagePlugin

from inboxhub.lib import metadata

PIXEL_CAP = 40_000_000
DECODING_SECONDS = 3.0
WAITING_SECONDS = 2.0
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
# Of AVIF, whose parts have fixed places: what may hold more than pictures and colours.
_BOXES_THAT_TELL = (b"Exif", b"mime", b"uuid", b"udta", b"ilst", b"free", b"skip")
_BOXES_OF_A_PICTURE = (b"ftyp", b"meta", b"mdat", b"moov")
_BOXES_WITH_TRACKS, _BOXES_WITH_TIMES = (
    (b"moov", b"trak", b"mdia"),
    (b"mvhd", b"tkhd", b"mdhd"),
)
_KINDS = {"MPO": "jpeg"}  # a JPEG with a second picture behind it
_WEBP_QUALITY = 82
# Between two blocks a decoder can be stopped; a JPEG can order a second's work in 4 KiB.
_BLOCK = 4096

# A picture of 40 megapixels takes 160 MB: only two are in memory at a time.
_places = threading.BoundedSemaphore(2)


class NotAPicture(Exception):
    """The content is none of the known kinds, broken, too large or too slow to decode."""


class Busy(Exception):
    """Other pictures were being decoded for too long; this one may be fine."""


def kind_of(body: bytes) -> str:
    """jpeg, png, gif, webp or avif, by the head of the file alone."""
    with _opened(body) as image:
        return _kind(image)


def checked(body: bytes) -> str:
    """The kind of a picture that can really be decoded."""
    with _place(), _opened(body) as image:
        image.load()
        return _kind(image)


def made_bare(body: bytes) -> tuple[str, bytes]:
    """The kind of a picture, and the file without what it says about place, camera and
    time; see `metadata`.

    Its pixels stay as they are, and so does an animation; only a picture that stands on
    its side is turned and encoded anew.
    """
    with _place():
        with _opened(body) as image:
            kind = _kind(image)
            turned = image.getexif().get(ExifTags.Base.Orientation, 1) in range(2, 9)
            bare = None if turned and not _moves(image) else _bare(kind, image, body)
            if bare is None:
                return kind, _made_anew(kind, image, ImageOps.exif_transpose(image))
        with _opened(bare) as image:
            image.load()
    return kind, bare


def made_small(body: bytes, side: int) -> bytes:
    """A WebP of at most `side` pixels each way, upright, without what the file says
    about place and camera; of an animation the first picture."""
    with _place(), _opened(body) as image:
        image.draft(None, (side * 2, side * 2))
        image.load()
        mode = "RGBA" if image.has_transparency_data else "RGB"
        small = ImageOps.exif_transpose(image).convert(mode)
        small.thumbnail((side, side))
        output = io.BytesIO()
        small.save(output, "WEBP", quality=_WEBP_QUALITY, method=3)
        return output.getvalue()


def _bare(kind: str, image: Image.Image, body: bytes) -> bytes | None:
    """The file without metadata; None where only encoding it anew gets rid of them."""
    if kind == "avif":
        if _is_plain(body) and not any(box in body for box in _BOXES_THAT_TELL):
            return _timeless(body)
        if _moves(image):
            raise NotAPicture("tells more than can be taken out")
        return None
    try:
        return metadata.bare(kind, body)
    except metadata.Broken as error:
        if _moves(image):
            raise NotAPicture("is broken") from error
        return None


def _is_plain(avif: bytes) -> bool:
    """Whether its boxes (ISO/IEC 14496-12) are those of a picture, up to the end."""
    at = 0
    while at < len(avif):
        size = int.from_bytes(avif[at : at + 4])
        if size < 8 or avif[at + 4 : at + 8] not in _BOXES_OF_A_PICTURE:
            return False
        at += size
    return at == len(avif)


def _timeless(avif: bytes) -> bytes:
    """Without the seconds at which its tracks were made and changed."""
    told = bytearray(avif)
    _forget_times(told, 0, len(told))
    return bytes(told)


def _forget_times(told: bytearray, at: int, end: int) -> None:
    """ISO/IEC 14496-12, 8.2.2, 8.3.2, 8.4.2: both times follow version and flags."""
    while at < end:
        size, kind = int.from_bytes(told[at : at + 4]), bytes(told[at + 4 : at + 8])
        if size < 8 or at + size > end:
            raise NotAPicture("tells more than can be taken out")
        if kind in _BOXES_WITH_TRACKS:
            _forget_times(told, at + 8, at + size)
        elif kind in _BOXES_WITH_TIMES:
            first = at + 12
            last = min(first + (16 if told[at + 8 : at + 9] == b"\1" else 8), at + size)
            told[first:last] = bytes(last - first)
        at += size


def _moves(image: Image.Image) -> bool:
    return getattr(image, "n_frames", 1) > 1 and image.format != "MPO"


def _made_anew(kind: str, given: Image.Image, image: Image.Image) -> bytes:
    """Encoded again as what was given, as well as that was."""
    options: dict[str, Any] = {"icc_profile": given.info.get("icc_profile")}
    match kind:
        case "jpeg":
            options["qtables"] = getattr(given, "quantization", None)
            options["subsampling"] = JpegImagePlugin.get_sampling(given)
        case "webp":
            options["quality"] = 95
        case "avif":
            options |= {"quality": 90, "speed": 8}
        case _:
            options["transparency"] = given.info.get("transparency")
    image.info.clear()
    output = io.BytesIO()
    image.save(output, kind, **{k: v for k, v in options.items() if v is not None})
    return output.getvalue()


def _kind(image: Image.Image) -> str:
    name = image.format or ""
    return _KINDS.get(name, name.lower())


class _Reader(io.BytesIO):
    """Fails when time is up: a small file can order hours of decoding."""

    def __init__(self, body: bytes) -> None:
        super().__init__(body)
        self.ends = time.monotonic() + DECODING_SECONDS

    def read(self, size: int | None = -1) -> bytes:
        if time.monotonic() > self.ends:
            raise NotAPicture("takes too long to decode")
        return super().read(size)


@contextmanager
def _place() -> Iterator[None]:
    """One of the few places for decoding; Busy when none gets free in time."""
    if not _places.acquire(timeout=WAITING_SECONDS):
        raise Busy
    try:
        yield
    finally:
        _places.release()


@contextmanager
def _opened(body: bytes) -> Iterator[Image.Image]:
    """The picture, not decoded yet; what its decoder raises becomes NotAPicture."""
    try:
        with Image.open(_Reader(body), formats=_FORMATS) as image:
            if image.width * image.height > PIXEL_CAP:
                raise NotAPicture("has too many pixels")
            image.decodermaxblock = _BLOCK
            yield image
    except (OSError, ValueError, ArithmeticError, LookupError, EOFError) as error:
        raise NotAPicture("is broken") from error
    # What else Pillow's decoders raise for files made to break them; its warnings come
    # as errors where the interpreter was told so.
    except (SyntaxError, TypeError, RuntimeError, MemoryError, struct.error) as error:
        raise NotAPicture("is broken") from error
    except (Image.DecompressionBombError, Warning) as error:
        raise NotAPicture("is too large") from error
