"""A laboratory's own test authority: a root, an issuing certificate below it, and the certificates they make.

It is for demonstrations and for trying signatures out. Every certificate says so in its subject; nobody outside the
laboratory trusts it, and nothing signed with it has legal value.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

TEST_MARK = "TEST - NO LEGAL VALUE"
"""Stands as organizational unit in the subject of every certificate of a test authority."""
AUTHORITY_YEARS, HOLDER_YEARS, STAMP_YEARS = 20, 3, 10
PERSON, SEAL, TIME_STAMP = "person", "seal", "time-stamp"
MOST_NAME = 64  # characters of one part of a subject (RFC 5280, appendix A)
PrivateKey = CertificateIssuerPrivateKeyTypes


@dataclass(frozen=True)
class Issued:
    """A private key with its certificate."""

    key: PrivateKey
    certificate: x509.Certificate


@dataclass(frozen=True)
class Authority:
    """A root and the issuing certificate below it, with the keys of both."""

    root: Issued
    issuing: Issued

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """The certificates above a holder's, nearest first."""
        return (self.issuing.certificate, self.root.certificate)


def found_authority(name: str, begins: dt.datetime) -> Authority:
    """A new test authority.

    Args:
        name: the laboratory's name, a part of both subjects.
        begins: the first moment at which its certificates hold.

    Returns:
        Keys on the curve P-256, drawn by chance, with certificates for twenty years.

    Source:
        RFC 5280; ETSI EN 319 412-1 for the shape of the subjects.
    """
    ends = begins + dt.timedelta(days=AUTHORITY_YEARS * 365)
    root_key, issuing_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root_name, issuing_name = _subject("Test root CA", name), _subject("Test issuing CA", name)
    root = _authority_certificate(root_name, root_key, root_name, root_key, begins, ends, below=1)
    issuing = _authority_certificate(issuing_name, issuing_key, root_name, root_key, begins, ends, below=0)
    return Authority(Issued(root_key, root), Issued(issuing_key, issuing))


def certify(
    authority: Authority, name: str, organisation: str, purpose: str, begins: dt.datetime, key: PrivateKey | None = None
) -> Issued:
    """A key and its certificate for a person, an organisation's seal, or a time-stamp authority.

    Args:
        authority: which signs it.
        name: of the holder.
        organisation: that the holder belongs to.
        purpose: "person", "seal" or "time-stamp".
        begins: the first moment at which it holds; it ends three years later, for time stamps ten.
        key: the holder's own key; a new one on P-256 when not given.
    """
    key = key or ec.generate_private_key(ec.SECP256R1())
    signing = purpose != TIME_STAMP
    ends = begins + dt.timedelta(days=(HOLDER_YEARS if signing else STAMP_YEARS) * 365)
    above = authority.issuing.certificate
    builder = (
        _builder(_subject(name, organisation), above.subject, key, begins, ends)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True, content_commitment=signing), critical=True)
        .add_extension(_below(authority.issuing.key), critical=False)
    )
    if purpose == TIME_STAMP:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return Issued(key, builder.sign(authority.issuing.key, hashes.SHA256()))


def revocation_lists(authority: Authority, at: dt.datetime) -> tuple[bytes, ...]:
    """The revocation lists of root and issuing certificate, both empty, in DER."""
    lists = []
    for one in (authority.root, authority.issuing):
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(one.certificate.subject)
            .last_update(at)
            .next_update(one.certificate.not_valid_after_utc)
            .add_extension(_below(one.key), critical=False)
            .add_extension(x509.CRLNumber(1), critical=False)
        )
        lists.append(builder.sign(one.key, hashes.SHA256()).public_bytes(Encoding.DER))
    return tuple(lists)


def is_test(certificate: x509.Certificate) -> bool:
    """Whether a certificate says that it comes from a test authority."""
    units = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    return any(unit.value == TEST_MARK for unit in units)


def _subject(name: str, organisation: str) -> x509.Name:
    """A subject that says what it is worth."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:MOST_NAME]),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, TEST_MARK),
            x509.NameAttribute(NameOID.COMMON_NAME, name[:MOST_NAME]),
        ]
    )


def _authority_certificate(
    name: x509.Name,
    key: PrivateKey,
    above: x509.Name,
    above_key: PrivateKey,
    begins: dt.datetime,
    ends: dt.datetime,
    below: int,
) -> x509.Certificate:
    """A certificate that may sign others, down to a depth."""
    builder = (
        _builder(name, above, key, begins, ends)
        .add_extension(x509.BasicConstraints(ca=True, path_length=below), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(_below(above_key), critical=False)
    )
    return builder.sign(above_key, hashes.SHA256())


def _builder(
    subject: x509.Name, above: x509.Name, key: PrivateKey, begins: dt.datetime, ends: dt.datetime
) -> x509.CertificateBuilder:
    """What every certificate says."""
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(above)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _below(key: PrivateKey) -> x509.AuthorityKeyIdentifier:
    """Whose signature stands below."""
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


def _usage(**allowed: bool) -> x509.KeyUsage:
    """What a key may do; nothing else."""
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: allowed.get(name, False) for name in names})
