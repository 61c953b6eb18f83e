"""Signatures of strangers' files: judged apart, within limits, and never better than they are."""

import datetime as dt
import io
import random
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from certificates.archive import as_pdf_a
from certificates.authority import PERSON, certify, found_authority
from certificates.keys import from_key
from certificates.pdf import render
from certificates.signing import SIGNATORY, Signing, sign
from certificates.validating import LARGEST_FILE, validate
from tests.certificates.archive_examples import ATTACHMENTS
from tests.certificates.examples import caliper, weight
from tests.certificates.signing_examples import AT, BEGAN, PERSON_NAME, signers

NOW = AT + dt.timedelta(hours=1)


@pytest.fixture(scope="module")
def unsigned(font_cache: Path) -> bytes:
    """The weight as an archive file."""
    return as_pdf_a(render(weight(), fonts=font_cache), ATTACHMENTS)


@pytest.fixture(scope="module")
def signed(unsigned: bytes) -> bytes:
    """The weight, signed by person and seal."""
    return sign(unsigned, signers().both, AT)


def _word(file: bytes) -> str:
    return validate(file, signers().roots, NOW).word


def test_a_sound_file_is_judged_in_another_process(signed: bytes) -> None:
    """Both signatures are reported with holder, time and level, as they are without the process between."""
    found = validate(signed, signers().roots, NOW)
    assert found.word == "sound"
    first = found.signatures[0]
    assert (first.holder, first.level, first.at) == (PERSON_NAME, "B-B", AT.isoformat())
    assert len(found.signatures) == 2


def test_without_the_root_nothing_is_trusted(signed: bytes) -> None:
    """With no root, or another laboratory's, the signatures are intact and not trusted."""
    other = found_authority("Another laboratory", BEGAN)
    for roots in ((), (other.root.certificate,)):
        found = validate(signed, roots, NOW)
        assert found.word == "untrusted"
        assert all(one.intact and not one.trusted for one in found.signatures)


def test_a_namesake_is_not_trusted(unsigned: bytes) -> None:
    """A stranger's authority with the same names as ours makes signatures that are not trusted."""
    made = signers().authority.root.certificate.subject
    false = found_authority(str(made.get_attributes_for_oid(made.rdns[1]._attributes[0].oid)[0].value), BEGAN)
    issued = certify(false, PERSON_NAME, "Viện Đo lường Miền Bắc", PERSON, BEGAN)
    key = from_key(issued.key, issued.certificate, false.chain)
    assert _word(sign(unsigned, (Signing(key, SIGNATORY, "", ""),), AT)) == "untrusted"


def test_an_unsigned_file_has_none(unsigned: bytes) -> None:
    """A file without signatures says "none"; so do bytes that are no PDF at all."""
    assert _word(unsigned) == "none"
    assert _word(b"") == "none"
    assert _word(b"GIF89a") == "none"


@pytest.mark.long_form("flips")
@pytest.mark.timeout(300)
def test_no_changed_byte_leaves_a_signature_sound(
    signed: bytes, long_form: bool, figure: Callable[[str], None]
) -> None:
    """A byte changed anywhere leaves no file whose signatures are all sound over the bytes that they were made for."""
    chance = random.Random(20261122)
    contents = [signed.index(b"/Contents <"), signed.rindex(b"/Contents <")]
    places = (
        range(len(signed)) if long_form else [*chance.sample(range(len(signed)), 60), *(at + 900 for at in contents)]
    )
    words: dict[str, int] = {}
    for place in places:
        changed = bytearray(signed)
        changed[place] ^= chance.randrange(1, 256)
        if _only_in_padding(signed, place):
            continue
        word = _word(bytes(changed))
        words[word] = words.get(word, 0) + 1
    assert "sound" not in words, words
    figure(f"{sum(words.values())} changed bytes: {words}")


def _only_in_padding(file: bytes, place: int) -> bool:
    """Whether a place lies in the zeros behind a signature, which belong to no signature and say nothing."""
    begin = file.rfind(b"/Contents <", 0, place)
    return begin >= 0 and place < file.find(b">", begin) and file[place : place + 40] == b"0" * 40


def test_content_added_after_signing_is_broken(signed: bytes) -> None:
    """An incremental update that changes a page, the catalog, an attachment or the metadata breaks the coverage."""

    def on_page(writer: IncrementalPdfFileWriter) -> None:
        page = writer.root["/Pages"]["/Kids"][0]
        page["/Rotate"] = generic.NumberObject(180)
        writer.update_container(page)

    def on_catalog(writer: IncrementalPdfFileWriter) -> None:
        writer.root["/OpenAction"] = generic.DictionaryObject({generic.pdf_name("/S"): generic.pdf_name("/Named")})
        writer.update_root()

    def on_attachment(writer: IncrementalPdfFileWriter) -> None:
        writer.root["/AF"] = generic.ArrayObject()
        writer.update_root()

    for change in (on_page, on_catalog, on_attachment):
        writer = IncrementalPdfFileWriter(io.BytesIO(signed))
        change(writer)
        output = io.BytesIO()
        writer.write(output)
        found = validate(output.getvalue(), signers().roots, NOW)
        assert found.word == "broken", change.__name__
        assert not any(one.sound for one in found.signatures)


def test_a_signature_moved_to_another_file_is_broken(signed: bytes, font_cache: Path) -> None:
    """The signature of one certificate, put into another file of the same shape, is not intact there."""
    other = sign(as_pdf_a(render(caliper(), fonts=font_cache), ATTACHMENTS), signers().both, AT)
    first, second = (file.index(b"/Contents <") + 11 for file in (signed, other))
    length = signed.index(b">", first) - first
    assert other.index(b">", second) - second == length
    forged = other[:second] + signed[first : first + length] + other[second + length :]
    assert _word(forged) == "broken"


def test_attachments_swapped_between_files_are_broken(signed: bytes) -> None:
    """A file written anew with another attachment has no intact signature."""
    with pikepdf.open(io.BytesIO(signed)) as document:
        document.attachments["dcc.xml"] = pikepdf.AttachedFileSpec(document, b"<other/>", filename="dcc.xml")
        output = io.BytesIO()
        document.save(output)
    assert _word(output.getvalue()) in ("broken", "unreadable")


def test_a_file_cut_off_is_never_sound(signed: bytes) -> None:
    """A file cut at any of forty places is not sound, and the first revision alone shows one signature less."""
    for length in range(len(signed) // 40, len(signed) - 1, len(signed) // 40):
        found = validate(signed[:length], signers().roots, NOW)
        assert found.word != "sound" or len(found.signatures) < 2


def test_hostile_files_are_answered_within_limits(signed: bytes, figure: Callable[[str], None]) -> None:
    """Bombs, loops and rubbish get an answer in seconds, and the next honest file is judged as before."""
    bomb = zlib.compress(b"0" * 200_000_000, 9)
    head = b"%PDF-1.7\n/ByteRange\n"
    stream = b"5 0 obj\n<</Type/XRef/Size 9/W[1 2 1]/Filter/FlateDecode/Length %d>>\nstream\n" % len(bomb)
    files = {
        "bomb": head + stream + bomb + b"\nendstream\nendobj\nstartxref\n20\n%%EOF\n",
        "loop": head + b"1 0 obj\n<</Prev 20>>\nendobj\nxref\n0 1\n0000000000 65535 f \n"
        b"trailer\n<</Root 1 0 R/Prev 20/Size 1>>\nstartxref\n52\n%%EOF\n",
        "deep": head + b"[" * 200_000 + b"]" * 200_000 + b"\nstartxref\n20\n%%EOF\n",
        "noise": head + random.Random(1).randbytes(200_000),
        "many": signed.replace(b"/Kids", b"/Kidz"),
        "no end": signed + b"\n" * 1_000_000,
    }
    slowest = 0.0
    for name, file in files.items():
        begun = time.monotonic()
        assert _word(file) != "sound", name
        slowest = max(slowest, time.monotonic() - begun)
    assert slowest < 30
    assert _word(signed) == "sound"
    figure(f"{len(files)} hostile files, the slowest after {slowest:.1f} s")


def test_a_file_too_large_is_not_looked_at() -> None:
    """Above twenty megabytes nothing is read."""
    assert validate(b"/ByteRange" * (LARGEST_FILE // 10 + 1), (), NOW).state == "too_large"
