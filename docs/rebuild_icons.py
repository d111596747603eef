"""Rebuilds static/icons.svg from icons.txt: `python docs/rebuild_icons.py FOLDER`.

FOLDER is `icons/outline` of the unpacked package @tabler/icons.
"""

import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent / "static"
SYMBOL = (
    '<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
    ' stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">{body}</symbol>\n'
)


def symbol(name: str, svg: str) -> str:
    body = "".join(re.findall(r"<(?:path|circle|rect|line)[^>]*/>", svg))
    return SYMBOL.format(name=name, body=body.replace(" />", "/>"))


def main(folder: Path) -> None:
    lines = (HERE / "icons.txt").read_text().splitlines()
    names = [line for line in lines if line and not line.startswith("#")]
    parts = [symbol(name, (folder / f"{name}.svg").read_text()) for name in names]
    opening = '<svg xmlns="http://www.w3.org/2000/svg">\n'
    (HERE / "icons.svg").write_text(f"{opening}{''.join(parts)}</svg>\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
