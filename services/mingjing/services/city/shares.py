"""How often what is done in the city, against everything else."""

from collections.abc import Mapping
from typing import Final

WEIGHTS: Final[Mapping[str, int]] = {"complaint": 12, "on-the-spot": 3, "promised": 2, "annual": 3}
"""How often an item of a plot or mode is asked for, against the others."""

SPECIAL: Final[Mapping[str, float]] = {
    "fees": 4,
    "joint": 4,
    "hearing": 3,
    "irregular": 5,
    "renewal": 0.3,
    "again": 0.3,
    "seated": 4,
}
"""How often an item that allows of it is handled in one of these ways, against the others."""

AFFAIRS: Final[Mapping[str, int]] = {
    "inspection": 10,
    "penalty": 10,
    "disclosure": 6,
    "publicity": 5,
    "decision": 6,
    "norm": 2,
    "trade": 6,
    "task": 5,
    "roster": 5,
    "supervision": 4,
    "consult": 6,
    "tariff": 2,
    "unlisted": 2,
    "rounds": 6,
}
"""How often all agencies together do what no item of the catalogue is about."""

CHOSEN: Final[Mapping[str, int]] = {"port": 8}
"""How often all agencies together do what only a city is asked about that keeps the rules of choice."""

NIGHT: Final = 0.3
"""How often an item decided at once is decided at night there."""

QUIET: Final = "11990100MB00001741"
"""The agency that is seldom heard of there, and how often it is, against everything else."""

QUIET_ROUNDS: Final = 8

ENFORCED: Final = frozenset({"inspection", "penalty"})
ENFORCERS: Final = 6
"""How many agencies, the first of the list, inspect and punish."""

REGISTERED: Final = "11990100MB0000019L"
"""The agency whose posts are registered with those who hold them."""

POST_TITLES: Final[Mapping[str, str]] = {"SCJG-SP-SC": "食品许可审查岗", "SCJG-ZX-01": "食品安全专项整治临时岗"}
"""What its registered posts are called; a post so called is one of the kind its name ends with."""

LONG: Final = 15
"""Working days of a promise that leave room for a hearing."""
