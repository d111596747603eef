"""Pictures of strangers: known by their content, decoded within limits, made small."""

import io
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, ImageOps

PIXEL_CAP = 40_000_000
DECODING_SECONDS = 3.0
WAITING_SECONDS = 2.0
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
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
