"""Tokens made of software (SoftHSM), with keys put there as a provider would."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from certificates.authority import Issued


@contextmanager
def token_store(folder: Path) -> Iterator[None]:
    """Keep the tokens of this process in a folder meanwhile."""
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
        yield


def put_key(library: str, issued: Issued, token: str, label: str, pin: str) -> None:
    """A new token with an RSA key and its certificate."""
    import pkcs11
    from pkcs11.util.rsa import decode_rsa_private_key
    from pkcs11.util.x509 import decode_x509_certificate

    words = ["--init-token", "--free", "--label", token, "--so-pin", "314159", "--pin", pin]
    subprocess.run(["softhsm2-util", *words], check=True, capture_output=True)
    key: Any = issued.key
    private = key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    of_library = pkcs11.lib(library)
    of_library.reinitialize()
    with of_library.get_token(token_label=token).open(rw=True, user_pin=pin) as session:
        held = decode_rsa_private_key(private) | {
            pkcs11.Attribute.LABEL: label, pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.ID: b"\x01",
            pkcs11.Attribute.SIGN: True, pkcs11.Attribute.SENSITIVE: True, pkcs11.Attribute.EXTRACTABLE: False,
        }  # fmt: skip
        session.create_object(held)
        certificate = decode_x509_certificate(issued.certificate.public_bytes(Encoding.DER)) | {
            pkcs11.Attribute.LABEL: label, pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.ID: b"\x01",
        }  # fmt: skip
        session.create_object(certificate)
