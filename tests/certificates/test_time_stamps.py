"""A time-stamp authority over HTTP: its stamps enter the file, anything else is refused and said."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from certificates.archive import as_pdf_a
from certificates.pdf import render
from certificates.signature_reports import signature_reports
from certificates.signing import Policy, sign
from certificates.time_stamps import time_stamp_authority
from tests.certificates.archive_examples import ATTACHMENTS
from tests.certificates.examples import weight
from tests.certificates.signing_examples import AT, BEGAN, YEAR, signers, time_stamper
from tests.certificates.time_stamp_server import StampServer, stamp_server
from uncertainty.errors import Invalid, Refused

FAILURES = {
    "/tsa-that-is-down": "HTTP error 503",
    "/digest": "stamped something else",
    "/nonce": "answered another question",
    "/other": f"holds from {(BEGAN - 12 * YEAR).date()}",
    "/forged": "signature does not fit",
    "/refused": "refuses: no",
    "/garbage": "no time stamp by RFC 3161",
    "/empty": "no time stamp by RFC 3161",
    "/slow": "does not answer within 0.2 seconds",
}


@pytest.fixture(scope="module")
def unsigned(font_cache: Path) -> bytes:
    """The weight as an archive file."""
    return as_pdf_a(render(weight(), fonts=font_cache), ATTACHMENTS)


@pytest.fixture(scope="module")
def server() -> Iterator[StampServer]:
    """A server that stamps well, and under other paths in every way badly."""
    ended = time_stamper(signers().authority, AT, BEGAN - 12 * YEAR)
    with stamp_server(signers().time_stamper, ended) as serving:
        yield serving


def policy(level: str, address: str, seconds: float = 10.0) -> Policy:
    """How to sign with the authority at an address."""
    return dataclasses.replace(signers().policy(level), time_stamper=time_stamp_authority(address, seconds))


@pytest.mark.parametrize(("level", "stamps"), [("B-T", 3), ("B-LTA", 4)])
def test_an_authority_over_http_stamps(unsigned: bytes, server: StampServer, level: str, stamps: int) -> None:
    """Over HTTP every level above B-B is made and sound; the authority is asked no more than it stamps, but once."""
    chosen = policy(level, server.at("/tsa"))
    for time in (stamps, 3 if level == "B-LTA" else 2):
        server.asked.clear()
        file = sign(unsigned, signers().both, AT, chosen)
        assert len(server.asked) == time
    reports = signature_reports(file, signers().roots, AT)
    assert all(one.sound and one.at_by == "authority" for one in reports)
    assert reports[0].level == level


@pytest.mark.parametrize("path", FAILURES)
def test_an_authority_that_fails_is_said_plainly(unsigned: bytes, server: StampServer, path: str) -> None:
    """What is wrong with an answer is said in both languages with its remedy; signing again later succeeds."""
    with pytest.raises(Refused, match="othing is lost") as refused:
        sign(unsigned, signers().both, AT, policy("B-T", server.at(path), 0.2 if path == "/slow" else 10))
    assert FAILURES[path] in refused.value.text("en")
    assert "không có gì bị mất" in refused.value.text("vi").lower()


def test_an_authority_that_is_not_there_is_said(unsigned: bytes) -> None:
    """An address where nobody listens is refused with the address; one that is no web address is never asked."""
    with pytest.raises(Refused, match=r"http://127\.0\.0\.1:9/tsa does not answer"):
        sign(unsigned, signers().both, AT, policy("B-T", "http://127.0.0.1:9/tsa"))
    with pytest.raises(Invalid, match="https"):
        time_stamp_authority("ftp://example.test")
