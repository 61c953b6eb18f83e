"""A file is genuine only when it is, byte for byte, the one that was issued."""

import dataclasses
import hashlib
import random
from pathlib import Path

import pytest

from certificates.content import CertificateContent
from certificates.identification import Identification, identification_text, identifications
from certificates.pdf import render
from certificates.verify import KnownCertificate, Verdict, identify, judge, standing
from tests.certificates.examples import ISSUE, caliper, replacement, weight
from uncertainty.wording import wording


class Register:
    """Issued files as a laboratory keeps them: found by token, number and check code together."""

    def __init__(self) -> None:
        self.known: dict[str, KnownCertificate] = {}

    def keep(self, content: CertificateContent, file: bytes, status: str = "issued", by: str | None = None) -> None:
        """Remember an issued file."""
        assert content.issue
        digest = hashlib.sha256(file).hexdigest()
        self.known[content.issue.token] = KnownCertificate(content.issue.number, digest, status, by)

    def __call__(self, identification: Identification) -> KnownCertificate | None:
        found = self.known.get(identification.token)
        return found if found and found.number == identification.number else None


CALIPER = dataclasses.replace(
    caliper(), issue=dataclasses.replace(ISSUE, number="DN-DD-26-001893", token="A" * 22, check_code="AAAA-BBBB-CCCC")
)


@pytest.fixture(scope="module")
def weight_file(font_cache: Path) -> bytes:
    """The issued weight."""
    return render(weight(), fonts=font_cache)


@pytest.fixture(scope="module")
def caliper_file(font_cache: Path) -> bytes:
    """The issued caliper."""
    return render(CALIPER, fonts=font_cache)


@pytest.fixture
def register(weight_file: bytes, caliper_file: bytes) -> Register:
    """A record of both."""
    register = Register()
    register.keep(weight(), weight_file)
    register.keep(CALIPER, caliper_file)
    return register


def _said(verdict: Verdict) -> str:
    """The sentence about a verdict; both languages have it."""
    assert wording(verdict.reason, "vi", **verdict.values)
    return wording(verdict.reason, "en", **verdict.values)


def test_the_issued_file_is_genuine(register: Register, weight_file: bytes) -> None:
    """The very bytes that were issued are genuine, and the answer names the certificate."""
    verdict = judge(weight_file, register)
    assert (verdict.verdict, verdict.number) == ("genuine", ISSUE.number)
    assert ISSUE.number in _said(verdict)


def test_identification_is_found_by_search(weight_file: bytes) -> None:
    """Number, token and check code are found in the bytes without reading them as PDF."""
    assert identify(weight_file) == Identification(ISSUE.number, ISSUE.token, ISSUE.check_code)
    assert identify(b"noise" + weight_file[-20_000:]) or identify(weight_file[:-20_000])
    assert identify(b"%PDF-1.7 nothing of ours") is None
    assert identify(b"") is None


@pytest.mark.long_form("flips")
def test_no_flipped_byte_is_genuine(register: Register, weight_file: bytes, long_form: bool) -> None:
    """A file with one changed byte, anywhere, is altered: never genuine, never unknown."""
    chance = random.Random(20261122)
    places = range(len(weight_file)) if long_form else chance.sample(range(len(weight_file)), 2_000)
    verdicts: dict[str, int] = {}
    for place in places:
        changed = bytearray(weight_file)
        changed[place] ^= chance.randrange(1, 256)
        verdict = judge(bytes(changed), register).verdict
        verdicts[verdict] = verdicts.get(verdict, 0) + 1
    assert verdicts == {"altered": len(places)}


def test_every_flip_within_an_identification_is_altered(register: Register, weight_file: bytes) -> None:
    """Each byte of each identification can change and the other one still leads to the certificate."""
    text = identification_text(ISSUE).encode()
    at = weight_file.find(text)
    while at >= 0:
        for place in range(at, at + len(text)):
            for bit in (0x01, 0x20, 0x80):
                changed = bytearray(weight_file)
                changed[place] ^= bit
                assert judge(bytes(changed), register).verdict == "altered"
        at = weight_file.find(text, at + 1)


@pytest.mark.parametrize("tail", [b"\n", b"\0", b"\n%%EOF\n", b"9 0 obj\n<</Type/Catalog>>\nendobj\n%%EOF\n"])
def test_appended_bytes_are_altered(register: Register, weight_file: bytes, tail: bytes) -> None:
    """A file to which anything is appended, an incremental update for one, is altered."""
    assert judge(weight_file + tail, register).verdict == "altered"


def test_a_cut_file_is_altered_while_an_identification_is_left(register: Register, weight_file: bytes) -> None:
    """A file cut off is altered while it carries an identification, and unknown after that."""
    ends = list(range(len(weight_file), 0, -997))
    verdicts = [judge(weight_file[:length], register).verdict for length in ends[1:]]
    assert set(verdicts) <= {"altered", "unknown"}
    assert "altered" in verdicts


def test_swapped_identifications_are_altered(register: Register, weight_file: bytes) -> None:
    """A file that carries another certificate's token, in one place or in all, is altered."""
    one, other = identification_text(ISSUE).encode(), identification_text(CALIPER.issue or ISSUE).encode()
    assert judge(weight_file.replace(one, other), register).verdict == "altered"
    mixed = judge(weight_file.replace(one, other, 1), register)
    assert mixed.verdict == "altered"
    assert "different certificates" in _said(mixed)


def test_a_file_of_another_laboratory_is_unknown(register: Register, font_cache: Path) -> None:
    """An identification that the record does not know gives unknown, never altered."""
    issue = dataclasses.replace(ISSUE, token="B" * 22, number="XX-26-000001")
    verdict = judge(render(weight().with_issue(issue), fonts=font_cache), register)
    assert verdict.verdict == "unknown"
    assert verdict.number is None
    assert _said(verdict)


def test_a_draft_is_unknown(register: Register, font_cache: Path) -> None:
    """A draft carries no identification."""
    assert judge(render(weight(issued=False), fonts=font_cache), register).verdict == "unknown"


def test_a_replaced_file_says_by_which(register: Register, weight_file: bytes, font_cache: Path) -> None:
    """The old file, unchanged, is "replaced" and names its successor; one changed byte is still "altered"."""
    new = replacement()
    assert new.issue
    register.keep(weight(), weight_file, "replaced", new.issue.number)
    new_file = render(new, fonts=font_cache)
    register.keep(new, new_file)
    verdict = judge(weight_file, register)
    assert (verdict.verdict, verdict.replaced_by) == ("replaced", new.issue.number)
    assert new.issue.number in _said(verdict)
    assert judge(new_file, register).verdict == "genuine"
    assert judge(weight_file + b" ", register).verdict == "altered"


def test_a_withdrawn_file_says_so(register: Register, weight_file: bytes) -> None:
    """A withdrawn certificate's file is "withdrawn"."""
    register.keep(weight(), weight_file, "withdrawn")
    verdict = judge(weight_file, register)
    assert verdict.verdict == "withdrawn"
    assert _said(verdict)


def test_a_file_full_of_identifications_is_bounded(register: Register) -> None:
    """Ten thousand identifications in one file ask the record at most sixteen times."""
    asked = []

    def lookup(identification: Identification) -> KnownCertificate | None:
        asked.append(identification)
        return None

    many = b"".join(
        f"CHUAN-CERTIFICATE number=N-{place}; token={place:022d}; check=AAAA-BBBB-CCCC;".encode()
        for place in range(10_000)
    )
    assert judge(many, lookup).verdict == "unknown"
    assert len(asked) == len(identifications(many)) == 16


def test_standing_of_a_record() -> None:
    """The record alone, asked by number, answers with the same words."""
    assert standing(None).verdict == "unknown"
    for status, word in (("issued", "genuine"), ("replaced", "replaced"), ("withdrawn", "withdrawn")):
        verdict = standing(KnownCertificate("N-1", "0" * 64, status, "N-2"))
        assert verdict.verdict == word
        assert "N-1" in _said(verdict)
