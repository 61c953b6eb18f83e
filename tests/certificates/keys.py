"""Keys and certificates of an invented authority, made in a moment, for the tests of signatures."""

import datetime as dt
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

SIGNED_AT = dt.datetime(2026, 11, 20, 9, 42, 5, tzinfo=dt.UTC)


def new_key(kind: str = "ec") -> Any:
    """A private key: "ec" (P-256), "rsa" (2048 bits) or "weak" (1024 bits)."""
    if kind == "ec":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65537, 1024 if kind == "weak" else 2048)


def certificate(
    subject: str, public: Any, issuer: str, key: Any, *, authority: bool = False, commitment_only: bool = False
) -> x509.Certificate:
    """A certificate for a public key, by the key of an issuer, valid from 2026 to 2028."""
    usage = x509.KeyUsage(
        digital_signature=not authority and not commitment_only, content_commitment=not authority,
        key_encipherment=False, data_encipherment=False, key_agreement=False, key_cert_sign=authority,
        crl_sign=authority, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    start, end = dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.datetime(2029, 1, 1, tzinfo=dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(authority, 0 if authority else None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
    )
    return builder.sign(key, hashes.SHA256())


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), x509.NameAttribute(NameOID.COMMON_NAME, name)])
