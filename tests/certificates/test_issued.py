"""Every file that the demonstration issues, as it lies in the vault: archive, signatures, DCC, numbers."""

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from sqlmodel import select

from certificates.agreement import DccTexts, compare, numbers_on, text_of_pages
from certificates.carried import dcc_of
from certificates.content import CertificateContent
from certificates.dcc_schema import DccSchemas
from certificates.edition import Edition
from certificates.hostile_xml import read_hostile
from certificates.signature_reports import signature_reports
from certificates.xades import DS, XADES, verify_dcc, without_signature
from lims.laboratory import Laboratory
from lims.record import last_evaluation
from lims.store.tables import Certificate, CertificateIssue, Job
from tests.certificates.good_practice import GoodPractice
from tests.certificates.verapdf import VeraPdf
from ui.components.result_panel import result_panel
from ui.result_view import of_record, shown_result

pytestmark = pytest.mark.timeout(300)
ID_ATTRIBUTES = ("--id-attr:Id", f"{XADES}:SignedProperties", "--id-attr:Id", f"{DS}:KeyInfo")


@dataclass(frozen=True)
class Issued:
    """One issued certificate: its file, the DCC inside, its content, and its job with the points of its evaluation."""

    number: str
    file: bytes
    dcc: bytes
    content: CertificateContent
    job: Job
    points: list[dict[str, object]]


@pytest.fixture(scope="module")
def lab(demonstration: Path) -> Iterator[Laboratory]:
    """The demonstration."""
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("CHUAN_DATABASE_URL", raising=False)
        opened = Laboratory.open(demonstration)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def issued(lab: Laboratory) -> list[Issued]:
    """Everything that was issued."""
    found = []
    with lab.store.reading() as session:
        rows = session.exec(select(Certificate, CertificateIssue, Job).join(CertificateIssue).join(Job)).all()
        for certificate, issue, job in rows:
            evaluation = last_evaluation(session, job)
            assert evaluation is not None
            file = lab.vault.get(issue.file_sha256)
            content = CertificateContent.from_json(json.loads(certificate.content))
            found.append(Issued(certificate.number, file, dcc_of(file) or b"", content, job, evaluation.points))
    return found


def test_every_issued_file_is_an_archive_file(
    issued: list[Issued], verapdf: VeraPdf, figure: Callable[[str], None]
) -> None:
    """VeraPDF finds each of them, as it was signed, compliant with the level it declares."""
    assertions = 0
    for one in issued:
        said = verapdf.judge(one.file, "3u")
        assert said.compliant, (one.number, said.broken)
        assertions += said.assertions
    figure(f"{len(issued)} issued files PDF/A-3U by veraPDF, {assertions} assertions")


def test_every_dcc_inside_is_valid(issued: list[Issued], schemas: DccSchemas) -> None:
    """XSD and PTB's Schematron find nothing in any DCC inside."""
    practice = GoodPractice()
    for one in issued:
        schemas.check(read_hostile(one.dcc), "3.3.0")
        assert practice.findings(without_signature(one.dcc)) == [], one.number


def test_two_programs_agree_on_the_signatures(
    issued: list[Issued], lab: Laboratory, xmlsec1: str, tmp_path: Path
) -> None:
    """The file's two signatures and the DCC's one are sound, by ourselves and, of the DCC, by xmlsec1."""
    roots, now, trusted = lab.keys.roots(), lab.clock.now(), tmp_path / "root.pem"
    trusted.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in roots))
    when = f"{now:%Y-%m-%d %H:%M:%S}"
    for one in issued:
        reports = signature_reports(one.file, roots, now)
        assert len(reports) == 2 and all(each.sound for each in reports), one.number
        seal = verify_dcc(one.dcc, roots, at=now).certificate
        assert seal == lab.keys.key("seal", one.content.body.code).certificate
        (tmp_path / "dcc.xml").write_bytes(one.dcc)
        words = [xmlsec1, "--verify", "--trusted-pem", str(trusted), "--verification-time", when, *ID_ATTRIBUTES]
        said = subprocess.run([*words, str(tmp_path / "dcc.xml")], capture_output=True, text=True, check=False)
        assert said.returncode == 0 and "(ok/all): 3/3" in said.stderr, (one.number, said.stderr)


def screen_text(lab: Laboratory, one: Issued, language: str) -> str:
    """The results of a job as its screens show them, tags taken away, groups of digits with a blank."""
    procedure = lab.procedure(one.job.procedure_id, one.job.procedure_edition)
    panels = [
        result_panel(shown_result(procedure, of_record(each, language), language), language) for each in one.points
    ]
    bare = re.sub(r"<[^>]*>", " ", " ".join(str(each) for each in panels))
    return unescape(bare).replace("\u202f", " ").replace("\u00a0", " ")


def test_page_dcc_and_screen_say_the_same(issued: list[Issued], lab: Laboratory) -> None:
    """Every result, its unit, U, k and p read back from pages, DCC and screen is the same text."""
    compared = 0
    for one in issued:
        text, edition = text_of_pages(one.file), Edition(one.content.languages)
        found = compare(one.dcc, text)
        assert (found.state, found.differences) == ("agrees", ()), one.number
        language = edition.first_language
        screen = screen_text(lab, one, language)
        shown, printed = numbers_on(screen, edition.decimal), numbers_on(text, edition.decimal)
        rows = set(DccTexts(read_hostile(one.dcc)).rows())
        for point in one.points:
            row = (str(point["value"]), str(point["expanded_uncertainty"]), str(point["coverage_factor"]))
            assert row in rows, (one.number, row)
            assert set(row) <= set(printed) and set(row) <= set(shown), (one.number, row)
            unit, percent = (edition.unit(str(point["unit"])), edition.percent(str(point["coverage_probability"])))
            for said in (unit, percent):
                assert "".join(said.split()) in "".join(screen.split()), (one.number, said)
                assert "".join(said.split()) in "".join(text.split()), (one.number, said)
            compared += len(row) + 2
    assert compared >= 5 * len(issued)
