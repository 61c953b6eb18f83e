"""Every kind of file as jobs issued it, drawn and signed by today's program: archive, DCC, signatures, numbers."""

import dataclasses
import datetime as dt
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from certificates.agreement import compare, text_of_pages
from certificates.archive import as_pdf_a, dcc_attachment
from certificates.content import CertificateContent
from certificates.dcc import SCHEMA_VERSION
from certificates.dcc_schema import DccSchemas
from certificates.hostile_xml import read_hostile
from certificates.pdf import render
from certificates.signature_reports import signature_reports
from certificates.signing import LEVELS, sign
from certificates.xades import verify_dcc, without_signature
from tests.archive.specimen_maker import CENTRES, KINDS, contents
from tests.certificates.example_caliper import caliper
from tests.certificates.examples import ISSUE
from tests.certificates.good_practice import GoodPractice
from tests.certificates.signing_examples import AT, signers
from tests.certificates.test_issued import ID_ATTRIBUTES
from tests.certificates.verapdf import VeraPdf
from tests.certificates.whole_examples import signed_dcc

NOW = AT + dt.timedelta(hours=1)
LANGUAGES = ("vi-en", "en")
CODES = tuple(one.code for one in CENTRES)
FORTY_PAGES = "forty pages"
pytestmark = [pytest.mark.timeout(900), pytest.mark.usefixtures("font_cache")]


@dataclass(frozen=True)
class Way:
    """How a file is made: its kind and centre, languages and level of signature."""

    kind: str
    centre: str
    languages: str
    level: str


def ways(*, all_of_them: bool) -> Iterator[Way]:
    """Each kind once so that every centre has every level and both languages; in the long form all there are."""
    if all_of_them:
        yield from (Way(*one) for one in product((*KINDS, FORTY_PAGES), CODES, LANGUAGES, LEVELS))
        return
    for place, kind in enumerate((*KINDS, FORTY_PAGES)):
        yield Way(kind, CODES[place % 3], LANGUAGES[place // 3 % 2], LEVELS[(place + place // 3) % 3])


def content_of(way: Way, frozen: dict[str, CertificateContent]) -> CertificateContent:
    """What the file says: a job's content, or two thousand points under the letterhead of the centre."""
    if way.kind != FORTY_PAGES:
        return dataclasses.replace(frozen[f"{way.kind} {way.centre}"], languages=way.languages, issue=ISSUE)
    body = frozen[f"matrix {way.centre}"].body
    return dataclasses.replace(caliper(points=2_000), body=body, languages=way.languages)


@pytest.mark.long_form("every-file")
def test_every_file_passes_its_judges(
    verapdf: VeraPdf, schemas: DccSchemas, xmlsec1: str, tmp_path: Path, long_form: bool, figure: Callable[[str], None]
) -> None:
    """VeraPDF, XSD and Schematron pass it, two programs agree on its signatures, its pages say what its DCC says."""
    practice, frozen, roots = GoodPractice(), contents(), signers().roots
    (tmp_path / "root.pem").write_bytes(roots[0].public_bytes(Encoding.PEM))
    command = [xmlsec1, "--verify", "--trusted-pem", str(tmp_path / "root.pem"), *ID_ATTRIBUTES]
    command += ["--verification-time", f"{NOW.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S}", str(tmp_path / "dcc.xml")]
    counted: dict[str, Counter[str]] = {name: Counter() for name in ("kind", "centre", "languages", "level")}
    assertions = 0
    for way in ways(all_of_them=long_form):
        content = content_of(way, frozen)
        dcc, drawn = signed_dcc(content), render(content)
        file = sign(
            as_pdf_a(drawn, (dcc_attachment(dcc, SCHEMA_VERSION),)), signers().both, AT, signers().policy(way.level)
        )
        said = verapdf.judge(file, "3u")
        assert said.compliant, (way, said.broken)
        schemas.check(read_hostile(dcc), SCHEMA_VERSION)
        assert practice.findings(without_signature(dcc)) == [], way
        reports = signature_reports(file, roots, NOW)
        assert all(one.sound for one in reports) and {one.level for one in reports if one.level} == {way.level}, way
        assert verify_dcc(dcc, roots, at=NOW).certificate == signers().person.certificate
        (tmp_path / "dcc.xml").write_bytes(dcc)
        judged = subprocess.run(command, capture_output=True, text=True, check=False)
        assert judged.returncode == 0 and "(ok/all): 3/3" in judged.stderr, (way, judged.stderr)
        found = compare(dcc, text_of_pages(file))
        assert (found.state, found.differences) == ("agrees", ()), way
        assertions += said.assertions
        for name, words in counted.items():
            words[getattr(way, name)] += 1
    assert set(counted["kind"]) == {*KINDS, FORTY_PAGES} and set(counted["centre"]) == set(CODES)
    assert set(counted["languages"]) == set(LANGUAGES) and set(counted["level"]) == set(LEVELS)
    said_of = "; ".join(f"{name}: {dict(words)}" for name, words in counted.items())
    figure(f"{counted['level'].total()} files, {assertions} assertions of veraPDF, 0 broken; {said_of}")
