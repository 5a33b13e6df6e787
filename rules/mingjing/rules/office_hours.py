"""When offices are open on a day that is worked."""

from datetime import time
from typing import Final

import msgspec


class OfficeHours(msgspec.Struct, frozen=True):
    """When offices are open on a full working day; a half day ends at `noon`."""

    opening: time = time(9)
    noon: time = time(12)
    afternoon: time = time(13)
    closing: time = time(17, 30)


OFFICE_HOURS: Final = OfficeHours()
"""Nine to half past five with an hour at noon, unless the calendar says otherwise."""
