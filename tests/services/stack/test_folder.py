from pathlib import Path

import pytest

from mingjing.services.stack.folder import Folder
from mingjing.services.stack.refusal import StackRefused


def test_two_stacks_do_not_share_a_folder(tmp_path: Path) -> None:
    with Folder(tmp_path), pytest.raises(StackRefused, match="另一个本机栈"):
        Folder(tmp_path).__enter__()


def test_a_folder_is_free_again_after_its_stack(tmp_path: Path) -> None:
    with Folder(tmp_path):
        pass
    with Folder(tmp_path):
        pass


def test_a_stack_s_folder_can_be_wiped(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    with folder:
        folder.kafka.mkdir()
        (folder.kafka / "segment").touch()
    folder.wipe()
    assert not folder.kafka.exists()


def test_a_folder_in_use_is_not_wiped(tmp_path: Path) -> None:
    with Folder(tmp_path) as folder:
        folder.kafka.mkdir()
        with pytest.raises(StackRefused, match="另一个本机栈"):
            Folder(tmp_path).wipe()
        assert folder.kafka.exists()


def test_a_folder_that_is_no_stack_s_is_not_wiped(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").touch()
    with pytest.raises(StackRefused, match="不敢清空"):
        Folder(tmp_path).wipe()
    assert (tmp_path / "thesis.docx").exists()


def test_wiping_what_is_not_there_does_nothing(tmp_path: Path) -> None:
    Folder(tmp_path / "absent").wipe()
    assert not (tmp_path / "absent").exists()
