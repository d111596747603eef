"""What a page may send over its socket, and what counts as somebody else's."""

import json

import pytest

from messaging import frames
from messaging.frames import Hello, Live, Seen, Watch


@pytest.mark.parametrize(
    ("frame", "meant"),
    [
        ('{"hello": 7}', Hello(7)),
        ('{"seen": 0}', Seen(0)),
        ('{"watch": [3, 1], "open": 9}', Watch((3, 1), 9)),
        ('{"watch": [], "open": 0}', Watch((), 0)),
        ('{"live": {"account": 4, "channel": "home"}}', Live(4, "", "home")),
        (
            '{"live": {"host": "misskey.example", "channel": "local"}}',
            Live(0, "misskey.example", "local"),
        ),
    ],
)
def test_frame_is_understood(frame: str, meant: frames.Frame) -> None:
    assert frames.read(frame) == meant


@pytest.mark.parametrize(
    "frame",
    [
        None,
        "",
        "[1]",
        '{"hello": true}',
        '{"hello": -1}',
        '{"hello": 1e3}',
        f'{{"hello": {2**63}}}',
        '{"watch": [1]}',
        '{"watch": [true], "open": 0}',
        '{"watch": ["1"], "open": 0}',
        '{"watch": [1], "open": null}',
        json.dumps({"watch": list(range(1, 102)), "open": 0}),
        '{"live": {"account": 1}}',
        '{"live": {"account": "1", "channel": "home"}}',
        '{"live": {"account": 1, "host": "x.example", "channel": "home"}}',
        '{"live": {"account": 1, "channel": "main"}}',
        '{"live": {"host": "", "channel": "local"}}',
        json.dumps({"live": {"host": "x" * 301, "channel": "local"}}),
        '{"live": null}',
        "[" * 3000,
        "x" * 5000,
    ],
)
def test_frame_of_somebody_else_is_none(frame: str | None) -> None:
    assert frames.read(frame) is None
