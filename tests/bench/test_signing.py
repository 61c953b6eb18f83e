"""How long the archive file, its signatures and their verification take, in the bench's own process."""

import datetime as dt
import io
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from reportlab.pdfgen.canvas import Canvas

from certificates.archive import as_pdf_a
from certificates.fonts import face_name, register_fonts
from certificates.pdf import render
from certificates.signature_reports import signature_reports
from certificates.signing import LEVELS, sign
from certificates.validating import validate
from tests.certificates.archive_examples import ATTACHMENTS
from tests.certificates.examples import weight
from tests.certificates.signing_examples import AT, signers

NOW = AT + dt.timedelta(hours=1)


@pytest.fixture(scope="module")
def drawn(faces: Path) -> bytes:
    """The pages of the weight."""
    return render(weight(), fonts=faces / "fonts")


@pytest.fixture(scope="module")
def signed(drawn: bytes) -> bytes:
    """The weight, signed by person and seal."""
    return sign(as_pdf_a(drawn, ATTACHMENTS), signers().both, AT)


def test_a_bare_page(benchmark: BenchmarkFixture, faces: Path) -> None:
    """One page with one line in an embedded face: the measure of the other rows."""
    register_fonts(faces / "fonts")

    def page() -> bytes:
        stream = io.BytesIO()
        canvas = Canvas(stream, initialFontName=face_name("Regular"))
        canvas.setFont(face_name("Regular"), 12)
        canvas.drawString(72, 700, "Một trang trống")
        canvas.showPage()
        canvas.save()
        return stream.getvalue()

    assert benchmark(page)


def test_drawing_the_pages(benchmark: BenchmarkFixture, faces: Path) -> None:
    """The two pages as they are drawn."""
    assert benchmark(render, weight(), fonts=faces / "fonts")


def test_making_the_archive_file(benchmark: BenchmarkFixture, drawn: bytes) -> None:
    """PDF/A-3U with three attachments, from the drawn pages."""
    assert benchmark(as_pdf_a, drawn, ATTACHMENTS)


@pytest.mark.parametrize("level", LEVELS)
def test_one_signature(benchmark: BenchmarkFixture, drawn: bytes, level: str) -> None:
    """One signature with a key that is loaded, at each level (time stamps by the library's own test authority)."""
    file = as_pdf_a(drawn, ATTACHMENTS)
    policy = signers().policy(level)
    assert benchmark(sign, file, signers().both[:1], AT, policy)


def test_both_signatures(benchmark: BenchmarkFixture, drawn: bytes) -> None:
    """The person's signature and the seal, B-B."""
    assert benchmark(sign, as_pdf_a(drawn, ATTACHMENTS), signers().both, AT)


def test_judging_both_signatures(benchmark: BenchmarkFixture, signed: bytes) -> None:
    """Both signatures judged in this process."""
    assert len(benchmark(signature_reports, signed, signers().roots, NOW)) == 2


def test_judging_both_signatures_apart(benchmark: BenchmarkFixture, signed: bytes) -> None:
    """Both signatures judged in the process apart, as for strangers' files."""
    found = benchmark.pedantic(validate, (signed, signers().roots, NOW), rounds=10, warmup_rounds=1)
    assert found.word == "sound"
