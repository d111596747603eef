"""The texts of this world lie in the folder beside, one file each."""

from pathlib import Path

from simulators.world.texts import Texts

TEXTS = Texts(Path(__file__).with_name("texts"))
