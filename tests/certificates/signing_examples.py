"""A test authority with a signatory, a seal and a time-stamp authority, made anew for each run."""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any

from asn1crypto import cms, core
from asn1crypto.keys import PrivateKeyInfo
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from pyhanko.sign.general import as_signing_certificate, simple_cms_attribute
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


class LoadedTimeStamper(DummyTimeStamper):
    """A time-stamp authority whose key stays loaded; the library's own reads and checks it again for every stamp."""

    def __init__(self, key: rsa.RSAPrivateKey, certificate: Any, chain: Any, at: dt.datetime) -> None:
        """Keep the key, the certificate and those above it; every stamp says the same time."""
        super().__init__(certificate, PrivateKeyInfo(), chain, fixed_dt=at)
        self._key = key

    def _sign_tst_info(self, tst_info_data: bytes, md_algorithm: str, dt: dt.datetime) -> tuple[bytes, Any]:
        assert md_algorithm == "sha256"
        digest = hashes.Hash(hashes.SHA256())
        digest.update(tst_info_data)
        signed = cms.CMSAttributes(
            [
                simple_cms_attribute("content_type", "tst_info"),
                simple_cms_attribute("signing_time", cms.Time({"utc_time": core.UTCTime(dt)})),
                simple_cms_attribute("signing_certificate", as_signing_certificate(self.tsa_cert)),
                simple_cms_attribute("message_digest", digest.finalize()),
            ]
        )
        return self._key.sign(signed.dump(), padding.PKCS1v15(), hashes.SHA256()), signed


def time_stamper(authority: Authority, at: dt.datetime, begins: dt.datetime = BEGAN) -> DummyTimeStamper:
    """A time-stamp authority that always says the same time, with a certificate for ten years."""
    key = rsa.generate_private_key(65537, 2048)
    issued = certify(authority, "Time-stamp service", BODY_NAME, TIME_STAMP, begins, key)
    return LoadedTimeStamper(key, as_asn1(issued.certificate), [as_asn1(one) for one in authority.chain], at)
