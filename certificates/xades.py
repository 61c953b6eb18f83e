"""XAdES signature of a DCC: made with a key in hand, verified against the certificates that are trusted."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature as WrongSignature
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import verification
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureConstructionMethod, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.util import X509CertChainVerifier
from signxml.xades.xades import XAdESDataObjectFormat, XAdESSignatureConfiguration, XAdESSigner, XAdESVerifier

from certificates.dcc_reading import ROOT, SIGNATURE
from certificates.dcc_schema import safe_parser
from certificates.hostile_xml import read_hostile
from uncertainty.errors import Invalid

DS, XADES = "http://www.w3.org/2000/09/xmldsig#", "http://uri.etsi.org/01903/v1.3.2#"
ENVELOPED = SignatureConstructionMethod.enveloped.value
CANONICAL = {
    CanonicalizationMethod.CANONICAL_XML_1_0.value,
    CanonicalizationMethod.CANONICAL_XML_1_1.value,
}  # comments left out, so that what is signed is what is read
METHODS = frozenset(
    (
        SignatureMethod.RSA_SHA256, SignatureMethod.RSA_SHA384, SignatureMethod.RSA_SHA512,
        SignatureMethod.ECDSA_SHA256, SignatureMethod.ECDSA_SHA384, SignatureMethod.ECDSA_SHA512,
    )
)  # fmt: skip
DIGESTS = frozenset((DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512))
REFUSALS = (
    SignXMLException, WrongSignature, UnsupportedAlgorithm, verification.VerificationError, etree.LxmlError,
    ValueError, TypeError, LookupError, AttributeError, ArithmeticError, AssertionError,
)  # fmt: skip
"""How the library says that a signature, perhaps made up to confuse it, does not hold."""
REFERENCES = 3  # the document, the signed properties, the key information
SMALLEST_RSA_BITS = 2048


@dataclass(frozen=True)
class DccSignature:
    """A signature that holds: who made it, and when, as the signer says."""

    certificate: x509.Certificate
    claimed_at: dt.datetime | None
    method: str


class _Signer(XAdESSigner):
    """A signer whose time and identifiers are given, so that the same call gives the same bytes (with RSA)."""

    def __init__(self, signed_at: dt.datetime, digest: str, method: SignatureMethod) -> None:
        super().__init__(
            data_object_format=XAdESDataObjectFormat(
                Description="Digital Calibration Certificate", MimeType="text/xml"
            ),
            signature_algorithm=method,
            digest_algorithm=DigestAlgorithm.SHA256,
        )
        self._signed_at, self._digest, self._tokens = signed_at, digest, 0

    def _get_token(self, length: int = 4) -> str:
        self._tokens += 1
        return f"-{self._digest[: 4 * length]}-{self._tokens}"

    def add_signing_time(self, signed_signature_properties: Any, sig_root: Any, signing_settings: Any) -> None:
        """The time that was given, in place of the computer's."""
        time = etree.SubElement(signed_signature_properties, f"{{{XADES}}}SigningTime")
        time.text = self._signed_at.astimezone(dt.UTC).isoformat(timespec="seconds")


class _Trust(X509CertChainVerifier):
    """The authorities that are believed, as they were handed in; no file and no list of the system is asked."""

    def __init__(self, trusted: Sequence[x509.Certificate], at: dt.datetime) -> None:
        policy = verification.ExtensionPolicy.permit_all().require_present(
            x509.KeyUsage, verification.Criticality.AGNOSTIC, _may_sign
        )
        super().__init__(ca_pem_file="", verification_time=at, ee_policy=policy)  # type: ignore[no-untyped-call]
        self._trusted = list(trusted)

    @property
    def store(self) -> verification.Store:
        """The authorities."""
        return verification.Store(self._trusted)


def _may_sign(_policy: Any, _certificate: x509.Certificate, usage: x509.KeyUsage | None) -> None:
    """A key for signatures or for commitments; those of persons often carry the second alone."""
    if usage is None or not (usage.digital_signature or usage.content_commitment):
        raise ValueError("KeyUsage: neither digitalSignature nor contentCommitment")


class _Anybody(X509CertChainVerifier):
    """No judge of the chain: only whether the signature holds by its own certificate is asked."""

    def verify(self, cert_chain: Any) -> x509.Certificate:
        """The certificate of the holder among those that stand in the signature."""
        chain: list[x509.Certificate] = list(cert_chain)
        return next((one for one in chain if not _is_authority(one)), chain[0])


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


class _Verifier(XAdESVerifier):
    """A verifier with its own list of authorities; without a list whoever signed is taken as named."""

    def __init__(self, trusted: Sequence[x509.Certificate] | None) -> None:
        super().__init__()
        self._trusted = trusted

    def get_cert_chain_verifier(self, ca_pem_file: Any, ee_policy: Any, ca_policy: Any) -> X509CertChainVerifier:
        """The judge of the signer's chain."""
        at = self._get_cert_verification_time()  # type: ignore[no-untyped-call]
        if self._trusted is None:
            return _Anybody(ca_pem_file="", verification_time=at)  # type: ignore[no-untyped-call]
        return _Trust(self._trusted, at)


def load_schemas() -> None:
    """Load what the library needs for verifying: a process that opens no files any more can verify all the same."""
    _Verifier(()).schemas()  # type: ignore[no-untyped-call]


def sign_dcc(xml: bytes, key: Any, certificates: Sequence[x509.Certificate], *, signed_at: dt.datetime) -> bytes:
    """The DCC with an enveloped XAdES-B-B signature as its last element.

    Args:
        xml: what `write_dcc` wrote; nothing in it changes.
        key: a loaded private key of `cryptography` (RSA from 2048 bits, elliptic curve), or an object that signs like
            one and has its `public_key()` and `key_size`.
        certificates: the signer's, then those of the authorities above it.
        signed_at: the time that the signature claims, with offset.

    Raises:
        Invalid: the XML is none, is signed already, or the key is of another kind.

    Source:
        ETSI EN 319 132-1, level B-B.
    """
    root = read_hostile(xml)
    if root.tag != ROOT or root.find(SIGNATURE) is not None:
        raise Invalid("dcc.not_dcc", root=str(root.tag)[:120])
    signer = _Signer(signed_at, hashlib.sha256(xml).hexdigest(), _method(key))
    whole = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    signed = signer.sign(whole, key=key, cert=list(certificates), always_add_key_value=False)
    return etree.tostring(signed, encoding="UTF-8", xml_declaration=True) + b"\n"


def without_signature(xml: bytes) -> bytes:
    """The canonical form of a DCC without its signature: equal for a signed DCC and the one that was signed.

    Raises:
        Invalid: the bytes are no XML that is read.
    """
    root = read_hostile(xml)
    last = root.find(SIGNATURE)
    if last is not None and root[-1] is last:
        root.remove(last)
    return bytes(etree.tostring(root, method="c14n"))


def _method(key: Any) -> SignatureMethod:
    public = key.public_key()
    if isinstance(public, rsa.RSAPublicKey) and public.key_size >= SMALLEST_RSA_BITS:
        return SignatureMethod.RSA_SHA256
    if isinstance(public, ec.EllipticCurvePublicKey):
        return SignatureMethod.ECDSA_SHA256
    raise Invalid("dcc.signature_key", kind=type(public).__name__)


def verify_dcc(xml: bytes, trusted: Sequence[x509.Certificate] | None, *, at: dt.datetime) -> DccSignature:
    """Who signed a DCC, where the signature covers the whole file and leads to a trusted certificate.

    Args:
        xml: any bytes at all.
        trusted: the authorities that are believed; None where only the integrity is asked, whoever signed.
        at: the time at which the certificates must have been valid, with offset; a time stamp's where there is one.

    Raises:
        Invalid: no DCC, not signed, changed after signing, signed only in part, or by nobody who is trusted.
    """
    return verify_read(read_hostile(xml), xml, trusted, at=at)


def verify_read(root: Any, xml: bytes, trusted: Sequence[x509.Certificate] | None, *, at: dt.datetime) -> DccSignature:
    """Who signed a DCC that has been read.

    Args:
        root: what `read_hostile` gave for these very bytes; it stays as it is.
        xml: the bytes.
        trusted: see `verify_dcc`.
        at: see `verify_dcc`.

    Raises:
        Invalid: see `verify_dcc`.
    """
    if root.tag != ROOT:
        raise Invalid("dcc.not_dcc", root=str(root.tag)[:120])
    signature = _only_signature(root)
    _whole_file(signature)
    config = XAdESSignatureConfiguration(
        location="./", expect_references=REFERENCES, signature_methods=METHODS, digest_algorithms=DIGESTS,
        verification_time=at,
    )  # fmt: skip
    try:
        found = _Verifier(trusted).verify(xml, expect_config=config, parser=safe_parser())
    except REFUSALS as problem:
        raise Invalid("dcc.signature_wrong", why=f"{type(problem).__name__}: {problem}"[:200]) from None
    results = found if isinstance(found, list) else [found]
    if not any(one.signed_xml is not None and one.signed_xml.tag == ROOT for one in results):
        raise Invalid("dcc.signature_partial")
    return DccSignature(_signer(signature, results[0].signature_key), _claimed(signature), _algorithm(signature))


def _only_signature(root: Any) -> Any:
    """The one signature of the file, the last child of its root; another one, wherever it hides, is refused."""
    found = list(root.iter(SIGNATURE))
    if not found:
        raise Invalid("dcc.signature_missing")
    if len(found) > 1 or found[0].getparent() is not root or root[-1] is not found[0]:
        raise Invalid("dcc.signature_partial")
    return found[0]


def _whole_file(signature: Any) -> None:
    """Refuse a signature that does not cover the whole file, or that transforms it into something else first."""
    references = signature.findall(f"{{{DS}}}SignedInfo/{{{DS}}}Reference")
    whole = [one for one in references if one.get("URI") == ""]
    if len(references) != REFERENCES or len(whole) != 1 or any(one.get("URI") is None for one in references):
        raise Invalid("dcc.signature_partial")
    for reference in references:
        for transform in reference.iter(f"{{{DS}}}Transform"):
            algorithm = transform.get("Algorithm")
            if algorithm not in CANONICAL and not (algorithm == ENVELOPED and reference is whole[0]):
                raise Invalid("dcc.signature_partial")
    method = signature.find(f"{{{DS}}}SignedInfo/{{{DS}}}CanonicalizationMethod")
    if method is None or method.get("Algorithm") not in CANONICAL:
        raise Invalid("dcc.signature_partial")


def _signer(signature: Any, key: bytes) -> x509.Certificate:
    """The certificate in the signature whose key made it."""
    for element in signature.iter(f"{{{DS}}}X509Certificate"):
        certificate = x509.load_der_x509_certificate(base64.b64decode("".join((element.text or "").split())))
        public = certificate.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        if public.strip() == key.strip():
            return certificate
    raise Invalid("dcc.signature_wrong", why="X509Certificate")


def _claimed(signature: Any) -> dt.datetime | None:
    text = signature.findtext(f".//{{{XADES}}}SigningTime", default="")
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return None


def _algorithm(signature: Any) -> str:
    method = signature.find(f"{{{DS}}}SignedInfo/{{{DS}}}SignatureMethod")
    return str(method.get("Algorithm")).rpartition("#")[2]
