"""Pictures that leave tell nothing of place, camera and time, and look the same."""

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms, ImageSequence
from PIL.PngImagePlugin import PngInfo

from inboxhub.lib import metadata
from inboxhub.lib.pictures import NotAPicture, made_bare

SECRET = b"35.6586,139.7454"
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
XMP = b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"
KINDS = ["jpeg", "png", "gif", "webp", "avif"]
STILL = ["jpeg", "png", "webp", "avif"]


def drawn(size: tuple[int, int] = (40, 24)) -> Image.Image:
    """Not the same from any side."""
    image = Image.new("RGB", size, (200, 30, 30))
    image.paste((30, 30, 200), (0, 0, size[0] // 2, size[1] // 2))
    return image


def exif(orientation: int = 1) -> Image.Exif:
    told = Image.Exif()
    told[ExifTags.Base.Make] = SECRET.decode()
    told[ExifTags.Base.Orientation] = orientation
    told.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSDateStamp] = SECRET.decode()
    return told


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    output = io.BytesIO()
    image.save(output, kind, **options)
    return output.getvalue()


def talkative(kind: str, orientation: int = 1, **options: Any) -> bytes:
    """A picture that says all that its kind can hold."""
    match kind:
        case "gif":
            options["comment"] = SECRET
        case "png":
            text = PngInfo()
            text.add_itxt("XML:com.adobe.xmp", XMP.decode())
            text.add_text("Comment", SECRET.decode(), zip=False)
            options |= {"pnginfo": text, "exif": exif(orientation)}
        case _:
            options |= {"exif": exif(orientation), "xmp": XMP}
    if kind == "jpeg":
        options["comment"] = SECRET
    if kind != "gif":
        options["icc_profile"] = PROFILE
    return saved(drawn(), kind, **options)


def opened(body: bytes) -> Image.Image:
    return Image.open(io.BytesIO(body))


def same(one: Image.Image, other: Image.Image) -> bool:
    return one.convert("RGBA").tobytes() == other.convert("RGBA").tobytes()


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_told(kind: str) -> None:
    body = talkative(kind)
    assert SECRET in body
    found, bare = made_bare(body)
    assert found == kind
    assert SECRET not in bare
    image = opened(bare)
    assert not image.getexif()
    assert not {"exif", "xmp", "comment", "XML:com.adobe.xmp"} & set(image.info)


@pytest.mark.parametrize("kind", ["jpeg", "png", "gif", "webp"])
def test_pixels_and_colours_stay_as_they_are(kind: str) -> None:
    body = talkative(kind)
    bare = made_bare(body)[1]
    assert same(opened(bare), opened(body))
    assert opened(bare).info.get("icc_profile") == opened(body).info.get("icc_profile")
    assert made_bare(bare)[1] == bare


def test_plain_avif_stays_as_it_is() -> None:
    body = saved(drawn(), "avif")
    assert made_bare(body) == ("avif", body)


@pytest.mark.parametrize("kind", STILL)
@pytest.mark.parametrize("orientation", range(2, 9))
def test_picture_on_its_side_is_turned(kind: str, orientation: int) -> None:
    _kind, bare = made_bare(talkative(kind, orientation))
    assert SECRET not in bare
    image = opened(bare).convert("RGB")
    assert image.size == ((24, 40) if orientation > 4 else (40, 24))
    corners = {
        (x, y): image.getpixel((x * (image.width - 1), y * (image.height - 1)))
        for x in (0, 1)
        for y in (0, 1)
    }
    blue = [at for at, pixel in corners.items() if pixel[2] > pixel[0]]  # type: ignore[index]  # an RGB pixel is a tuple
    sides = {
        2: (1, 0),
        3: (1, 1),
        4: (0, 1),
        5: (0, 0),
        6: (1, 0),
        7: (1, 1),
        8: (0, 1),
    }
    assert blue == [sides[orientation]]
    assert opened(bare).info.get("icc_profile") == PROFILE


@pytest.mark.parametrize("kind", ["gif", "png", "webp"])
def test_animation_goes_on(kind: str) -> None:
    frames = [drawn().rotate(angle) for angle in (0, 90, 180)]
    told = {} if kind == "gif" else {"exif": exif(6)}
    options: dict[str, Any] = {"save_all": True, "duration": [100, 200, 300], **told}
    body = saved(frames[0], kind, append_images=frames[1:], loop=0, **options)
    bare = made_bare(body)[1]
    assert SECRET not in bare
    before, after = opened(body), opened(bare)
    assert getattr(after, "n_frames", 1) == 3
    assert after.info.get("loop") == before.info.get("loop")
    pairs = zip(
        ImageSequence.all_frames(before), ImageSequence.all_frames(after), strict=True
    )
    assert all(same(one, other) for one, other in pairs)


@pytest.mark.parametrize("kind", ["jpeg", "png", "gif", "webp"])
def test_what_stands_behind_the_picture_is_left_out(kind: str) -> None:
    body = saved(drawn(), kind)
    assert SECRET not in made_bare(body + SECRET)[1]


@pytest.mark.parametrize(
    "rest", [SECRET, b"\0\0\0\x19mpvd" + SECRET], ids=["rest", "box"]
)
def test_what_stands_behind_an_avif_is_left_out(rest: bytes) -> None:
    body = saved(drawn(), "avif") + rest
    assert SECRET in body
    assert SECRET not in made_bare(body)[1]


def test_avif_that_moves_and_tells_something_is_refused() -> None:
    frames = {"save_all": True, "append_images": [drawn().rotate(90)]}
    assert made_bare(saved(drawn(), "avif", **frames))[0] == "avif"
    with pytest.raises(NotAPicture):
        made_bare(saved(drawn(), "avif", **frames, xmp=XMP))


def test_avif_that_moves_does_not_say_when_it_was_made() -> None:
    frames = [drawn().rotate(angle) for angle in (0, 90, 180)]
    body = saved(frames[0], "avif", save_all=True, append_images=frames[1:])
    bare = made_bare(body)[1]
    boxes = ("mvhd", "tkhd", "mdhd")
    assert all(any(times_in(body, box)) for box in boxes)
    assert not any(any(times_in(bare, box)) for box in boxes)
    pairs = zip(
        ImageSequence.all_frames(opened(body)),
        ImageSequence.all_frames(opened(bare)),
        strict=True,
    )
    assert all(same(one, other) for one, other in pairs)


def times_in(avif: bytes, box: str) -> tuple[int, int]:
    """When the box says that its track was made and changed, in seconds since 1904."""
    at = avif.index(box.encode()) + 8
    width = 8 if avif[at - 4] == 1 else 4
    made, changed = avif[at : at + width], avif[at + width : at + 2 * width]
    return int.from_bytes(made), int.from_bytes(changed)


def test_frames_within_frames_of_a_webp_are_left_out() -> None:
    """Each would be copied with all that it holds."""
    body = saved(drawn(), "webp", save_all=True, append_images=[drawn().rotate(90)])
    at = body.index(b"ANMF")
    size = int.from_bytes(body[at + 4 : at + 8], "little")
    frame = body[at : at + 8 + size]
    inner = frame[8:] + frame
    outer = b"ANMF" + len(inner).to_bytes(4, "little") + inner
    length = len(body) - 8 + len(outer)
    nested = b"RIFF" + length.to_bytes(4, "little") + body[8:at] + outer + body[at:]
    assert metadata.bare("webp", nested).count(b"ANMF") == body.count(b"ANMF") + 1


@pytest.mark.parametrize("marker", [0xDC, 0xF0, 0xEE], ids=["lines", "other", "adobe"])
def test_parts_of_a_jpeg_that_no_picture_needs_are_left_out(marker: int) -> None:
    body = saved(drawn(), "jpeg")
    told = (b"Adobe\0\x64\0\0\0\0\0" if marker == 0xEE else b"") + SECRET
    part = bytes([0xFF, marker]) + (len(told) + 2).to_bytes(2) + told
    assert SECRET not in metadata.bare("jpeg", body[:2] + part + body[2:])


def test_end_of_a_png_holds_nothing() -> None:
    body = saved(drawn(), "png")[:-12]
    end = len(SECRET).to_bytes(4) + b"IEND" + SECRET + b"\0\0\0\0"
    assert metadata.bare("png", body + end) == saved(drawn(), "png")


def test_second_picture_of_a_camera_is_left_out() -> None:
    body = saved(drawn(), "mpo", save_all=True, append_images=[drawn((80, 48))])
    kind, bare = made_bare(body)
    assert (kind, opened(bare).format, opened(bare).size) == ("jpeg", "JPEG", (40, 24))
    assert len(bare) < len(body) / 1.5


def test_progressive_jpeg_keeps_all_its_scans() -> None:
    body = saved(drawn((200, 120)), "jpeg", progressive=True, exif=exif())
    bare = made_bare(body)[1]
    assert same(opened(bare), opened(body))


def test_jpeg_with_rubbish_between_its_parts_is_encoded_anew() -> None:
    body = talkative("jpeg")
    at = body.index(b"\xff\xdb")
    bare = made_bare(body[:at] + b"\0\0" + SECRET + body[at:])[1]
    assert SECRET not in bare


@pytest.mark.parametrize("kind", ["jpeg", "png", "gif", "webp"])
def test_cut_off_picture_is_none(kind: str) -> None:
    body = talkative(kind)
    with pytest.raises(NotAPicture):
        made_bare(body[: len(body) * 2 // 3])


@given(st.binary(max_size=400), st.sampled_from(["jpeg", "png", "gif", "webp"]))
def test_no_bytes_break_it(rest: bytes, kind: str) -> None:
    head = saved(drawn((4, 4)), kind)[:20]
    for body in (rest, head + rest):
        try:
            metadata.bare(kind, body)
        except metadata.Broken:
            continue
