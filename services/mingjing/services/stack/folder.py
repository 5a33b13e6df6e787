"""The data folder of a local stack: one stack at a time, wiped only if it is ours."""

import fcntl
import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import Self

from mingjing.services.stack.refusal import StackRefused

_MARK = "stack.lock"


class Folder:
    """The folder `path`, held by this process from entry to exit.

    Its lock file is also the mark by which a folder is known for a stack's.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._lock = -1

    @property
    def kafka(self) -> Path:
        """What Kafka stores."""
        return self.path / "kafka"

    @property
    def clickhouse(self) -> Path:
        """What ClickHouse stores, in a subfolder per kind of ClickHouse."""
        return self.path / "clickhouse"

    @property
    def certificates(self) -> Path:
        """The local authority and what it signed."""
        return self.path / "certificates"

    @property
    def logs(self) -> Path:
        """One NAME.log per program."""
        return self.path / "logs"

    def wipe(self) -> None:
        """Delete everything a stack has stored here; StackRefused if the folder is no stack's, or one runs in it."""
        if not self.path.exists() or not any(self.path.iterdir()):
            return
        if not (self.path / _MARK).exists():
            raise StackRefused(
                f"{self.path} 不是本机栈建立的目录，不敢清空；请自行删除它，或用 MINGJING_DATA_DIR 指定另一个目录。"
            )
        with self:
            for entry in self.path.iterdir():
                if entry.name == _MARK:
                    continue
                if entry.is_dir() and not entry.is_symlink():
                    shutil.rmtree(entry)
                else:
                    entry.unlink()

    def __enter__(self) -> Self:
        self.path.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(self.path / _MARK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise StackRefused(
                f"另一个本机栈正在使用 {self.path}；请先停掉它，或用 MINGJING_DATA_DIR 指定另一个目录。"
            ) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._lock)
