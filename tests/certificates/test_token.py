"""A key that never leaves its token: PKCS#11, tried with SoftHSM."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from certificates.archive import as_pdf_a
from certificates.authority import PERSON, certify
from certificates.keys import token_key
from certificates.pdf import render
from certificates.signature_reports import signature_reports
from certificates.signing import LEVELS, SIGNATORY, Signing, sign
from tests.certificates.archive_examples import ATTACHMENTS
from tests.certificates.examples import weight
from tests.certificates.signing_examples import AT, BEGAN, BODY_NAME, PERSON_NAME, signers
from tests.certificates.verapdf import VeraPdf
from uncertainty.errors import Refused

TOKEN, LABEL, PIN = "laboratory", "signatory", "271828"


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory, softhsm: str) -> Iterator[str]:
    """The library of a token that holds a key with its certificate."""
    folder = tmp_path_factory.mktemp("token")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
        _put_key(softhsm)
        yield softhsm


def _put_key(library: str) -> None:
    """A new token with an RSA key and its certificate, put there as a provider would."""
    import pkcs11
    from pkcs11.util.rsa import decode_rsa_private_key
    from pkcs11.util.x509 import decode_x509_certificate

    words = ["--init-token", "--free", "--label", TOKEN, "--so-pin", "314159", "--pin", PIN]
    subprocess.run(["softhsm2-util", *words], check=True, capture_output=True)
    key = rsa.generate_private_key(65537, 2048)
    issued = certify(signers().authority, PERSON_NAME, BODY_NAME, PERSON, BEGAN, key)
    private = key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    with pkcs11.lib(library).get_token(token_label=TOKEN).open(rw=True, user_pin=PIN) as session:
        held = decode_rsa_private_key(private) | {
            pkcs11.Attribute.LABEL: LABEL, pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.ID: b"\x01",
            pkcs11.Attribute.SIGN: True, pkcs11.Attribute.SENSITIVE: True, pkcs11.Attribute.EXTRACTABLE: False,
        }  # fmt: skip
        session.create_object(held)
        certificate = decode_x509_certificate(issued.certificate.public_bytes(Encoding.DER)) | {
            pkcs11.Attribute.LABEL: LABEL, pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.ID: b"\x01",
        }  # fmt: skip
        session.create_object(certificate)


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
