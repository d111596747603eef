"""Small pictures for simulated people and posts, drawn from their key alone.

A key names the drawing and its seed: `face-hana`, `initials-Taro`, `shapes-7`,
`hills-3`, `harbour-1`, `leaves-2`, `cat-blob`, `night-4`. Equal keys, equal pictures.
"""

import io
import math
import random
from collections.abc import Callable
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFilter, ImageFont

Colour = tuple[int, int, int]
Size = tuple[int, int]
SCALE = 2  # drawn larger, then shrunk: smooth edges


@lru_cache(maxsize=512)
def webp(key: str, size: Size) -> bytes:
    """Return a picture as WebP bytes; an unknown drawing gives plain shapes."""
    kind, _, seed = key.partition("-")
    draw = _DRAWINGS.get(kind, _shapes)
    large = (size[0] * SCALE, size[1] * SCALE)
    picture = draw(random.Random(key), seed, large).resize(
        size, Image.Resampling.LANCZOS
    )
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=82, method=2)
    return out.getvalue()


def _hue(hue: float, saturation: float, light: float) -> Colour:
    """Return red, green, blue of a hue in turns, with saturation and light in 0..1."""

    def channel(offset: float) -> int:
        turn = (offset + hue * 12) % 12
        swing = saturation * min(light, 1 - light)
        return round(255 * (light - swing * max(-1, min(turn - 3, 9 - turn, 1))))

    return channel(0), channel(8), channel(4)


def _gradient(size: Size, top: Colour, bottom: Colour) -> Image.Image:
    column = Image.new("RGB", (1, 64))
    for row in range(64):
        part = row / 63
        mixed = tuple(
            round(a + (b - a) * part) for a, b in zip(top, bottom, strict=True)
        )
        column.putpixel((0, row), mixed)
    return column.resize(size, Image.Resampling.BILINEAR)


def _initials(rng: random.Random, seed: str, size: Size) -> Image.Image:
    hue = rng.random()
    picture = _gradient(size, _hue(hue, 0.55, 0.62), _hue(hue + 0.08, 0.6, 0.42))
    letter = next((sign for sign in seed if sign.isascii() and sign.isalnum()), "?")
    font = ImageFont.load_default(size[1] * 0.55)
    middle = (size[0] / 2, size[1] / 2)
    ImageDraw.Draw(picture).text(middle, letter.upper(), "white", font, anchor="mm")
    return picture


def _face(rng: random.Random, _seed: str, size: Size) -> Image.Image:
    """Draw a round head with hair and two eyes on a soft ground."""
    width, height = size
    hue = rng.random()
    picture = _gradient(size, _hue(hue, 0.6, 0.86), _hue(hue + 0.1, 0.5, 0.7))
    draw = ImageDraw.Draw(picture)
    skin = _hue(0.07, 0.5, rng.uniform(0.5, 0.82))
    hair = _hue(
        rng.choice([0.05, 0.08, 0.6, 0.9, rng.random()]), 0.4, rng.uniform(0.12, 0.5)
    )
    shirt = _hue(rng.random(), 0.5, 0.45)
    draw.ellipse((width * 0.12, height * 0.74, width * 0.88, height * 1.5), shirt)
    back = rng.uniform(0.62, 0.86)
    draw.ellipse((width * 0.2, height * 0.12, width * 0.8, height * back), hair)
    draw.ellipse((width * 0.28, height * 0.24, width * 0.72, height * 0.76), skin)
    draw.pieslice(
        (width * 0.25, height * 0.14, width * 0.75, height * 0.68), 185, 355, hair
    )
    for side in (0.42, 0.58):
        draw.ellipse(_circle(width * side, height * 0.52, width * 0.028), (40, 30, 30))
    smile = (width * 0.43, height * 0.55, width * 0.57, height * 0.66)
    draw.arc(smile, 25, 155, (120, 50, 50), max(2, width // 60))
    return picture


def _circle(x: float, y: float, radius: float) -> tuple[float, float, float, float]:
    return x - radius, y - radius, x + radius, y + radius


def _shapes(rng: random.Random, _seed: str, size: Size) -> Image.Image:
    width, height = size
    hue = rng.random()
    picture = Image.new("RGB", size, _hue(hue, 0.5, 0.9))
    draw = ImageDraw.Draw(picture, "RGBA")
    for _ in range(7):
        colour = (
            *_hue(hue + rng.uniform(-0.2, 0.2), 0.65, rng.uniform(0.4, 0.75)),
            190,
        )
        x, y = rng.uniform(0, width), rng.uniform(0, height)
        radius = rng.uniform(0.1, 0.32) * width
        if rng.random() < 0.5:
            draw.ellipse(_circle(x, y, radius), colour)
        else:
            draw.regular_polygon(
                (x, y, radius), rng.choice([3, 4, 6]), rng.randrange(90), colour
            )
    return picture


def _ridge(
    rng: random.Random, size: Size, level: float, rough: float
) -> list[tuple[float, float]]:
    """Return the outline of a hill line at a level of the height."""
    width, height = size
    waves = [
        (rng.uniform(1, 5), rng.uniform(0, math.tau), rng.random()) for _ in range(4)
    ]
    points = [(0.0, float(height))]
    for step in range(61):
        part = step / 60
        wave = sum(
            math.sin(part * speed * 2 + shift) * high for speed, shift, high in waves
        )
        points.append((part * width, height * (level + wave * rough)))
    points.append((float(width), float(height)))
    return points


def _hills(rng: random.Random, _seed: str, size: Size) -> Image.Image:
    """Draw rows of hills under a morning or evening sky."""
    hue = rng.choice([0.55, 0.58, 0.95, 0.08])
    picture = _gradient(size, _hue(hue, 0.6, 0.6), _hue(hue + 0.05, 0.8, 0.9))
    draw = ImageDraw.Draw(picture)
    sun = _circle(size[0] * rng.uniform(0.2, 0.8), size[1] * 0.3, size[1] * 0.08)
    draw.ellipse(sun, _hue(0.13, 0.9, 0.85))
    for row in range(4):
        colour = _hue(0.33 + row * 0.02, 0.35, 0.55 - row * 0.11)
        draw.polygon(_ridge(rng, size, 0.5 + row * 0.13, 0.035), colour)
    return picture.filter(ImageFilter.GaussianBlur(1))


def _harbour(rng: random.Random, _seed: str, size: Size) -> Image.Image:
    """Draw a sea with lights of houses on its far side and their reflections."""
    width, height = size
    picture = _gradient(size, _hue(0.63, 0.5, 0.18), _hue(0.05, 0.6, 0.55))
    draw = ImageDraw.Draw(picture, "RGBA")
    sea = height * 0.6
    draw.rectangle((0, sea, width, height), _hue(0.6, 0.5, 0.2))
    for place in range(16):
        left = place * width / 16
        top = sea - rng.uniform(0.06, 0.3) * height
        draw.rectangle((left, top, left + width / 16 - 2, sea), _hue(0.65, 0.25, 0.14))
        for _ in range(6):
            x, y = (
                rng.uniform(left + 4, left + width / 17),
                rng.uniform(top + 4, sea - 6),
            )
            light = _hue(0.12, 0.9, 0.7)
            draw.rectangle((x, y, x + 4, y + 5), light)
            draw.line((x, sea + (sea - y), x, sea + (sea - y) + 18), (*light, 90), 3)
    return picture


def _leaves(rng: random.Random, _seed: str, size: Size) -> Image.Image:
    width, height = size
    hue = rng.choice([0.02, 0.07, 0.1, 0.28, 0.33])
    picture = _gradient(size, _hue(hue, 0.4, 0.88), _hue(hue + 0.06, 0.4, 0.6))
    draw = ImageDraw.Draw(picture, "RGBA")
    for _ in range(90):
        x, y = rng.uniform(0, width), rng.uniform(0, height)
        length, turn = rng.uniform(0.04, 0.11) * width, rng.uniform(0, math.tau)
        tip = (x + math.cos(turn) * length, y + math.sin(turn) * length)
        side = (
            math.cos(turn + 1.57) * length * 0.25,
            math.sin(turn + 1.57) * length * 0.25,
        )
        middle = ((x + tip[0]) / 2, (y + tip[1]) / 2)
        outline = [
            (x, y),
            (middle[0] + side[0], middle[1] + side[1]),
            tip,
            (middle[0] - side[0], middle[1] - side[1]),
        ]
        colour = _hue(hue + rng.uniform(-0.05, 0.05), 0.7, rng.uniform(0.3, 0.65))
        draw.polygon(outline, (*colour, 210))
    return picture


def _night(rng: random.Random, _seed: str, size: Size) -> Image.Image:
    width, height = size
    picture = _gradient(size, _hue(0.66, 0.6, 0.1), _hue(0.7, 0.5, 0.3))
    draw = ImageDraw.Draw(picture)
    for _ in range(140):
        x, y = rng.uniform(0, width), rng.uniform(0, height * 0.85)
        draw.ellipse(
            _circle(x, y, rng.uniform(0.5, 2.6)), _hue(0.14, 0.5, rng.uniform(0.7, 1))
        )
    draw.ellipse(
        _circle(width * 0.75, height * 0.25, height * 0.1), _hue(0.14, 0.6, 0.9)
    )
    draw.polygon(_ridge(rng, size, 0.85, 0.03), _hue(0.66, 0.5, 0.06))
    return picture


def _cat(rng: random.Random, _seed: str, size: Size) -> Image.Image:
    """Draw a cat's head; the ground is clear, for custom emojis."""
    width, height = size
    picture = Image.new("RGBA", size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    fur = _hue(rng.choice([0.09, 0.12, 0.6, 0.85, rng.random()]), 0.6, 0.68)
    for side in (0.18, 0.82):
        inner = 0.5 + (side - 0.5) * 0.35
        points = [(width * side, height * 0.08), (width * inner, height * 0.3)]
        draw.polygon([*points, (width * side, height * 0.5)], fur)
    draw.ellipse((width * 0.1, height * 0.2, width * 0.9, height * 0.95), fur)
    for side in (0.35, 0.65):
        draw.ellipse(_circle(width * side, height * 0.52, width * 0.06), (35, 30, 40))
    mouth = (width * 0.42, height * 0.58, width * 0.58, height * 0.74)
    draw.arc(mouth, 20, 160, (35, 30, 40), max(2, width // 24))
    return picture


_DRAWINGS: dict[str, Callable[[random.Random, str, Size], Image.Image]] = {
    "cat": _cat,
    "face": _face,
    "harbour": _harbour,
    "hills": _hills,
    "initials": _initials,
    "leaves": _leaves,
    "night": _night,
    "shapes": _shapes,
}
