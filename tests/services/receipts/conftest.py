from collections.abc import Iterator
from pathlib import Path

import pytest

from mingjing.services.registry import Database, Receipts


@pytest.fixture
def receipts(tmp_path: Path) -> Iterator[Receipts]:
    database = Database(f"sqlite:///{tmp_path / 'registry.sqlite'}")
    database.migrate()
    yield Receipts(database)
    database.close()
