"""The order in which the whole path comes up and goes down on one machine.

Kafka and ClickHouse first and at once; then topics and tables; then the
processes, which find everything in place. Down is the same way back.
"""

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from kafka.errors import KafkaError

from mingjing.services.ledger.errors import LedgerRefused, LedgerUnavailable
from mingjing.services.ledger.migrate import migrate
from mingjing.services.registry import RegistryError, migrate_registry
from mingjing.services.settings import Settings
from mingjing.services.stack import clickhouse, kafka
from mingjing.services.stack.addresses import Address, Claim, demand_free
from mingjing.services.stack.board import Board, Silence
from mingjing.services.stack.components import COMPONENTS, process_claims, processes
from mingjing.services.stack.folder import Folder
from mingjing.services.stack.jars import cache_folder
from mingjing.services.stack.kafka_doors import Doors, doors_of
from mingjing.services.stack.probes import clickhouse_version
from mingjing.services.stack.program import Program
from mingjing.services.stack.refusal import StackRefused
from mingjing.streams.kafka_topics import apply
from mingjing.streams.topics import TopicsRefused

_LOOK_EVERY_S = 0.5


class Stack:
    """Everything of mingjing on this machine, for as long as the `with` block lasts.

    `settings` say where each thing listens and where data lies. `agencies` are
    the codes that get a topic of their own. `only` names the components to start
    (see COMPONENTS; None = all): what is left out is taken to run already where
    the settings say. `given` is the HOST:PORT of a ClickHouse to use instead of
    starting one; `choice` fixes which one is started. `echo` receives each
    program's log lines, prefixed with its name.

    Entering raises StackRefused, with nothing left running, when a port is taken,
    something is missing or a component does not become ready.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        agencies: Sequence[str] = (),
        only: Collection[str] | None = None,
        workers: int = 1,
        given: str | None = None,
        choice: clickhouse.Choice | None = None,
        cache: Path | None = None,
        board: Board | None = None,
        echo: Callable[[str], None] | None = None,
    ) -> None:
        self.settings = settings if given is None else settings.model_copy(update={"clickhouse": given})
        self.folder = Folder(settings.data_dir)
        self.programs: dict[str, Program] = {}
        self.times: dict[str, float] = {}
        self._agencies = agencies
        self._wanted = _wanted(only)
        self._workers = workers
        self._given = given is not None
        self._choice = choice
        self._cache = cache or cache_folder()
        self._board = board or Silence()
        self._doors: Doors | None = doors_of(self.settings)
        self._echo = echo
        self._exits = ExitStack()
        if "kafka" in self._wanted and self.settings.kafka_security != "PLAINTEXT":
            raise StackRefused(
                f"MINGJING_KAFKA_SECURITY={self.settings.kafka_security}：本机栈启动的 Kafka 在 {self.settings.kafka} "
                "只说 PLAINTEXT。请去掉这个设置，或以 --only 略去 kafka，用已有的 Kafka。"
            )

    def __enter__(self) -> Self:
        with ExitStack() as exits:
            demand_free(list(self._claims()))
            exits.enter_context(self.folder)
            exits.callback(self._stop)
            self._start()
            self._exits = exits.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exits.close()

    def wait(self) -> None:
        """Wait until a program has ended for good, and raise its ProgramFailed."""
        while True:
            for program in self.programs.values():
                if program.failure is not None:
                    raise program.failure
            time.sleep(_LOOK_EVERY_S)

    def _start(self) -> None:
        if self._given:
            self._demand_clickhouse()
        self._launch(self._servers())
        if "topics" in self._wanted:
            with self._timed("topics", "主题"):
                apply(self.settings.broker, self.settings.partitions, self._agencies)
        if "migrations" in self._wanted:
            with self._timed("migrations", "数据表"):
                migrate(self.settings)
                migrate_registry(self.settings)
        self._launch(
            processes(
                self.settings,
                self._wanted,
                self._workers,
                logs=self.folder.logs,
                notice=self._board.say,
                echo=self._echo_of,
            )
        )

    def _stop(self) -> None:
        for program in reversed(self.programs.values()):
            program.stop()

    def _servers(self) -> Iterator[Program]:
        """Yield the servers, each once it is prepared: fetching and formatting takes its time."""
        if "clickhouse" in self._wanted and not self._given:
            yield clickhouse.clickhouse(
                self._choice or clickhouse.choose(),
                Address.parse(self.settings.clickhouse, clickhouse.SETTING),
                self.folder.clickhouse,
                self.folder.logs / "clickhouse.log",
                user=self.settings.clickhouse_user,
                password=self.settings.clickhouse_password,
                notice=self._board.say,
                echo=self._echo_of("clickhouse"),
            )
        if "kafka" in self._wanted:
            self._board.waiting("Kafka")
            yield kafka.broker(
                Address.parse(self.settings.kafka, kafka.SETTING),
                self.folder.kafka,
                self.folder.logs / "kafka.log",
                cache=self._cache,
                doors=self._doors,
                echo=self._echo_of("kafka"),
            )

    def _launch(self, programs: Iterator[Program] | list[Program]) -> None:
        """Start each program as it comes and wait until all are ready."""
        began: dict[str, float] = {}
        launched = []
        before = time.monotonic()
        for program in programs:
            self._board.waiting(program.title)
            self.programs[program.name] = program
            began[program.name] = time.monotonic() - before  # what preparing it has cost
            program.start()
            launched.append(program)
            before = time.monotonic()
        for program in launched:
            self._record(program.name, program.title, began[program.name] + program.wait_ready())

    @contextmanager
    def _timed(self, name: str, title: str) -> Iterator[None]:
        self._board.waiting(title)
        began = time.monotonic()
        try:
            yield
        except (TopicsRefused, KafkaError, LedgerRefused, LedgerUnavailable, RegistryError) as exc:
            raise StackRefused(f"{title}没有就绪:{exc}") from exc
        self._record(name, title, time.monotonic() - began)

    def _record(self, name: str, title: str, seconds: float) -> None:
        self.times[name] = seconds
        self._board.ready(title, seconds)

    def _claims(self) -> Iterator[Claim]:
        if "kafka" in self._wanted:
            yield from kafka.claims(Address.parse(self.settings.kafka, kafka.SETTING))
            yield from self._doors.claims if self._doors else ()
        if "clickhouse" in self._wanted and not self._given:
            yield from clickhouse.claims(Address.parse(self.settings.clickhouse, clickhouse.SETTING))
        yield from process_claims(self.settings, self._wanted, self._workers)

    def _demand_clickhouse(self) -> None:
        address = Address.parse(self.settings.clickhouse, "--clickhouse")
        version = clickhouse_version(address, self.settings.clickhouse_user, self.settings.clickhouse_password)
        if version is None:
            raise StackRefused(
                f"{address} 上没有 ClickHouse 以用户 {self.settings.clickhouse_user} 应答(原生协议);"
                "请核对地址、MINGJING_CLICKHOUSE_USER 和 MINGJING_CLICKHOUSE_PASSWORD。"
            )
        self._board.say(f"使用 {address} 上的 ClickHouse {version}")

    def _echo_of(self, name: str) -> Callable[[str], None] | None:
        echo = self._echo
        return None if echo is None else lambda line: echo(f"{name:<11}│ {line}")


def _wanted(only: Collection[str] | None) -> frozenset[str]:
    if only is None:
        return frozenset(COMPONENTS)
    strange = sorted(set(only) - set(COMPONENTS))
    if strange:
        raise StackRefused(f"没有叫 {'、'.join(strange)} 的组件；可选的有 {'、'.join(COMPONENTS)}。")
    return frozenset(only)
