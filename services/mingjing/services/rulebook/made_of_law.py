"""What is made of the law at work, and is another as soon as the law is."""

from collections.abc import Callable
from typing import Generic, TypeVar

from mingjing.rules.rulebook import Rulebook

Made = TypeVar("Made")


class MadeOfLaw(Generic[Made]):
    """What `make` makes of the rulebook that `law` returns, once for each rulebook. From any thread."""

    def __init__(self, law: Callable[[], Rulebook], make: Callable[[Rulebook], Made]) -> None:
        self._law, self._make = law, make
        rulebook = law()
        self._made = rulebook, make(rulebook)

    def __call__(self) -> Made:
        """Return it, by the law as it is now."""
        rulebook, made = self._made
        now = self._law()
        if now is not rulebook:
            made = self._make(now)
            self._made = now, made
        return made
