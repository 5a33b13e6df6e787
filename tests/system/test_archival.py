"""What we call PDF/A is PDF/A-2b by the judgement of veraPDF, the validator of the PDF Association."""

import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from mingjing.services.documents.paper import pdf_of
from mingjing.services.documents.shelf import load_templates
from mingjing.services.documents.template import BLANKS

pytestmark = pytest.mark.system

HERE = Path(__file__).parent / "verapdf"
NAMES = "王䶮、𠅤某、㛃、𬎆、〇"
"""Characters of names that common fonts lack: each must come from a font that is embedded."""


@pytest.fixture(scope="module")
def verapdf(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The class path of the validator."""
    if shutil.which("mvn") is None or shutil.which("java") is None:
        pytest.skip("veraPDF 需要 mvn 与 java（与本机 Kafka 相同）")
    path = tmp_path_factory.mktemp("verapdf") / "classpath"
    build = ["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:build-classpath", f"-Dmdep.outputFile={path}"]
    subprocess.run(build, check=True, timeout=240)
    return path.read_text("utf-8").strip()


def test_every_document_keeps_to_pdf_a_2b(verapdf: str, tmp_path: Path) -> None:
    values = dict.fromkeys(BLANKS, NAMES)
    for kind, template in load_templates().items():
        letter = template.write(values, (NAMES, "3月6日受理。"), n=12, day=date(2026, 3, 19))
        (tmp_path / f"{kind}.pdf").write_bytes(pdf_of(letter))
    files = sorted(map(str, tmp_path.glob("*.pdf")))

    said = subprocess.run(
        ["java", "-cp", verapdf, str(HERE / "Verify.java"), *files],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    ).stdout.splitlines()

    assert [line for line in said if line.startswith(("kept ", "broken "))] == [f"kept {each} []" for each in files]
