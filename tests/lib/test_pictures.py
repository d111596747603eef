"""Pictures of strangers: what is one, what is not, and how it comes out small."""

import io
import threading
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from inboxhub.lib import pictures
from inboxhub.lib.pictures import Busy, NotAPicture, checked, kind_of, made_small

KINDS = ["jpeg", "png", "gif", "webp", "avif"]


def picture(
    kind: str = "png", size: tuple[int, int] = (300, 200), **options: object
) -> bytes:
    output = io.BytesIO()
    Image.effect_mandelbrot(size, (-2, -1, 1, 1), 20).convert("RGB").save(
        output,
        kind.upper(),
        **options,
    )
    return output.getvalue()


def opened(body: bytes) -> Image.Image:
    return Image.open(io.BytesIO(body))


def png_that_claims(width: int, height: int) -> bytes:
    head = b"IHDR" + width.to_bytes(4) + height.to_bytes(4) + b"\x08\x02\0\0\0"
    chunk = b"\0\0\0\x0d" + head + zlib.crc32(head).to_bytes(4)
    return b"\x89PNG\r\n\x1a\n" + chunk + picture()[33:]


@pytest.mark.parametrize("kind", KINDS)
def test_known_kinds_are_recognised_by_content(kind: str) -> None:
    assert kind_of(picture(kind)) == kind
    assert checked(picture(kind)) == kind


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b"GIF89a/*<script>alert(1)</script>*/",
        b"%PDF-1.4",
        b"\x89PNG\r\n\x1a\n",
        picture("bmp"),
        picture("tiff"),
        picture("ico"),
    ],
    ids=["empty", "html", "svg", "polyglot", "pdf", "head", "bmp", "tiff", "ico"],
)
def test_anything_else_is_no_picture(body: bytes) -> None:
    with pytest.raises(NotAPicture):
        checked(body)


@pytest.mark.parametrize("kind", KINDS)
def test_picture_that_is_cut_off_is_none(kind: str) -> None:
    body = picture(kind)
    with pytest.raises(NotAPicture):
        checked(body[: len(body) // 2])


@pytest.mark.parametrize("size", [(10_000, 5_000), (60_000, 60_000)])
def test_picture_with_too_many_pixels_is_not_decoded(size: tuple[int, int]) -> None:
    for act in (kind_of, checked):
        with pytest.raises(NotAPicture):
            act(png_that_claims(*size))


def test_picture_that_takes_too_long_to_decode_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pictures, "DECODING_SECONDS", 0.2)
    output = io.BytesIO()
    Image.new("L", (3000, 3000), 128).save(output, "JPEG", progressive=True)
    whole = output.getvalue()
    # One more pass over all pixels in 59 bytes: repeated, minutes of work in a megabyte.
    last_pass = whole[whole.rindex(b"\xff\xda") : -2]
    bomb = whole[:-2] + last_pass * 20_000 + whole[-2:]
    for act in (checked, lambda body: made_small(body, 56)):
        with pytest.raises(NotAPicture, match="too long"):
            act(bomb)


@pytest.mark.parametrize("kind", KINDS)
def test_small_picture_is_a_webp_within_the_square(kind: str) -> None:
    small = opened(made_small(picture(kind), 56))
    assert (small.format, small.size) == ("WEBP", (56, 37))


def test_picture_is_never_made_larger() -> None:
    assert opened(made_small(picture(size=(20, 10)), 160)).size == (20, 10)


def test_small_picture_is_upright_and_tells_nothing_of_the_camera() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010F] = "canary camera"
    body = made_small(picture("jpeg", exif=exif.tobytes()), 160)
    assert opened(body).size == (107, 160)
    assert b"canary" not in body
    assert b"EXIF" not in body


def test_transparency_stays() -> None:
    output = io.BytesIO()
    Image.new("RGBA", (100, 100), (255, 0, 0, 0)).save(output, "PNG")
    assert opened(made_small(output.getvalue(), 56)).getpixel((5, 5))[3] == 0  # type: ignore[index]  # four bands


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "I;16", "RGBA"])
def test_every_colour_mode_can_be_made_small(mode: str) -> None:
    output = io.BytesIO()
    kind = "JPEG" if mode == "CMYK" else "PNG"
    Image.new("RGB", (80, 60), "teal").convert(mode.replace("I;16", "I")).convert(
        mode,
    ).save(output, kind)
    assert opened(made_small(output.getvalue(), 56)).size == (56, 42)


def test_first_picture_of_an_animation_is_shown() -> None:
    output = io.BytesIO()
    frames = [Image.new("RGB", (80, 80), colour) for colour in ("red", "blue")]
    frames[0].save(output, "GIF", save_all=True, append_images=frames[1:])
    assert opened(made_small(output.getvalue(), 56)).convert("RGB").getpixel(
        (9, 9)
    ) == (pytest.approx((255, 0, 0), abs=8))


def test_more_pictures_than_places_wait_and_then_give_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pictures, "_places", threading.BoundedSemaphore(1))
    monkeypatch.setattr(pictures, "WAITING_SECONDS", 0.01)
    with pictures._place(), pytest.raises(Busy):
        checked(picture())
    assert checked(picture()) == "png"


@given(st.sampled_from(KINDS), st.data())
def test_broken_picture_is_no_picture_and_nothing_else(
    kind: str, data: st.DataObject
) -> None:
    body = bytearray(BODIES[kind])
    for _ in range(data.draw(st.integers(1, 8))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    for act in (checked, lambda damaged: made_small(damaged, 56)):
        with suppress(NotAPicture):
            act(bytes(body))


BODIES = {kind: picture(kind, (64, 48)) for kind in KINDS}
