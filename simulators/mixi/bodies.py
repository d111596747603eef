"""Reads the JSON bodies of calls in the charset that their Content-Type names."""

import codecs
import json
from email.message import Message as Header

from simulators.mixi.errors import Refusal, invalid_request

CHARSETS = {
    "ascii",
    "cp932",
    "euc_jp",
    "iso2022_jp",
    "iso8859-1",
    "shift_jis",
    "utf-16",
    "utf-8",
}
ALIASES = {"windows-31j": "cp932"}  # the IANA name, which Python does not know


def read(raw: bytes, content_type: str) -> dict[str, object]:
    """Return the JSON object of a body; refuses everything else."""
    header = Header()
    header["Content-Type"] = content_type
    if header.get_content_type() != "application/json":
        raise invalid_request("the body must be application/json")
    try:
        body = json.loads(raw.decode(_charset(header)))
    except (ValueError, RecursionError):
        raise invalid_request("the body is no valid JSON") from None
    if not isinstance(body, dict):
        raise invalid_request("the body must be an object")
    return body


def _charset(header: Header) -> str:
    written = header.get_content_charset("utf-8")
    try:
        name = codecs.lookup(ALIASES.get(written, written)).name
    except LookupError:
        name = ""
    if name not in CHARSETS:
        raise invalid_request("the charset is not known")
    return name


def shown(raw: bytes, content_type: str) -> object:
    """Return a body to be looked at later: parsed, or its raw text."""
    if not raw:
        return None
    try:
        return read(raw, content_type)
    except Refusal:
        return raw.decode(errors="replace")[:2000]
