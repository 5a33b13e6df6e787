"""How the peers on the JVM are started: their jars by Maven, their sources compiled, both kept for the next run."""

import shutil
import subprocess
from pathlib import Path

from figures import FOLDER
from progress import say

SOURCES = Path(__file__).parent / "peers"
RULES = SOURCES / "FourRules.java"
MAINS = {
    "java": ("PlainLoop", "kafka-streams", ()),
    "kafka-streams": ("StreamsTopology", "kafka-streams", ()),
    "flink-heap": ("FlinkJob", "flink", ("hashmap",)),
    "flink-rocksdb": ("FlinkJob", "flink", ("rocksdb",)),
}
"""By way: its main class, whose jars it takes, and what it is told beside what all are told."""

OPENED = ("java.base/java.util", "java.base/java.lang", "java.base/java.nio")
"""Packages of Java that Flink's serialisers look into."""


def jvm_command(way: str) -> tuple[list[str], tuple[str, ...]]:
    """Return the command that starts a way, and what it is told last; fetches and compiles what is missing.

    Raises CalledProcessError where Maven or javac will not.
    """
    main, jars, told = MAINS[way]
    home = FOLDER.absolute() / f"peers-{jars}"
    pom = SOURCES / f"pom-{jars}.xml"
    if not (home / "pom.xml").exists() or (home / "pom.xml").read_bytes() != pom.read_bytes():
        shutil.rmtree(home, ignore_errors=True)
        say(f"fetching what {pom.name} names …")
        fetch = ["mvn", "-q", "-B", "-C", "-f", str(pom), "dependency:copy-dependencies"]
        subprocess.run([*fetch, f"-DoutputDirectory={home / 'jars'}"], check=True, stdin=subprocess.DEVNULL)
        shutil.copyfile(pom, home / "pom.xml")
    classes = f"{home / 'jars'}/*"
    made = home / "classes"
    subprocess.run(["javac", "-cp", classes, "-d", str(made), str(RULES), str(SOURCES / f"{main}.java")], check=True)
    opened = [f"--add-opens={package}=ALL-UNNAMED" for package in OPENED]
    return ["java", *opened, "-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-cp", f"{made}:{classes}", main], told
