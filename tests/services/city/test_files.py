import gzip
from pathlib import Path

import orjson

from mingjing.services.city.city import City
from mingjing.services.city.files import AGENCIES, EVENTS, GARBAGE, LOG, MAP, SUMMARY, TRUTH, write
from mingjing.services.city.world import World


def test_a_written_city_tells_the_same_as_the_city(world: World, agencies_file: Path, tmp_path: Path) -> None:
    city = City(world, seed=1, cases=100)
    log, planted = city.log()

    summary = write(city, agencies_file, tmp_path)

    events = gzip.decompress((tmp_path / EVENTS).read_bytes()).splitlines()
    truth = (tmp_path / TRUTH).read_bytes().splitlines()
    garbage = (tmp_path / GARBAGE).read_bytes().splitlines()
    assert len(events) == sum(message.refused is None for message in log) == summary["events"]
    assert len(garbage) == sum(message.refused is not None for message in log)
    assert len(truth) == len(planted) == sum(summary["planted"].values())


def test_writing_twice_gives_the_same_bytes(world: World, agencies_file: Path, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        write(City(world, seed=1, cases=30), agencies_file, tmp_path / folder)

    for name in (EVENTS, LOG, MAP, GARBAGE, TRUTH, SUMMARY, AGENCIES):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_each_event_names_the_case_its_truth_names(world: World, agencies_file: Path, tmp_path: Path) -> None:
    write(City(world, seed=1, cases=60), agencies_file, tmp_path)

    keys = {orjson.loads(line)["casekey"] for line in gzip.decompress((tmp_path / EVENTS).read_bytes()).splitlines()}

    true_of = {orjson.loads(line)["case"] for line in (tmp_path / TRUTH).read_bytes().splitlines()}
    assert {case for case in true_of if not case.startswith("across/")} <= keys
