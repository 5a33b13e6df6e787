import io

from rich.console import Console

from mingjing.services.stack.board import TerminalBoard


def shown(*, terminal: bool) -> str:
    out = io.StringIO()
    with TerminalBoard(Console(file=out, force_terminal=terminal, width=60)) as board:
        board.waiting("Kafka")
        board.waiting("入库进程")
        board.ready("Kafka", 2.04)
        board.say("使用试用存储:" + "很长的一句话" * 20)
        board.ready("入库进程", 0.5)
    return out.getvalue()


def test_a_log_gets_a_line_for_each_component_and_no_control_characters() -> None:
    lines = shown(terminal=False).splitlines()
    assert "✓ Kafka 就绪,2.0 秒" in lines
    assert "✓ 入库进程 就绪,0.5 秒" in lines
    assert any(line.endswith("很长的一句话") for line in lines)
    assert "\x1b" not in "".join(lines)


def test_a_terminal_gets_a_table_that_ends_complete() -> None:
    table = shown(terminal=True).splitlines()[-4:]
    assert any("Kafka" in line and "2.0 秒" in line for line in table)
    assert any("入库进程" in line and "0.5 秒" in line for line in table)
