"""What we call PDF/A and PDF/UA is so by the judgement of veraPDF, the validator of the PDF Association."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest
import typst
from tests.services.reports.conftest import asked, origin, report, titles
from tests.services.reports.forms.test_assessment_forms import document

from mingjing.services.documents.paper import pdf_of
from mingjing.services.documents.shelf import load_templates
from mingjing.services.documents.template import BLANKS
from mingjing.services.reports.assessing import AssessmentDocument
from mingjing.services.reports.document import Efficiency
from mingjing.services.reports.forms.assessment_pdf import assessment_pdf
from mingjing.services.reports.forms.notice import as_notice
from mingjing.services.reports.forms.pdf_form import as_pdf

__all__ = ["asked", "document", "origin", "report", "titles"]
pytestmark = pytest.mark.system

Judge = Callable[[str, Path], str]

CLAIMED = pytest.mark.parametrize("standard", ["PDFA_2_A", "PDFUA_1"])

HERE = Path(__file__).parent / "verapdf"
NAMES = "王䶮、𠅤某、㛃、𬎆、〇"
"""Characters of names that common fonts lack: each must come from a font that is embedded."""


@pytest.fixture(scope="module")
def verapdf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    """Put files to the validator, one after another: a Java machine takes longer to start than to judge them all."""
    if shutil.which("mvn") is None or shutil.which("java") is None:
        pytest.skip("veraPDF 需要 mvn 与 java（与本机 Kafka 相同）")
    path = tmp_path_factory.mktemp("verapdf") / "classpath"
    build = ["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:build-classpath", f"-Dmdep.outputFile={path}"]
    subprocess.run(build, check=True, timeout=240)
    command = ["java", "-cp", path.read_text("utf-8").strip(), str(HERE / "Verify.java")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as validator:
        asked, said = validator.stdin, validator.stdout
        assert asked is not None
        assert said is not None

        def judged(standard: str, file: Path) -> str:
            print(standard, file, file=asked, flush=True)
            verdict = next((line for line in said if line.startswith(("kept ", "broken "))), "the validator has gone")
            return verdict.strip().replace(str(file), file.name)

        yield judged
        asked.close()


@CLAIMED
def test_every_document_of_a_card_keeps_to_what_it_claims(verapdf: Judge, tmp_path: Path, standard: str) -> None:
    values = dict.fromkeys(BLANKS, NAMES)
    for kind, template in load_templates().items():
        file = tmp_path / f"{kind}.pdf"
        file.write_bytes(pdf_of(template.write(values, (NAMES, "3月6日受理。"), n=12, day=date(2026, 3, 19))))

        assert verapdf(standard, file) == f"kept {kind}.pdf []"


@CLAIMED
def test_the_report_of_a_month_keeps_to_what_it_claims(
    verapdf: Judge, report: Efficiency, tmp_path: Path, standard: str
) -> None:
    (tmp_path / "report.pdf").write_bytes(as_pdf(named(report)))

    assert verapdf(standard, tmp_path / "report.pdf") == "kept report.pdf []"


@CLAIMED
def test_the_notice_of_a_month_keeps_to_what_it_claims(
    verapdf: Judge, report: Efficiency, tmp_path: Path, standard: str
) -> None:
    (tmp_path / "notice.pdf").write_bytes(as_notice(named(report)))

    assert verapdf(standard, tmp_path / "notice.pdf") == "kept notice.pdf []"


@CLAIMED
def test_an_assessment_keeps_to_what_it_claims(
    verapdf: Judge, document: AssessmentDocument, tmp_path: Path, standard: str
) -> None:
    (tmp_path / "assessment.pdf").write_bytes(assessment_pdf(document, None, "https://mj.example.test/console"))

    assert verapdf(standard, tmp_path / "assessment.pdf") == "kept assessment.pdf []"


@pytest.mark.parametrize("standard", ["PDFA_2_A", "PDFA_2_B", "PDFUA_1"])
def test_a_document_that_is_not_meant_for_the_archive_is_seen_through(
    verapdf: Judge, tmp_path: Path, standard: str
) -> None:
    (tmp_path / "plain.pdf").write_bytes(typst.compile(b"plain"))

    assert verapdf(standard, tmp_path / "plain.pdf").startswith("broken plain.pdf ")


def named(report: Efficiency) -> Efficiency:
    """Return the report with an agency whose name has characters that common fonts lack."""
    first, *others = report.agencies
    return msgspec.structs.replace(report, agencies=[msgspec.structs.replace(first, title=NAMES), *others])
