"""A key that never leaves its token: PKCS#11, tried with SoftHSM."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from certificates.archive import as_pdf_a
from certificates.authority import PERSON, certify
from certificates.dcc import write_dcc
from certificates.keys import token_key
from certificates.pdf import render
from certificates.signature_reports import signature_reports
from certificates.signing import LEVELS, SIGNATORY, Signing, sign
from certificates.xades import sign_dcc, verify_dcc
from tests.certificates.archive_examples import ATTACHMENTS
from tests.certificates.examples import weight
from tests.certificates.signing_examples import AT, BEGAN, BODY_NAME, PERSON_NAME, signers
from tests.certificates.tokens import put_key, token_store
from tests.certificates.verapdf import VeraPdf
from uncertainty.errors import Refused

TOKEN, LABEL, PIN = "laboratory", "signatory", "271828"


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory, softhsm: str) -> Iterator[str]:
    """The library of a token that holds a key with its certificate."""
    with token_store(tmp_path_factory.mktemp("token")):
        key = rsa.generate_private_key(65537, 2048)
        issued = certify(signers().authority, PERSON_NAME, BODY_NAME, PERSON, BEGAN, key)
        put_key(softhsm, issued, TOKEN, LABEL, PIN)
        yield softhsm


@pytest.mark.timeout(300)
def test_a_token_signs_at_every_level(token: str, verapdf: VeraPdf, font_cache: Path) -> None:
    """The token's signatures are sound and the file stays PDF/A-3U; the key itself is never seen."""
    unsigned = as_pdf_a(render(weight(), fonts=font_cache), ATTACHMENTS)
    with token_key(token, TOKEN, PIN, LABEL, signers().authority.chain) as key:
        assert key.holder == PERSON_NAME
        assert key.private_key is None
        for level in LEVELS:
            file = sign(unsigned, (Signing(key, SIGNATORY, "Approved", "Hà Nội"),), AT, signers().policy(level))
            reports = signature_reports(file, signers().roots, AT)
            assert all(one.sound for one in reports)
            assert reports[0].level == level
            assert verapdf.judge(file).compliant


def test_a_token_signs_the_dcc(token: str) -> None:
    """The XAdES signature made by the token holds and names its holder."""
    with token_key(token, TOKEN, PIN, LABEL, signers().authority.chain) as key:
        signed = sign_dcc(write_dcc(weight()), key.for_xml, key.certificates, signed_at=AT)
        assert verify_dcc(signed, signers().roots, at=AT).certificate == key.certificate


def test_a_token_that_does_not_open_is_refused(token: str) -> None:
    """A wrong PIN, an absent token, an absent library and an unknown label are refused, each with its remedy."""
    for module, name, pin, label in (
        (token, TOKEN, "000000", LABEL),
        (token, "another", PIN, LABEL),
        ("/nowhere/library.so", TOKEN, PIN, LABEL),
        (token, TOKEN, PIN, "another"),
    ):
        with pytest.raises(Refused) as refused, token_key(module, name, pin, label):
            pass
        assert "token" in refused.value.text("en")
        assert refused.value.text("vi")
