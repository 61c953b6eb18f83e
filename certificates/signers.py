"""What makes a signature for the PDF library: a key that stays loaded, or one that a token keeps.

The library builds the attribute that names the signer's certificate anew for each signature and encodes it dozens of
times over; here it is encoded once for each key.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any

from asn1crypto import tsp
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pyhanko.sign.attributes import CMSAttributeProvider, SigningCertificateV2Provider
from pyhanko.sign.general import as_signing_certificate_v2
from pyhanko.sign.pkcs11 import PKCS11Signer
from pyhanko.sign.signers import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

DIGEST = "sha256"
LoadedKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class _EncodedOnce(CMSAttributeProvider):
    """The attribute that names the signer's certificate, from its encoding."""

    attribute_type = "signing_certificate_v2"

    def __init__(self, encoded: bytes) -> None:
        self._encoded = encoded

    async def build_attr_value(self, dry_run: bool = False) -> tsp.SigningCertificateV2:
        """The value, not taken apart."""
        return tsp.SigningCertificateV2.load(self._encoded)


class _NamingOnce(Signer):
    """A signer that names its certificate from an encoding made once."""

    _named = b""

    def _signed_attr_providers(self, *args: Any, **given: Any) -> Iterator[CMSAttributeProvider]:
        for one in super()._signed_attr_providers(*args, **given):
            if type(one) is not SigningCertificateV2Provider:
                yield one
                continue
            self._named = self._named or as_signing_certificate_v2(one.signing_cert).dump()
            yield _EncodedOnce(self._named)


class LoadedSigner(_NamingOnce):
    """A signer whose private key stays loaded; the library's own reads and checks it again at every signature."""

    def __init__(self, key: LoadedKey, certificate: asn1.Certificate, chain: Sequence[asn1.Certificate]) -> None:
        """Keep the key, its certificate and those above it."""
        store: Any = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register_multiple(chain)
        super().__init__(signing_cert=certificate, cert_registry=store)
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """The signature over the data, whose digest is SHA-256."""
        assert digest_algorithm == DIGEST
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self._key.sign(data, ec.ECDSA(hashes.SHA256()))


class TokenSigner(_NamingOnce, PKCS11Signer):
    """A signer that asks its token; a session with a token does one thing at a time."""

    def __init__(self, *said: Any, **given: Any) -> None:
        """Know the session, and the labels of key and certificate."""
        super().__init__(*said, **given)
        self._alone = threading.Lock()

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """The token's signature over the data."""
        with self._alone:  # each thread that signs has a loop of its own, with nothing else in it
            return bytes(await super().async_sign_raw(data, digest_algorithm, dry_run))
