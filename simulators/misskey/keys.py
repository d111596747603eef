"""Names under which the application keeps what its pages share."""

from aiohttp import web

from simulators.faults import Faults
from simulators.misskey.play import Play

FAULTS = web.AppKey("faults", Faults)
PLAY = web.AppKey("play", Play)
