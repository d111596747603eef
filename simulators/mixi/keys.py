"""What the application's handlers find in it."""

from aiohttp import web

from simulators.faults import Faults
from simulators.mixi.mishaps import Mishaps
from simulators.mixi.play import Play
from simulators.mixi.state import State

STATE = web.AppKey("state", State)
FAULTS = web.AppKey("faults", Faults)
PLAY = web.AppKey("play", Play)
MISHAPS = web.AppKey("mishaps", Mishaps)
