"""Who is asking, and what they may see.

An installation on one machine trusts whoever reaches its loopback port: every
caller sees everything. Accounts come in here and nowhere else: a scope read
from the session replaces `Scope.everything()`, and every read and every stream
already goes through it.
"""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends

from mingjing.services.ledger.scope import Scope, region_prefix


async def caller_scope() -> Scope:
    """Return the scope of the caller of this request."""
    return Scope.everything()


CallerScope = Annotated[Scope, Depends(caller_scope)]


def permits(scope: Scope) -> Callable[[str | None, str | None], bool]:
    """Return whether a card of (agency, region) lies in `scope`, decided as the ledger decides it."""
    prefixes = None if scope.regions is None else tuple(map(region_prefix, scope.regions))
    agencies = scope.agencies

    def permitted(agency: str | None, region: str | None) -> bool:
        return (agencies is None or agency in agencies) and (
            prefixes is None or (region is not None and region.startswith(prefixes))
        )

    return permitted
