"""The keys that sign: loaded once from a PKCS#12 file, or kept by a PKCS#11 token, each with its certificates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign.pkcs11 import open_pkcs11_session
from pyhanko.sign.signers import Signer

from certificates.authority import Issued, is_test
from certificates.signers import DIGEST, LoadedKey, LoadedSigner, TokenSigner
from certificates.waiting import outcome
from uncertainty.errors import Invalid, Refused


@dataclass(frozen=True)
class SigningKey:
    """A key that is ready to sign.

    Attributes:
        certificate: of its holder.
        chain: the certificates above it, nearest first.
        signer: what makes a signature with it.
        private_key: the key itself, for signatures inside the DCC; None where a token keeps it.
    """

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    signer: Signer
    private_key: LoadedKey | None = None

    @property
    def holder(self) -> str:
        """The common name of the holder."""
        return common_name(self.certificate)

    @property
    def is_test(self) -> bool:
        """Whether the certificate comes from a test authority."""
        return is_test(self.certificate)

    @property
    def certificates(self) -> tuple[x509.Certificate, ...]:
        """The holder's certificate, then those above it."""
        return (self.certificate, *self.chain)

    @property
    def for_xml(self) -> Any:
        """What signs XML: the loaded key itself, or one that asks the token."""
        return self.private_key or KeptKey(self.signer, self.certificate)


class KeptKey:
    """A key that a token keeps, in the form in which XML signatures ask for one."""

    def __init__(self, signer: Signer, certificate: x509.Certificate) -> None:
        """Know who signs."""
        self._signer, self._public = signer, certificate.public_key()

    def public_key(self) -> Any:
        """Its public key, from the certificate."""
        return self._public

    @property
    def key_size(self) -> int:
        """Its length in bits."""
        return int(getattr(self._public, "key_size", 0))

    def sign(self, data: bytes, *_how: object, **_said: object) -> bytes:
        """The token's signature over the data with SHA-256: PKCS#1 v1.5, or ECDSA as DER."""
        return outcome(self._signer.async_sign_raw(data, DIGEST))


def common_name(certificate: x509.Certificate) -> str:
    """Whom a certificate names; the whole subject where it has no common name."""
    names = certificate.subject.get_attributes_for_oid(x509.oid.NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def as_asn1(certificate: x509.Certificate) -> asn1.Certificate:
    """A certificate in the form that the PDF library reads."""
    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))


def from_key(key: object, certificate: x509.Certificate, chain: Sequence[x509.Certificate]) -> SigningKey:
    """A key that is in memory already.

    Raises:
        Invalid: the key is neither RSA nor on an elliptic curve, is too short, or does not belong to the certificate.
    """
    strong = (isinstance(key, rsa.RSAPrivateKey) and key.key_size >= 2048) or (
        isinstance(key, ec.EllipticCurvePrivateKey) and key.key_size >= 256
    )
    if not strong or not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise Invalid("signing.key_kind", holder=common_name(certificate))
    if key.public_key() != certificate.public_key():
        raise Invalid("signing.key_of_another", holder=common_name(certificate))
    signer = LoadedSigner(key, as_asn1(certificate), [as_asn1(one) for one in chain])
    return SigningKey(certificate, tuple(chain), signer, key)


def from_pkcs12(data: bytes, pass_phrase: str, name: str) -> SigningKey:
    """The key of a PKCS#12 file, as certification authorities hand them out.

    Args:
        data: the file.
        pass_phrase: opens it.
        name: of the file, for the message.

    Raises:
        Refused: the pass phrase does not open it.
        Invalid: it holds no key, or one that is not accepted.

    Source:
        RFC 7292.
    """
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(data, pass_phrase.encode("utf-8"))
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise Refused("signing.file_not_opened", file=name) from None
    if key is None or certificate is None:
        raise Invalid("signing.file_without_key", file=name)
    return from_key(key, certificate, _in_order(certificate, others))


def to_pkcs12(issued: Issued, chain: Sequence[x509.Certificate], pass_phrase: str) -> bytes:
    """A key with its certificates as a PKCS#12 file, encrypted with the pass phrase."""
    encryption = BestAvailableEncryption(pass_phrase.encode("utf-8"))
    name = common_name(issued.certificate).encode("utf-8")
    key: Any = issued.key
    return pkcs12.serialize_key_and_certificates(name, key, issued.certificate, list(chain), encryption)


def _in_order(certificate: x509.Certificate, others: Sequence[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """The certificates above one, nearest first, from a heap of certificates."""
    chain: list[x509.Certificate] = []
    below = certificate
    while below.issuer != below.subject and len(chain) < len(others):
        above = next((one for one in others if one.subject == below.issuer and one not in chain), None)
        if above is None:
            break
        chain.append(above)
        below = above
    return tuple(chain)


@contextmanager
def token_key(
    module: str, token: str, pin: str, label: str, chain: Sequence[x509.Certificate] = ()
) -> Iterator[SigningKey]:
    """The key that a PKCS#11 token keeps, while its session is open; the key itself never leaves the token.

    Args:
        module: the token's library, a file of the manufacturer.
        token: label of the token.
        pin: of its user.
        label: of the key and of its certificate on the token.
        chain: certificates among which those above it are found.

    Raises:
        Refused: the token is not there, refuses the PIN or has no such key.

    Source:
        OASIS PKCS #11 v3.0.
    """
    from pkcs11.exceptions import PKCS11Error
    from pyhanko.pdf_utils.misc import PdfError

    try:
        session = open_pkcs11_session(module, token_criteria=TokenCriteria(label=token), user_pin=pin)
    except (PKCS11Error, PdfError, RuntimeError, OSError):
        raise Refused("signing.token_not_opened", token=token) from None
    try:
        signer = TokenSigner(session, cert_label=label, key_label=label, ca_chain=[as_asn1(one) for one in chain])
        try:
            found = signer.signing_cert
        except (PKCS11Error, PdfError, RuntimeError):
            found = None
        if found is None:
            raise Refused("signing.token_without_key", token=token, label=label)
        certificate = x509.load_der_x509_certificate(found.dump())
        yield SigningKey(certificate, _in_order(certificate, chain), signer)
    finally:
        session.close()
