"""Names under which the application keeps what its pages share."""

from aiohttp import web

from simulators.faults import Faults
from simulators.mastodon.play import Play
from simulators.mastodon.state import State

STATE = web.AppKey("state", State)
FAULTS = web.AppKey("faults", Faults)
PLAY = web.AppKey("play", Play)
