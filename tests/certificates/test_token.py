"""A key that never leaves its token: PKCS#11, tried with SoftHSM."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from certificates.archive import as_pdf_a
from certificates.authority import PERSON, certify, found_authority
from certificates.dcc import write_dcc
from certificates.keys import token_key
from certificates.pdf import render
from certificates.signature_reports import signature_reports
from certificates.signing import LEVELS, SIGNATORY, Signing, sign
from certificates.xades import sign_dcc, verify_dcc
from lims import calibration, issuing, verifying
from lims.keys import PERSON as PERSON_USE
from lims.keys import SEAL as SEAL_USE
from lims.keys import pin_name
from tests.certificates.archive_examples import ATTACHMENTS
from tests.certificates.examples import weight
from tests.certificates.signing_examples import AT, BEGAN, BODY_NAME, PERSON_NAME, signers
from tests.certificates.tokens import put_key, token_store
from tests.certificates.verapdf import VeraPdf
from tests.laboratories import SmallLaboratory
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


@pytest.mark.timeout(300)
def test_a_centre_and_a_person_each_sign_with_a_token(
    laboratory: Callable[..., SmallLaboratory], token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a token for the seal and one for the signatory, each with a PIN of its own, PDF and DCC are signed by them.

    No key lies in the folder, jobs issued at the same time are all sound, and every signature leads to the root.
    """
    small: SmallLaboratory = laboratory("sqlite")
    folder, began = small.lab.keys.folder, small.clock.moment - timedelta(hours=1)
    provider = found_authority("Provider", began)
    folder.mkdir(mode=0o700)
    for name, one in (("root", provider.root), ("issuing", provider.issuing)):
        (folder / f"{name}.pem").write_bytes(one.certificate.public_bytes(Encoding.PEM))
    lines = ['roots = ["root.pem"]']
    for use, holder, pin in ((SEAL_USE, "MB", "4711"), (PERSON_USE, "trang", "0815")):
        key = rsa.generate_private_key(65537, 2048)
        put_key(token, certify(provider, holder, "Centre", PERSON, began, key), f"{use}-{holder}", LABEL, pin)
        monkeypatch.setenv(pin_name(f"{use}-{holder}"), pin)
        lines += ["[[key]]", f'use = "{use}"', f'holder = "{holder}"', f'module = "{token}"']
        lines += [f'token = "{use}-{holder}"', f'label = "{LABEL}"', "test = true"]
    (folder / "keys.toml").write_text("\n".join(lines), encoding="utf-8")
    jobs = [small.job_in("NUMBERED") for _ in range(2)]
    with ThreadPoolExecutor(2) as together:
        numbers = list(together.map(partial(issuing.issue, small.lab, small.actors["trang"]), jobs))
    for number in numbers:
        found = verifying.signatures_of(small.lab, calibration.download(small.lab, small.actors["trang"], number))
        assert (found.word, [one.holder for one in found.signatures]) == ("sound", ["trang", "MB"])
        assert (found.dcc.signature, found.dcc.holder) == ("sound", "MB")
    assert {one.name for one in folder.iterdir()} == {"root.pem", "issuing.pem", "keys.toml"}
    assert pin_name("seal-MB") == "CHUAN_TOKEN_PIN_SEAL_MB"
    small.lab.keys.close()
