"""Whether every byte of a signature's own container counts: what no signature covers has to be what it must be.

A signature covers its attributes, and through them the file. Beside them its container carries versions, algorithms
said twice, the name by which the signer is found, and certificates that a reader may not need, such as a copy of the
root. A byte changed there would leave the signature as good as it was.

Source:
    RFC 5652, 5.1 to 5.3 and 11; RFC 6211 (algorithms protected); RFC 3161, 2.4.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from asn1crypto import algos, cms, core
from cryptography import x509

MOST_REMEMBERED = 256  # sets of certificates
TIME_STAMPED = "signature_time_stamp_token"


def is_exact(content: bytes, roots: Sequence[bytes]) -> bool:
    """Whether a container of one signature says nothing that could be said otherwise.

    Args:
        content: a CMS ContentInfo, with or without zeros behind it.
        roots: certificates at which a chain may end, DER.
    """
    try:
        container = cms.ContentInfo.load(content)
        return not content[len(container.dump()) :].strip(b"\0") and _is_exact(container, tuple(roots))
    except Exception:  # noqa: BLE001  (whatever a file made to break its reader makes the reader raise)
        return False


def _is_exact(container: Any, roots: tuple[bytes, ...]) -> bool:
    data = container["content"]
    (signer,) = data["signer_infos"]
    attributes = {one["type"].native: one["values"] for one in signer["signed_attrs"]}
    inside = data["encap_content_info"]["content_type"].native
    by_key = signer["sid"].name != "issuer_and_serial_number"
    return (
        container["content_type"].native == "signed_data"
        and container.contents == container["content_type"].dump() + data.dump()  # its length reaches no further
        and data["version"].native == ("v3" if by_key or inside != "data" else "v1")
        and signer["version"].native == ("v3" if by_key else "v1")
        and [one.native for one in attributes["content_type"]] == [inside]
        and [one.dump() for one in data["digest_algorithms"]] == [signer["digest_algorithm"].dump()]
        and _is_plain(signer["digest_algorithm"], algos.DigestAlgorithm)
        and _is_plain(signer["signature_algorithm"], algos.SignedDigestAlgorithm)
        and _certificates_hold(data["certificates"], signer["sid"], roots)
        and all(_is_exact(token, roots) for token in _tokens(signer["unsigned_attrs"]))
    )


def _tokens(attributes: Any) -> list[Any]:
    """The time stamps of a signature; an attribute of another kind is none of ours."""
    found: list[Any] = []
    for one in () if isinstance(attributes, core.Void) else attributes:
        if one["type"].native != TIME_STAMPED:
            raise ValueError(one["type"].dotted)
        found += list(one["values"])
    return found


def _is_plain(said: Any, kind: Any) -> bool:
    """Whether an algorithm has no parameters, or the empty ones; those that have some count in the signature."""
    name = said["algorithm"].native
    without, empty = kind({"algorithm": name}), kind({"algorithm": name, "parameters": core.Null()})
    return name == "rsassa_pss" or said.dump() in (without.dump(), empty.dump())


def _certificates_hold(found: Any, sid: Any, roots: tuple[bytes, ...]) -> bool:
    """Whether the signer is found by its exact name, and every certificate is signed by one of these or by a root."""
    files = tuple(one.chosen.dump() for one in found)
    whole = all(one.chosen["signature_value"].contents[:1] == b"\0" for one in found)  # of its bits all count
    return whole and len(set(files)) == len(files) and _chain_holds(files, _name(sid), roots)


def _name(sid: Any) -> bytes:
    if sid.name == "issuer_and_serial_number":
        return bytes(sid.chosen["issuer"].dump() + sid.chosen["serial_number"].dump())
    return bytes(sid.chosen.native)


@lru_cache(maxsize=MOST_REMEMBERED)
def _chain_holds(files: tuple[bytes, ...], name: bytes, roots: tuple[bytes, ...]) -> bool:
    """The same of certificates as they stand in the container.

    Where no root that is trusted has signed any of them, as with a foreign time-stamp authority, one may stand open.
    """
    inside = [x509.load_der_x509_certificate(one) for one in files]
    trusted = [x509.load_der_x509_certificate(one) for one in roots]
    open_ended = [one for one in inside if not any(_issued(one, by) for by in (*inside, *trusted))]
    ends_here = any(_issued(one, root) for one in inside for root in trusted)
    return sum(name in _names(one) for one in inside) == 1 and len(open_ended) <= (0 if ends_here else 1)


def _names(one: x509.Certificate) -> tuple[bytes, ...]:
    """What a signer may be named by: issuer with serial number, or key identifier."""
    serial = core.Integer(one.serial_number).dump()
    try:
        identifier = one.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except x509.ExtensionNotFound:
        identifier = b""
    return (one.issuer.public_bytes() + serial, identifier)


def _issued(one: x509.Certificate, by: x509.Certificate) -> bool:
    try:
        one.verify_directly_issued_by(by)
    except Exception:  # noqa: BLE001  (a name, a kind of key or a signature that does not fit)
        return False
    return True
