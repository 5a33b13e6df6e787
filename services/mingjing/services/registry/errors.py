"""What goes wrong with the registry.

RegistryError
├── RegistryUnavailable   time or an operator mends it: away, busy, not migrated; ask again
├── RegistryRefused       it will never work like this: a wrong address, foreign migrations
├── Taken                 what should be new exists already
├── Missing               what should be changed does not exist
└── Changed               somebody else has changed it since it was read
"""


class RegistryError(Exception):
    """The registry did not do what was asked; the text says why, in a sentence."""


class RegistryUnavailable(RegistryError):
    """The database is away, busy or not migrated: ask again later."""


class RegistryRefused(RegistryError):
    """The database will never serve as it is."""


class Taken(RegistryError):
    """What should be new exists already."""


class Missing(RegistryError):
    """What should be read or changed does not exist."""


class Changed(RegistryError):
    """Somebody else has changed it since it was read."""
