"""Which form of the engine runs: its sources as they are, or what mypyc made of the hot part of them."""

from typing import Final, Literal

Form = Literal["pure", "compiled"]

FORM: Final[Form] = "pure" if __file__.endswith(".py") else "compiled"
"""This module is among those that are compiled (deploy/compiled.py), so it knows by where it was read from."""
