"""A test authority with a signatory, a seal and a time-stamp authority, made anew for each run."""

import datetime as dt
from dataclasses import dataclass
from functools import cache

from asn1crypto.keys import PrivateKeyInfo
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from certificates.authority import PERSON, SEAL, TIME_STAMP, Authority, certify, found_authority, revocation_lists
from certificates.keys import SigningKey, as_asn1, from_key
from certificates.signing import SEAL as SEAL_FIELD
from certificates.signing import SIGNATORY, Policy, Signing, Trust

AT = dt.datetime(2026, 11, 20, 16, 42, 5, tzinfo=dt.timezone(dt.timedelta(hours=7)))
YEAR = dt.timedelta(days=365)
BEGAN = AT - dt.timedelta(days=30)
PERSON_NAME, BODY_NAME = "Nguyễn Thị Minh Khai", "Viện Đo lường Miền Bắc"


@dataclass(frozen=True)
class Signers:
    """Everything that signs."""

    authority: Authority
    person: SigningKey
    seal: SigningKey
    time_stamper: DummyTimeStamper

    @property
    def roots(self) -> tuple[x509.Certificate, ...]:
        """Where a chain may end."""
        return (self.authority.root.certificate,)

    @property
    def both(self) -> tuple[Signing, Signing]:
        """The person's signature, then the seal."""
        return (
            Signing(self.person, SIGNATORY, "Approved", "Hà Nội"),
            Signing(self.seal, SEAL_FIELD, "Issued", "Hà Nội"),
        )

    def policy(self, level: str) -> Policy:
        """How to sign at a level."""
        return Policy(level, self.time_stamper, Trust(self.roots, revocation_lists(self.authority, BEGAN)))


@cache
def signers() -> Signers:
    """Made once for all tests of a process."""
    authority = found_authority(BODY_NAME, BEGAN)
    person = certify(authority, PERSON_NAME, BODY_NAME, PERSON, BEGAN)
    seal = certify(authority, BODY_NAME, BODY_NAME, SEAL, BEGAN, rsa.generate_private_key(65537, 2048))
    return Signers(
        authority,
        from_key(person.key, person.certificate, authority.chain),
        from_key(seal.key, seal.certificate, authority.chain),
        time_stamper(authority, AT + dt.timedelta(seconds=2)),
    )


def time_stamper(authority: Authority, at: dt.datetime, begins: dt.datetime = BEGAN) -> DummyTimeStamper:
    """A time-stamp authority that always says the same time, with a certificate for ten years."""
    key = rsa.generate_private_key(65537, 2048)
    issued = certify(authority, "Time-stamp service", BODY_NAME, TIME_STAMP, begins, key)
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    chain = [as_asn1(one) for one in authority.chain]
    return DummyTimeStamper(as_asn1(issued.certificate), PrivateKeyInfo.load(private), chain, fixed_dt=at)
