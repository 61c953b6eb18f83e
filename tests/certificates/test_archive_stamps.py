"""Archive time stamps: until when the last one proves, and renewals that carry the proof on for decades."""

import dataclasses
import datetime as dt
import io
from pathlib import Path

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfTimeStamper

from certificates.archive import as_pdf_a
from certificates.archive_stamps import last_stamp, renewed
from certificates.authority import found_authority, revocation_lists
from certificates.pdf import render
from certificates.signature_reports import signature_reports
from certificates.signing import Policy, Trust, sign
from certificates.waiting import outcome
from tests.certificates.archive_examples import ATTACHMENTS
from tests.certificates.examples import weight
from tests.certificates.signing_examples import AT, BEGAN, YEAR, signers, time_stamper
from tests.certificates.verapdf import VeraPdf
from uncertainty.errors import Broken, Invalid, Refused

RENEWED_AT = AT + 9 * YEAR
MUCH_LATER = AT + 15 * YEAR


@pytest.fixture(scope="module")
def issued(font_cache: Path) -> bytes:
    """The weight, signed by both at B-LTA."""
    unsigned = as_pdf_a(render(weight(), fonts=font_cache), ATTACHMENTS)
    return sign(unsigned, signers().both, AT, signers().policy("B-LTA"))


@pytest.fixture(scope="module")
def later_policy() -> Policy:
    """Another certificate of the time-stamp authority, nine years later."""
    stamper = time_stamper(signers().authority, RENEWED_AT, RENEWED_AT - YEAR)
    return dataclasses.replace(signers().policy("B-LTA"), time_stamper=stamper)


@pytest.fixture(scope="module")
def once(issued: bytes, later_policy: Policy) -> bytes:
    """The first renewal."""
    return renewed(issued, RENEWED_AT, later_policy, 1)


def test_a_file_tells_until_when_its_time_stamp_proves(issued: bytes, once: bytes) -> None:
    """The last archive time stamp says by whom and when it was made, and ends with its certificate."""
    first, second = last_stamp(issued), last_stamp(once)
    assert first is not None and second is not None
    assert (first.at, first.authority) == (AT + dt.timedelta(seconds=2), "Time-stamp service")
    assert first.ends == (BEGAN + 10 * YEAR).replace(microsecond=0)
    assert (second.at, second.ends) == (RENEWED_AT, RENEWED_AT - YEAR + 10 * YEAR)


def test_a_file_without_archive_time_stamp_says_so(font_cache: Path) -> None:
    """An unsigned file has no archive time stamp, and one that only claims to have one cannot be read."""
    unsigned = as_pdf_a(render(weight(), fonts=font_cache), ATTACHMENTS)
    assert last_stamp(unsigned) is None
    with pytest.raises(Refused, match="no archive time stamp"):
        renewed(unsigned, AT, signers().policy("B-LTA"), 1)
    with pytest.raises(Broken):
        last_stamp(b"%PDF-1.7 /DocTimeStamp")


def test_a_renewal_begins_with_the_issued_file(issued: bytes, once: bytes, later_policy: Policy) -> None:
    """Each renewal begins with what was there byte for byte, adds one time stamp, and everything in it is sound."""
    twice = renewed(once, RENEWED_AT, later_policy, 2)
    assert once.startswith(issued) and twice.startswith(once)
    reports = signature_reports(twice, signers().roots, RENEWED_AT)
    assert [one.field for one in reports] == [
        "Signatory", "Seal", "ArchiveTimeStamp", "ArchiveTimeStamp2", "ArchiveTimeStamp3",
    ]  # fmt: skip
    assert all(one.sound for one in reports)
    assert [one.level for one in reports[:2]] == ["B-LTA"] * 2


@pytest.mark.timeout(300)
def test_a_renewed_file_is_still_pdf_a(once: bytes, verapdf: VeraPdf) -> None:
    """VeraPDF finds the renewed file compliant with PDF/A-3U."""
    said = verapdf.judge(once)
    assert said.compliant, said.broken


def test_a_renewal_carries_the_proof_on(issued: bytes, once: bytes) -> None:
    """Fifteen years on, every certificate of the issue has ended: the issued file proves nothing, the renewed all."""
    assert not any(one.trusted for one in signature_reports(issued, signers().roots, MUCH_LATER))
    reports = signature_reports(once, signers().roots, MUCH_LATER)
    assert all(one.sound for one in reports)
    assert dt.datetime.fromisoformat(reports[0].at) == AT + dt.timedelta(seconds=2)


def test_a_stamp_of_nobody_carries_no_proof_on(issued: bytes) -> None:
    """A later time stamp of an authority that leads to no root leaves what stands before it to the present day."""
    stranger = time_stamper(found_authority("Stranger", BEGAN), RENEWED_AT, RENEWED_AT - YEAR)
    stamping = PdfTimeStamper(stranger, field_name="Forged")
    output = outcome(stamping.async_timestamp_pdf(IncrementalPdfFileWriter(io.BytesIO(issued)), "sha256"))
    forged = output.getvalue()
    reports = signature_reports(forged, signers().roots, MUCH_LATER)
    assert not any(one.trusted for one in reports)


def test_a_renewal_that_cannot_be_is_refused(issued: bytes, later_policy: Policy) -> None:
    """Too late, without an authority, by one that leads to no root, or over a broken time stamp: refused, and why."""
    with pytest.raises(Refused, match=r"no longer proves|ended on"):
        renewed(issued, BEGAN + 10 * YEAR + dt.timedelta(days=1), later_policy, 1)
    with pytest.raises(Invalid, match="time-stamp"):
        renewed(issued, RENEWED_AT, Policy("B-B"), 1)
    lists = revocation_lists(signers().authority, BEGAN)
    with pytest.raises(Refused):
        renewed(issued, RENEWED_AT, Policy("B-LTA", later_policy.time_stamper, Trust((), lists)), 1)
    spoilt = bytearray(issued)
    spoilt[issued.index(b"/Title") + 8] ^= 1
    with pytest.raises(Broken, match="altered"):
        renewed(bytes(spoilt), RENEWED_AT, later_policy, 1)
