"""A time-stamp authority over HTTP: asked, its answer examined before it enters a file, failures said plainly."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1
from cryptography.exceptions import InvalidSignature
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.aiohttp_client import HTTPTimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError, extract_ts_certs
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko_certvalidator.registry import SimpleCertificateStore

from uncertainty.errors import Invalid, Refused

SECONDS = 10.0
GRANTED = ("granted", "granted_with_mods")


def time_stamp_authority(address: str, seconds: float = SECONDS) -> TimeStamper:
    """The time-stamp authority at an address.

    Args:
        address: beginning with https:// or http://.
        seconds: to wait for each answer.

    Raises:
        Invalid: the address is none.

    Source:
        RFC 3161, 3.4 (over HTTP).
    """
    if not address.startswith(("https://", "http://")):
        raise Invalid("signing.time_stamp_address", address=address[:120])
    return HttpAuthority(address, timeout=seconds)


class HttpAuthority(HTTPTimeStamper):
    """An authority of which no answer is used that does not fit what was asked.

    The library asks once more for a time stamp over nothing, to learn the size and the certificates of an answer; here
    every answer teaches that, so that it is asked once in a process, and a new certificate is noticed.
    """

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """A time stamp over a digest.

        Raises:
            Refused: the authority does not answer in time, or with something that is no time stamp over this digest.

        Source:
            RFC 3161, 2.2 and 2.4.2.
        """
        nonce, asked = self.request_cms(message_digest, md_algorithm)  # type: ignore[no-untyped-call]
        answer = await self._answer(asked)
        try:
            token, info, certificate = _taken_apart(answer)
        except (ValueError, TypeError, KeyError, AssertionError, AttributeError) as problem:
            raise Refused("time_stamp.unreadable", address=self.url) from problem
        self._refuse_unfitting(info, message_digest, md_algorithm, nonce)
        self._refuse_certificate(token, info, certificate)
        self._certs = {}
        self._register_dummy(md_algorithm, token)  # type: ignore[no-untyped-call]
        return token

    async def _answer(self, asked: tsp.TimeStampReq) -> bytes:
        """What the server says over HTTP."""
        try:
            return bytes((await self.async_request_tsa_response(asked)).dump())
        except ValueError as problem:
            raise Refused("time_stamp.unreadable", address=self.url) from problem
        except (TimestampRequestError, TimeoutError) as problem:
            raise self._plainly(problem) from problem

    def _plainly(self, problem: Exception) -> Refused:
        """What went wrong on the way, in the words of the laboratory."""
        cause = problem.__cause__ or problem
        if isinstance(cause, TimeoutError):
            return Refused("time_stamp.slow", address=self.url, seconds=f"{self.timeout:g}")
        status = getattr(cause, "status", None)
        if status is None:
            return Refused("time_stamp.silent", address=self.url)
        if status in (0, 200):  # an answer of another kind
            return Refused("time_stamp.unreadable", address=self.url)
        return Refused("time_stamp.error", address=self.url, status=status)

    def _refuse_unfitting(self, info: Any, digest: bytes, algorithm: str, nonce: int | None) -> None:
        """Refuse an answer to another question."""
        imprint = info["message_imprint"]
        asked = (algorithm, digest)
        if (imprint["hash_algorithm"]["algorithm"].native, imprint["hashed_message"].native) != asked:
            raise Refused("time_stamp.other_digest", address=self.url)
        if nonce is not None and info["nonce"].native != nonce:
            raise Refused("time_stamp.other_nonce", address=self.url)

    def _refuse_certificate(self, token: cms.ContentInfo, info: Any, certificate: asn1.Certificate) -> None:
        """Refuse a time stamp whose certificate is out of date, is for other things, or did not sign it."""
        at: dt.datetime = info["gen_time"].native
        begins, ends = certificate.not_valid_before, certificate.not_valid_after
        if not begins <= at <= ends:
            raise Refused("time_stamp.out_of_date", address=self.url, begins=begins.date(), ends=ends.date())
        uses = certificate.extended_key_usage_value
        if uses is None or "time_stamping" not in uses.native or not _signed(token, certificate):
            raise Refused("time_stamp.not_signed", address=self.url)


class _Answer(core.Sequence):
    """An answer; the library's own cannot read a refusal, which has no time stamp."""

    _fields: ClassVar[Any] = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


def _taken_apart(said: bytes) -> tuple[cms.ContentInfo, Any, asn1.Certificate]:
    """The time stamp of an answer, what it says, and the certificate that signed it.

    Raises:
        Refused: the authority refuses, and in which words.
        ValueError: the answer cannot be read.
    """
    answer = _Answer.load(said)
    status = answer["status"]
    if status["status"].native not in GRANTED:
        words = [*(status["status_string"].native or []), *(status["fail_info"].native or [])]
        raise Refused("time_stamp.refused", words="; ".join(map(str, words))[:200] or str(status["status"].native))
    token = answer["time_stamp_token"]
    info = token["content"]["encap_content_info"]["content"].parsed
    (certificate,) = extract_ts_certs(token, SimpleCertificateStore())  # type: ignore[no-untyped-call]
    return token, info, certificate


def _signed(token: cms.ContentInfo, certificate: asn1.Certificate) -> bool:
    """Whether the certificate's key signed what the time stamp says."""
    content = token["content"]
    try:
        intact, valid = validate_sig_integrity(
            content["signer_infos"][0], certificate, expected_content_type="tst_info", actual_digest=_digest(content)
        )
    except (SignatureValidationError, SigningError, InvalidSignature, ValueError):
        return False
    return bool(intact and valid)


def _digest(content: cms.SignedData) -> bytes:
    """The digest of what the time stamp says, as its signer was to make it."""
    import hashlib

    algorithm = content["signer_infos"][0]["digest_algorithm"]["algorithm"].native
    return hashlib.new(algorithm, content["encap_content_info"]["content"].parsed.dump()).digest()
