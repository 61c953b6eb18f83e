"""A file judged by itself: what holds, what fails, and what only the issuer can say."""

import datetime as dt
import io
import random
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from certificates.archive import Attachment, as_pdf_a, dcc_attachment
from certificates.dcc import SCHEMA_VERSION
from certificates.offline import OfflineVerdict, judge_offline
from certificates.pdf import render
from certificates.signature_reports import signature_reports
from certificates.signing import sign
from tests.certificates.signing_examples import AT, signers
from tests.certificates.whole_examples import CONTENTS, signed_dcc, whole
from uncertainty.wording import wording

NOW = AT + dt.timedelta(hours=1)
pytestmark = pytest.mark.usefixtures("font_cache")


def judged(file: bytes) -> OfflineVerdict:
    """The verdict by our root; every sentence of it stands in both languages."""
    found = judge_offline(file, signers().roots, NOW)
    for one in found.checks:
        for language in ("vi", "en"):
            assert wording(one.said, language, **one.values)
            assert wording(f"verification.check_{one.name}", language)
    return found


def outcomes(found: OfflineVerdict) -> dict[str, str]:
    """What came of each check."""
    return {one.name: one.outcome for one in found.checks}


def resigned(attachments: list[Attachment]) -> bytes:
    """The weight with other attachments, properly signed all the same."""
    return sign(as_pdf_a(render(CONTENTS["weight"]), attachments), signers().both, AT)


@pytest.mark.parametrize("name", CONTENTS)
def test_an_issued_file_is_sound_by_itself(name: str) -> None:
    """Signatures, DCC and pages of every kind agree; standing and audit head are named as not to be checked here."""
    found = judged(whole(name))
    assert found.verdict == "sound"
    assert found.number == CONTENTS[name].issue.number  # type: ignore[union-attr]
    came = outcomes(found)
    assert came.pop("standing") == came.pop("audit_head") == came.pop("time") == came.pop("revocation") == "open"
    assert came.pop("test") == "note"
    assert set(came.values()) == {"holds"}
    assert found.examination.dcc.compared >= 10
    assert [one.name for one in found.examination.inside.attachments] == ["dcc.xml"]
    assert len(found.examination.inside.head) == 64


def test_time_and_revocation_are_proved_by_a_lasting_file() -> None:
    """A file of level B-LTA proves its time and that no certificate was revoked, years later."""
    found = judge_offline(whole("weight", "B-LTA"), signers().roots, AT + dt.timedelta(days=400))
    assert found.verdict == "sound"
    assert outcomes(found)["time"] == outcomes(found)["revocation"] == "holds"


def test_without_a_root_nothing_is_trusted() -> None:
    """Intact signatures that lead to no given root make the file untrusted, its DCC as well."""
    found = judge_offline(whole("weight"), (), NOW)
    assert found.verdict == "untrusted"
    assert outcomes(found)["trusted"] == "fails" and outcomes(found)["dcc_signature"] == "open"


def test_a_dcc_of_another_certificate_contradicts_its_pages() -> None:
    """A file signed with another certificate's DCC inside is told from a sound one, with what is missing."""
    found = judged(resigned([dcc_attachment(signed_dcc(CONTENTS["caliper"]), SCHEMA_VERSION)]))
    assert found.verdict == "contradictory"
    assert outcomes(found)["dcc_content"] == outcomes(found)["number"] == "fails"
    assert "DN-DD-26-001893" in found.examination.dcc.differences


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"10000.025", b"10000.026"),
        (b"0.059", b"0.009"),
        (b">QC-1204<", b">QC-1205<"),
        (b"2026-11-19", b"2026-11-17"),
        (b"Th\xc4\x83ng Long", b"Th\xc4\x83ng Lonh"),
    ],
)
def test_one_changed_statement_of_the_dcc_is_found(old: bytes, new: bytes) -> None:
    """A result, an uncertainty, a serial number, a day or a name that differs from the pages is named."""
    xml = signed_dcc(CONTENTS["weight"])
    assert old in xml
    found = judged(resigned([dcc_attachment(xml.replace(old, new), SCHEMA_VERSION)]))
    assert found.verdict == "broken"  # the DCC's own signature no longer holds
    assert outcomes(found)["dcc_content"] == outcomes(found)["dcc_signature"] == "fails"


def test_a_file_without_signature_is_not_judged_by_itself() -> None:
    """An unsigned file, or bytes that are none of ours, are never sound."""
    unsigned = as_pdf_a(render(CONTENTS["weight"]), ())
    assert judged(unsigned).verdict == "unsigned"
    assert outcomes(judged(unsigned))["dcc_signature"] == "note"
    assert judged(b"").verdict == judged(b"GIF89a").verdict == "unsigned"
    assert judged(b"%PDF-1.7\n/ByteRange").verdict == "unreadable"


def test_a_dcc_that_cannot_be_read_is_told() -> None:
    """Something else in the place of the DCC is told, and never sound."""
    for xml in (b"<other/>", b"no xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'):
        assert judged(resigned([dcc_attachment(xml, SCHEMA_VERSION)])).verdict in ("broken", "contradictory")


def test_no_byte_of_the_signature_itself_is_free() -> None:
    """Capitals among the digits of the last signature, or other bytes in the zeros behind it, break it."""
    file = whole("weight")
    begin = file.rindex(b"/Contents <") + 11
    end = file.index(b">", begin)
    letter = next(place for place in range(begin, end) if file[place : place + 1].isalpha())
    for place, byte in ((letter, file[letter] ^ 0x20), (end - 2, ord("1")), (end - 1, ord(" "))):
        changed = bytearray(file)
        changed[place] = byte
        assert judged(bytes(changed)).verdict in ("broken", "unreadable"), place


def test_no_byte_beside_the_signature_is_free() -> None:
    """Lengths, versions, algorithms, copies of the root, the time stamp: none can change behind the signature."""
    file, chance = whole("weight", "B-T"), random.Random(20261122)
    begin = file.rindex(b"/Contents <") + 11
    end = file.index(b">", begin)
    content = bytes.fromhex(file[begin:end].decode())
    signed_type = content.index(bytes.fromhex("06092a864886f70d010701"))
    (root,) = (content.index(one.public_bytes(Encoding.DER)) for one in signers().roots)
    unused = root + signers().roots[0].public_bytes(Encoding.DER).rindex(signers().roots[0].signature) - 1
    some = [(place, chance.randrange(8)) for place in range(20, signed_type + 11, 3)]
    some += [(root + chance.randrange(300), chance.randrange(8)) for _ in range(8)]
    some += [(place, bit) for place in (2, 3) for bit in range(8)]
    some += [(chance.randrange(len(content.rstrip(b"\0"))), chance.randrange(8)) for _ in range(20)]
    for place, bit in (*some, *((unused, bit) for bit in range(8))):
        changed = bytearray(content)
        changed[place] ^= 1 << bit
        digits = changed.hex().upper() if file[begin:end].isupper() else changed.hex()
        try:
            reports = signature_reports(file[:begin] + digits.encode() + file[end:], signers().roots, NOW)
        except Exception:  # noqa: BLE001  (unreadable: told as such by the process that reads it)
            continue
        assert not all(one.sound for one in reports), place


def test_a_later_signature_that_paints_a_page_breaks_the_earlier_one() -> None:
    """A further signature with a place on a page, even by a trusted key, leaves the earlier ones not whole."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import SigFieldSpec
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

    from certificates.waiting import outcome

    output = io.BytesIO()
    signer = PdfSigner(
        PdfSignatureMetadata(field_name="Over", md_algorithm="sha256"),
        signers().seal.signer,
        new_field_spec=SigFieldSpec("Over", on_page=0, box=(100, 500, 400, 700)),
    )
    outcome(signer.async_sign_pdf(IncrementalPdfFileWriter(io.BytesIO(whole("weight"))), output=output))
    assert judged(output.getvalue()).verdict == "broken"


def test_a_rewritten_file_has_lost_its_signatures(tmp_path: Path) -> None:
    """A file opened and saved by another program is broken or unsigned, never sound."""
    with pikepdf.open(io.BytesIO(whole("weight"))) as document:
        document.save(tmp_path / "saved.pdf")
    assert judged((tmp_path / "saved.pdf").read_bytes()).verdict in ("broken", "unreadable")
