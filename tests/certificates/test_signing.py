"""Signatures: both persons and seal, at every level, over a file that stays what it was."""

import datetime as dt
import io
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from certificates.archive import as_pdf_a
from certificates.authority import PERSON, certify, is_test
from certificates.identification import identification_text
from certificates.keys import as_asn1, from_key, from_pkcs12, to_pkcs12
from certificates.pdf import render
from certificates.signature_reports import signature_reports
from certificates.signing import (
    LEVELS,
    SIGNATORY,
    Policy,
    Signing,
    Trust,
    sign,
)
from certificates.waiting import outcome
from tests.certificates.archive_examples import ATTACHMENTS, CONTENTS
from tests.certificates.examples import ISSUE, weight
from tests.certificates.reading import text_of
from tests.certificates.signing_examples import AT, BEGAN, BODY_NAME, PERSON_NAME, signers
from tests.certificates.verapdf import VeraPdf
from uncertainty.errors import Invalid, Refused

SHAPES = ("draft", "matrix in landscape, remarks", "matrix in parts, in English", "not a demonstration")
LATER = AT + dt.timedelta(days=1)


@pytest.fixture(scope="module")
def unsigned(font_cache: Path) -> bytes:
    """The weight as an archive file."""
    return as_pdf_a(render(weight(), fonts=font_cache), ATTACHMENTS)


@pytest.fixture(scope="module")
def signed(unsigned: bytes) -> dict[str, bytes]:
    """The weight signed by both, at every level."""
    return {level: sign(unsigned, signers().both, AT, signers().policy(level)) for level in LEVELS}


@pytest.mark.parametrize("level", LEVELS)
def test_both_signatures_are_sound(signed: dict[str, bytes], level: str) -> None:
    """Each signature is intact, trusted, covers all but later signatures, and is of the level that was asked for."""
    reports = signature_reports(signed[level], signers().roots, LATER)
    persons = [one for one in reports if one.kind == "signature"]
    assert [one.holder for one in persons] == [PERSON_NAME, BODY_NAME]
    assert {one.organisation for one in persons} == {BODY_NAME}
    assert all(one.sound and one.test for one in reports)
    assert {one.level for one in persons} == {level}
    assert [one.added_later for one in reports] == ["signatures"] * (len(reports) - 1) + ["nothing"]
    assert len(reports) == (3 if level == "B-LTA" else 2)


@pytest.mark.parametrize("level", LEVELS)
def test_the_time_is_said_by_whom_it_comes_from(signed: dict[str, bytes], level: str) -> None:
    """At B-B the signer says the time of our clock, above it the time-stamp authority its own."""
    first = signature_reports(signed[level], signers().roots, LATER)[0]
    wanted = ("signer", AT) if level == "B-B" else ("authority", AT + dt.timedelta(seconds=2))
    assert (first.at_by, dt.datetime.fromisoformat(first.at)) == wanted


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.timeout(300)
def test_a_signed_file_is_still_pdf_a(signed: dict[str, bytes], verapdf: VeraPdf, level: str) -> None:
    """VeraPDF finds the file compliant with PDF/A-3U and 3B after signing, at every level."""
    for flavour in ("3u", "3b"):
        said = verapdf.judge(signed[level], flavour)
        assert said.compliant, said.broken


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", SHAPES)
def test_every_signed_shape_is_pdf_a(verapdf: VeraPdf, font_cache: Path, name: str) -> None:
    """States and shapes that no job in `test_every_file` has stay PDF/A-3U when they are signed."""
    file = sign(as_pdf_a(render(CONTENTS[name], fonts=font_cache), ATTACHMENTS), signers().both, AT)
    said = verapdf.judge(file)
    assert said.compliant, said.broken


@pytest.mark.usefixtures("poppler")
@pytest.mark.parametrize("level", LEVELS)
def test_signing_leaves_the_file_as_it_was(unsigned: bytes, signed: dict[str, bytes], level: str) -> None:
    """The unsigned file is the beginning of the signed one; metadata, attachments and text stay as they were."""
    file = signed[level]
    assert file.startswith(unsigned)
    assert file.count(identification_text(ISSUE).encode()) == 3
    assert b"pyHanko" not in file
    assert text_of(file) == text_of(unsigned)
    with pikepdf.open(io.BytesIO(file)) as after, pikepdf.open(io.BytesIO(unsigned)) as before:
        assert dict(after.docinfo) == dict(before.docinfo)
        assert after.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()
        assert len(after.Root.AF) == len(ATTACHMENTS)
        for each in ATTACHMENTS:
            assert after.attachments[each.name].get_file().read_bytes() == each.content


def test_what_lasts_passes_the_strict_algorithm(signed: dict[str, bytes]) -> None:
    """ETSI's algorithm for long-term validation passes B-LTA with proofs of revocation required, and no network."""
    reader = PdfFileReader(io.BytesIO(signed["B-LTA"]))
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=[as_asn1(one) for one in signers().roots]),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
    )
    settings = SignatureValidationSpec(
        cert_validation_policy=policy,
        revinfo_gathering_policy=RevocationInfoGatheringSpec(),
        local_knowledge=LocalKnowledge(),
    )
    for one in reader.embedded_regular_signatures:
        result = outcome(ades_lta_validation(one, PdfSignatureValidationSpec(settings)))
        assert result.ades_subindic.status.name == "PASSED", result.ades_subindic


def test_a_signature_with_time_stamp_outlives_its_certificate(signed: dict[str, bytes]) -> None:
    """Five years later B-T and B-LTA are still trusted, B-B is not: nobody but the signer says when it was made."""
    after = AT + dt.timedelta(days=5 * 365)
    assert after > signers().person.certificate.not_valid_after_utc
    trusted = {level: signature_reports(signed[level], signers().roots, after)[0].trusted for level in LEVELS}
    assert trusted == {"B-B": False, "B-T": True, "B-LTA": True}


def test_both_kinds_of_keys_sign(unsigned: bytes) -> None:
    """RSA and elliptic curves, out of PKCS#12 files, sign as the keys in memory do."""
    authority = signers().authority
    for key in (rsa.generate_private_key(65537, 3072), ec.generate_private_key(ec.SECP384R1())):
        issued = certify(authority, "A", "B", PERSON, BEGAN, key)
        loaded = from_pkcs12(to_pkcs12(issued, authority.chain, "mật khẩu"), "mật khẩu", "a.p12")
        assert loaded.chain == authority.chain
        file = sign(unsigned, (Signing(loaded, SIGNATORY, "", ""),), AT)
        assert signature_reports(file, signers().roots, AT)[0].sound


def test_files_that_hold_no_usable_key_are_refused() -> None:
    """A wrong pass phrase, a file that is none, a short or foreign key: refused with the remedy, in both languages."""
    authority = signers().authority
    issued = certify(authority, "A", "B", PERSON, BEGAN)
    file = to_pkcs12(issued, authority.chain, "right")
    for data, phrase in ((file, "wrong"), (b"", "right"), (b"\x30\x03nope", "right"), (file[:200], "right")):
        with pytest.raises(Refused, match="cannot be opened"):
            from_pkcs12(data, phrase, "a.p12")
    small = rsa.generate_private_key(65537, 1024)
    with pytest.raises(Invalid, match="2048"):
        from_key(small, certify(authority, "A", "B", PERSON, BEGAN, small).certificate, ())
    with pytest.raises(Invalid, match="2048"):
        from_key(ed25519.Ed25519PrivateKey.generate(), issued.certificate, ())
    with pytest.raises(Invalid, match="do not belong together") as refused:
        from_key(ec.generate_private_key(ec.SECP256R1()), issued.certificate, ())
    assert refused.value.text("vi")


def test_a_policy_without_what_it_needs_is_refused(unsigned: bytes) -> None:
    """An unknown level, B-T without time stamps, B-LTA without roots: refused before anything is signed."""
    stamper = signers().time_stamper
    for policy in (Policy("B-X"), Policy("B-T"), Policy("B-LTA", stamper)):
        with pytest.raises(Invalid):
            sign(unsigned, signers().both, AT, policy)


def test_a_certificate_out_of_date_does_not_sign(unsigned: bytes) -> None:
    """Before it begins and after it ends a certificate signs nothing, and the sentence says from when to when."""
    for at in (BEGAN - dt.timedelta(days=1), AT + dt.timedelta(days=4 * 365)):
        with pytest.raises(Refused, match=f"holds from {BEGAN.date()}"):
            sign(unsigned, signers().both, at)


def test_a_lasting_signature_needs_a_chain_and_its_lists(unsigned: bytes) -> None:
    """At B-LTA a certificate that leads to no root, or whose revocation is not known, is refused."""
    stamper = signers().time_stamper
    for trust in (Trust(()), Trust(signers().roots)):
        with pytest.raises(Refused, match="cannot be used to sign"):
            sign(unsigned, signers().both, AT, Policy("B-LTA", stamper, trust))


def test_a_field_is_signed_once(unsigned: bytes) -> None:
    """A second signature in the same field is refused; nothing is written over."""
    twice = (signers().both[0], signers().both[0])
    with pytest.raises(Refused):
        sign(unsigned, twice, AT)


def test_every_certificate_of_the_test_authority_says_so() -> None:
    """Root, issuing and holders' certificates carry the mark of the test authority in their subject."""
    made = signers()
    assert all(map(is_test, (*made.authority.chain, made.person.certificate, made.seal.certificate)))
    assert "TEST" in made.person.certificate.subject.rfc4514_string()
