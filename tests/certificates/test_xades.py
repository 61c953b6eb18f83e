"""XAdES over a DCC: verified by ourselves and by xmlsec1; no change, no part, no stranger is called genuine."""

import copy
import dataclasses
import datetime as dt
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from certificates.dcc import write_dcc
from certificates.dcc_reading import read_dcc
from certificates.dcc_schema import DccSchemas
from certificates.xades import DS, XADES, sign_dcc, verify_dcc
from tests.certificates.examples import resistor, weight
from tests.certificates.keys import SIGNED_AT, certificate, new_key
from uncertainty.errors import Invalid

AUTHORITY = "Cơ quan chứng thực minh họa"
SIGNER = "Phạm Quỳnh Hương (minh họa)"


@dataclasses.dataclass(frozen=True)
class Signed:
    """A signed DCC, its key and the authority above."""

    file: bytes
    key: Any
    chain: tuple[x509.Certificate, ...]


@pytest.fixture(scope="session", params=["ec", "rsa"])
def signed(request: pytest.FixtureRequest) -> Signed:
    """The weight's DCC signed with a fresh key of each kind."""
    above, key = new_key(), new_key(request.param)
    authority = certificate(AUTHORITY, above.public_key(), AUTHORITY, above, authority=True)
    chain = (certificate(SIGNER, key.public_key(), AUTHORITY, above), authority)
    return Signed(sign_dcc(write_dcc(weight()), key, chain, signed_at=SIGNED_AT), key, chain)


def test_a_signature_holds_and_names_its_signer(signed: Signed, schemas: DccSchemas) -> None:
    """The signed DCC verifies, is valid by the schema, reads as before, and says who signed when."""
    found = verify_dcc(signed.file, signed.chain[1:], at=SIGNED_AT)
    assert (found.certificate, found.claimed_at) == (signed.chain[0], SIGNED_AT)
    read, before = read_dcc(signed.file, schemas), read_dcc(write_dcc(weight()), schemas)
    assert read.signed and dataclasses.replace(read, signed=False) == before


def test_xmlsec1_agrees(signed: Signed, xmlsec1: str, tmp_path: Path) -> None:
    """A second program verifies all three references, and refuses the changed file."""
    trusted, file = tmp_path / "ca.pem", tmp_path / "dcc.xml"
    trusted.write_bytes(signed.chain[1].public_bytes(Encoding.PEM))
    words = [xmlsec1, "--verify", "--trusted-pem", str(trusted), "--verification-time", "2026-11-20 10:00:00"]
    words += ["--id-attr:Id", f"{XADES}:SignedProperties", "--id-attr:Id", f"{DS}:KeyInfo", str(file)]
    file.write_bytes(signed.file)
    said = subprocess.run(words, capture_output=True, text=True, check=False)
    assert said.returncode == 0 and "(ok/all): 3/3" in said.stderr
    file.write_bytes(signed.file.replace(b"10000.025", b"10000.026"))
    assert subprocess.run(words, capture_output=True, check=False).returncode != 0


def test_signing_changes_nothing_that_was_written(signed: Signed) -> None:
    """Before the signature the bytes are those that were written."""
    before = write_dcc(weight()).replace(b"</dcc:digitalCalibrationCertificate>\n", b"")
    start = signed.file.index(b"<dcc:administrativeData>")
    assert signed.file[start:].startswith(before[before.index(b"<dcc:administrativeData>") :].rstrip())


def test_an_rsa_signature_is_the_same_every_time() -> None:
    """With RSA the same file, key and time give the same bytes."""
    key = new_key("rsa")
    chain = [certificate(SIGNER, key.public_key(), SIGNER, key)]
    once, again = (sign_dcc(write_dcc(weight()), key, chain, signed_at=SIGNED_AT) for _ in range(2))
    assert once == again


def genuine(file: bytes, trusted: tuple[x509.Certificate, ...], at: dt.datetime = SIGNED_AT) -> bool:
    """Whether a file is called genuine."""
    try:
        verify_dcc(file, trusted, at=at)
    except Invalid as refused:
        return not refused.text("vi")
    return True


@pytest.mark.long_form("dcc")
def test_no_changed_byte_is_called_genuine(signed: Signed, long_form: bool, figure: Callable[[str], None]) -> None:
    """A byte changed anywhere is refused, or the file is canonically the one that was signed."""
    step, kept = (1 if long_form else 97), 0
    for place in range(0, len(signed.file), step):
        changed = bytearray(signed.file)
        changed[place] ^= 1
        if genuine(bytes(changed), signed.chain[1:]):
            kept += 1
            assert canonical(bytes(changed)) == canonical(signed.file)
    figure(f"{len(range(0, len(signed.file), step))} flips, {kept} in bytes that say nothing, 0 changed called genuine")


def canonical(file: bytes) -> bytes:
    """What a file says, without its signature and without how it is written."""
    root = etree.fromstring(file)
    for one in root.findall(f"{{{DS}}}Signature"):
        root.remove(one)
    return etree.tostring(root, method="c14n2")


def test_strangers_expired_and_unsigned_are_refused(signed: Signed) -> None:
    """Another authority of the same name, a time outside the validity, no signature, no authority: all refused."""
    other = new_key()
    double = certificate(AUTHORITY, other.public_key(), AUTHORITY, other, authority=True)
    assert genuine(signed.file, signed.chain[1:])
    assert not genuine(signed.file, (double,))
    assert not genuine(signed.file, ())
    assert not genuine(signed.file, signed.chain[1:], SIGNED_AT.replace(year=2030))
    assert not genuine(signed.file, signed.chain[1:], SIGNED_AT.replace(year=2025))
    assert not genuine(write_dcc(weight()), signed.chain[1:])


def test_a_key_for_commitments_alone_may_sign() -> None:
    """A person's certificate with contentCommitment alone is accepted; an authority's own is not."""
    above, key = new_key(), new_key()
    authority = certificate(AUTHORITY, above.public_key(), AUTHORITY, above, authority=True)
    person = certificate(SIGNER, key.public_key(), AUTHORITY, above, commitment_only=True)
    assert genuine(sign_dcc(write_dcc(weight()), key, [person], signed_at=SIGNED_AT), (authority,))
    assert not genuine(sign_dcc(write_dcc(weight()), above, [authority], signed_at=SIGNED_AT), (authority,))


@pytest.mark.parametrize("kind", ["weak", "dsa"])
def test_weak_and_strange_keys_are_refused(kind: str) -> None:
    """A key of 1024 bits and one of another kind sign nothing."""
    key = dsa.generate_private_key(1024) if kind == "dsa" else new_key(kind)
    with pytest.raises(Invalid) as refused:
        sign_dcc(write_dcc(weight()), key, [], signed_at=SIGNED_AT)
    assert refused.value.key == "dcc.signature_key"


def test_a_signed_file_is_not_signed_again(signed: Signed) -> None:
    """A second signature over a signed file is refused."""
    with pytest.raises(Invalid):
        sign_dcc(signed.file, signed.key, signed.chain, signed_at=SIGNED_AT)


def wrapped(signed: Signed) -> dict[str, bytes]:
    """Files in which the genuine signature no longer covers what a reader reads."""
    root = etree.fromstring(signed.file)
    signature = root.find(f"{{{DS}}}Signature")
    other = etree.fromstring(write_dcc(resistor()))
    swapped = copy.deepcopy(other)
    swapped.append(copy.deepcopy(signature))
    moved = copy.deepcopy(root)
    comment = etree.SubElement(moved, "{https://ptb.de/dcc}comment")
    comment.append(moved.find(f"{{{DS}}}Signature"))
    outside = copy.deepcopy(other)
    etree.SubElement(outside, "{https://ptb.de/dcc}comment").append(copy.deepcopy(root))
    twice = copy.deepcopy(root)
    twice.append(copy.deepcopy(signature))
    partial = copy.deepcopy(root)
    references = partial.findall(f".//{{{DS}}}SignedInfo/{{{DS}}}Reference")
    references[0].set("URI", references[2].get("URI", ""))
    filtered = copy.deepcopy(root)
    transforms = filtered.find(f".//{{{DS}}}Transforms")
    etree.SubElement(transforms, f"{{{DS}}}Transform", Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116")
    none = copy.deepcopy(root)
    for one in none.findall(f".//{{{DS}}}SignedInfo/{{{DS}}}Reference"):
        one.getparent().remove(one)
    made = {"swapped": swapped, "moved": moved, "outside": outside, "twice": twice, "partial": partial}
    return {name: etree.tostring(tree) for name, tree in {**made, "filtered": filtered, "none": none}.items()}


@pytest.mark.parametrize("name", ["swapped", "moved", "outside", "twice", "partial", "filtered", "none"])
def test_signature_wrapping_is_refused(signed: Signed, name: str) -> None:
    """A genuine signature on another DCC, moved, doubled, over a part or through a filter: never genuine."""
    assert not genuine(wrapped(signed)[name], signed.chain[1:])


def test_a_hostile_file_is_refused_before_any_signature(signed: Signed) -> None:
    """An entity in a signed file is refused at the door."""
    bomb = signed.file.replace(b"?>\n", b'?>\n<!DOCTYPE a [<!ENTITY x "y">]>\n', 1)
    with pytest.raises(Invalid) as refused:
        verify_dcc(bomb, signed.chain[1:], at=SIGNED_AT)
    assert refused.value.key == "dcc.doctype"
