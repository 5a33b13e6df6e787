"""Java and the Kafka broker's jars: found on the machine, fetched once by Maven, kept in a cache."""

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from mingjing.services.stack.refusal import StackRefused

KAFKA_VERSION = "4.3.1"
JAVA_NEEDED = 17

# slf4j-simple and not slf4j-nop: a broker that refuses to start says why on
# stderr, at the price of nothing while it is well.
_POM = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>mingjing</groupId>
  <artifactId>kafka-broker</artifactId>
  <version>{KAFKA_VERSION}</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>{KAFKA_VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-simple</artifactId>
      <version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
"""

_NO_NETWORK = re.compile(
    r"Could not transfer|Unknown host|Network is unreachable|Connection (?:refused|timed out|reset)|"
    r"Temporary failure|in offline mode",
    re.IGNORECASE,
)


def cache_folder() -> Path:
    """Return the folder that keeps what is fetched once a machine: $XDG_CACHE_HOME/mingjing or ~/.cache/mingjing."""
    given = os.environ.get("XDG_CACHE_HOME")
    return (Path(given) if given else Path.home() / ".cache") / "mingjing"


def find_java() -> str:
    """Return the `java` to run Kafka with; StackRefused when there is none new enough."""
    found = _java_candidate()
    remedy = f"请安装 Java {JAVA_NEEDED}(Debian:apt-get install openjdk-17-jre-headless)。"
    if found is None:
        raise StackRefused(f"没有找到 Java,而 Kafka {KAFKA_VERSION} 需要 Java {JAVA_NEEDED} 以上;{remedy}")
    version = java_version(found)
    if version < JAVA_NEEDED:
        raise StackRefused(f"{found} 是 Java {version},而 Kafka {KAFKA_VERSION} 需要 Java {JAVA_NEEDED} 以上;{remedy}")
    return found


def java_version(java: str) -> int:
    """Return the feature release of a `java` (8, 11, 17, …); 0 when it does not say."""
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    match = re.search(r'version "(?:1\.)?(\d+)', said)
    return int(match[1]) if match else 0


def kafka_jars(cache: Path) -> Path:
    """Return the folder of the broker's jars, fetching them into `cache` the first time.

    The folder appears only when complete; starts at the same time wait for one another.
    """
    folder = cache / f"kafka-{KAFKA_VERSION}"
    if folder.is_dir():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            _fetch(folder)
    return folder


def _java_candidate() -> str | None:
    home = os.environ.get("JAVA_HOME")
    if home and (java := Path(home) / "bin" / "java").is_file():
        return str(java)
    return shutil.which("java")


def _fetch(folder: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise StackRefused(
            f"没有找到 Maven,无法取得 Kafka {KAFKA_VERSION} 的程序包；请安装它(Debian:apt-get install maven)后再试。"
        )
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f"{folder.name}-") as partial:
        (Path(partial) / "pom.xml").write_text(_POM, encoding="utf-8")
        run = subprocess.run(
            [maven, "-q", "-B", "-C", "-Dstyle.color=never", "dependency:copy-dependencies", "-DoutputDirectory=jars"],
            cwd=partial,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode != 0:
            raise StackRefused(_why_not_fetched(run.stdout + run.stderr))
        (Path(partial) / "jars").replace(folder)


def _why_not_fetched(said: str) -> str:
    first = next((line for line in said.splitlines() if line.startswith("[ERROR]")), "[ERROR] 没有说明").strip()
    if _NO_NETWORK.search(said):
        return (
            f"连不上 Maven 仓库，取不到 Kafka {KAFKA_VERSION} 的程序包;"
            f"请接通网络，或在 ~/.m2/settings.xml 里配置本单位的镜像后再试。Maven 说:{first}"
        )
    return f"Maven 没有取得 Kafka {KAFKA_VERSION} 的程序包:{first}"
