"""Rulebooks from files: what ships, what an installation names, and the profile over it."""

from pathlib import Path

import pytest

from mingjing.rules.yaml_page import PackRefused
from mingjing.services.rulebook_files import load_rulebook, load_version, rulebook_of, shipped
from mingjing.services.settings import Settings

PACK = shipped("packs") / "licensing-time-limits.yaml"


@pytest.mark.parametrize("profile", sorted(path.stem for path in shipped("profiles").glob("*.yaml")))
def test_every_shipped_profile_lies_over_what_ships(profile: str) -> None:
    assert load_rulebook(profile=profile).versions["profile"].startswith(f"{profile}@")


def test_a_profile_lies_over_one_pack_of_those_it_names() -> None:
    book = load_rulebook([PACK], profile="hunan")

    assert [str(rung.when.term) for rule in book.rules if rule.id == "TL-04" for rung in rule.rungs[1:]] == [
        "1wd",
        "1wd",
    ]  # type: ignore[union-attr]  # thresholds


def test_no_profile_leaves_the_packs_as_they_are_written() -> None:
    assert "profile" not in load_rulebook([PACK]).versions


def test_a_profile_may_be_a_file_of_the_installation(tmp_path: Path) -> None:
    path = tmp_path / "ours.yaml"
    path.write_text("profile: ours\nversion: 7\ncards: {TL-04: {red: past}}\n", "utf-8")

    assert load_rulebook([PACK], profile=str(path)).versions["profile"] == "ours@7"


def test_a_profile_nobody_knows_is_refused_by_name() -> None:
    with pytest.raises(PackRefused, match=r"profile 'hunnan' is neither .* did you mean 'hunan'\?"):
        load_rulebook([PACK], profile="hunnan")


def test_the_settings_name_the_profile_of_every_process() -> None:
    assert rulebook_of(Settings(packs=[PACK], profile="yulin")).versions["profile"] == "yulin@2026.1"


def test_a_version_of_the_law_may_be_a_profile_alone(tmp_path: Path) -> None:
    room = tmp_path / "profiles"
    room.mkdir()
    before = load_version(tmp_path).versions
    (room / "ours.yaml").write_text("profile: ours\nversion: 7\ncards: {TL-04: {red: past}}\n", "utf-8")

    assert ("profile" in before, load_version(tmp_path).versions["profile"]) == (False, "ours@7")


def test_of_two_profiles_in_one_version_none_is_picked(tmp_path: Path) -> None:
    room = tmp_path / "profiles"
    room.mkdir()
    for name in ("ours", "theirs"):
        (room / f"{name}.yaml").write_text(f"profile: {name}\nversion: 7\ncards: {{}}\n", "utf-8")

    with pytest.raises(PackRefused, match=r"theirs\.yaml.*one alone can apply"):
        load_version(tmp_path)
