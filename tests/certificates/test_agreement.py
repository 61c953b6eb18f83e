"""Pages and DCC of one file: they say the same, and what differs is named."""

import dataclasses
import datetime as dt
from pathlib import Path

import pytest

from certificates.agreement import agreement, compare, numbers_on, text_of_pages
from certificates.archive import as_pdf_a, dcc_attachment
from certificates.attachment import Attachment
from certificates.carried import carried, dcc_of
from certificates.content import CertificateContent
from certificates.dcc import write_dcc
from certificates.dcc_report import dcc_report
from certificates.pdf import render
from certificates.signing import sign
from certificates.validating import validate
from certificates.xades import sign_dcc, without_signature
from tests.certificates.archive_examples import CONTENTS
from tests.certificates.examples import weight
from tests.certificates.signing_examples import AT, signers
from ui.numbers import number
from uncertainty.errors import Broken

ISSUED = {name: one for name, one in CONTENTS.items() if one.issue is not None}


def file_of(content: CertificateContent, font_cache: Path, xml: bytes | None = None) -> bytes:
    """An archive file of a content, with its own DCC or another."""
    dcc = write_dcc(content) if xml is None else xml
    return as_pdf_a(render(content, fonts=font_cache), (dcc_attachment(dcc, "3.3.0"),))


@pytest.fixture(scope="module")
def signed_dcc() -> bytes:
    """The weight's DCC with the seal's signature."""
    seal = signers().seal
    return sign_dcc(write_dcc(weight()), seal.for_xml, seal.certificates, signed_at=AT)


@pytest.mark.parametrize("name", ISSUED)
def test_pages_and_dcc_of_one_content_agree(name: str, font_cache: Path) -> None:
    """Number, values, U, k and p of the DCC stand on the pages, in every kind, language and length."""
    found = agreement(file_of(ISSUED[name], font_cache))
    assert (found.state, found.differences) == ("agrees", ()) and found.compared >= 4


def test_a_coefficient_over_a_power_of_ten_is_one_text_in_all_three(font_cache: Path) -> None:
    """Paper, DCC and screen print the same digits over the same power; another power in the DCC is told."""
    content = CONTENTS["polynomial of small coefficients"]
    assert content.curve is not None
    pages = "".join(text_of_pages(render(content, fonts=font_cache)).split())
    for one in content.curve.coefficients:
        for canonical in (one.value, one.standard_uncertainty):
            assert number(canonical, "vi").replace("\u202f", "") in pages
    xml = write_dcc(content)
    assert b"<si:value>-5.7752e-5</si:value>" in xml and b"<si:value>0.0123e-5</si:value>" in xml
    found = agreement(file_of(content, font_cache, xml.replace(b"-5.7752e-5", b"-5.7752e-6")))
    assert (found.state, found.differences) == ("differs", ("-5.7752e-6",))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("10000.025", "10000.026"),
        (">0.059<", ">0.095<"),
        (">2<", ">3<"),
        (">0.9545<", ">0.5<"),
        ("HN-KL-26", "HN-KL-27"),
    ],
)
def test_a_number_that_differs_is_named(before: str, after: str, font_cache: Path) -> None:
    """A value, U, k, p or certificate number that the pages do not show is told, and the file differs."""
    xml = write_dcc(weight()).replace(before.encode(), after.encode())
    found = agreement(file_of(weight(), font_cache, xml))
    shown = {">0.5<": "50 %"}.get(after, after.strip("<>"))
    assert found.state == "differs"
    assert any(shown.replace(" ", "") in one.replace("\u00a0", "").replace(" ", "") for one in found.differences)


def test_digits_are_read_in_their_groups() -> None:
    """Groups of three on both sides make one number; a sign is part of it, a date is none."""
    found = numbers_on("(10 000,025 12 ± 0,059) g −0,03 +1,5", ",")
    assert {"10000.02512", "0.059", "-0.03", "1.5"} <= set(found)
    assert not {"0.03", "-1.5", "25.12"} & set(found)


def test_a_file_without_or_with_a_wrong_dcc_says_so(font_cache: Path) -> None:
    """No DCC is "none"; one that is no XML, and bytes that are no PDF, are "unreadable"."""
    assert agreement(as_pdf_a(render(weight(), fonts=font_cache))).state == "none"
    assert agreement(file_of(weight(), font_cache, b"<!DOCTYPE x><x/>")).state == "unreadable"
    assert agreement(b"%PDF-1.7 nothing").state == "unreadable"
    with pytest.raises(Broken, match="cannot be read"):
        carried(b"%PDF-1.7 nothing")


def test_attachments_come_out_as_they_went_in(font_cache: Path) -> None:
    """Every attachment is found with its name, kind, relationship, sentence and very bytes."""
    kept = (Attachment("readings.csv", b"1;2\n", "text/csv", "Source", "Số đọc"), dcc_attachment(b"<a/>", "3.3.0"))
    found = carried(as_pdf_a(render(weight(), fonts=font_cache), kept))
    assert [(one.name, one.content, one.mime_type, one.relationship, one.description) for one in found] == [
        (one.name, one.content, one.mime_type, one.relationship, one.description) for one in kept
    ]


def test_without_its_signature_a_dcc_is_what_was_written(signed_dcc: bytes) -> None:
    """Taken out of a signed DCC, the signature leaves exactly what was signed."""
    assert without_signature(signed_dcc) == without_signature(write_dcc(weight()))
    assert without_signature(signed_dcc.replace(b"10000.025", b"10000.026")) != without_signature(signed_dcc)


def test_the_dcc_is_judged_with_the_file(signed_dcc: bytes, font_cache: Path) -> None:
    """In the process apart the DCC's signature and its agreement are told beside the file's signatures."""
    file = sign(file_of(weight(), font_cache, signed_dcc), signers().both, AT)
    roots, now = signers().roots, AT + dt.timedelta(hours=1)
    found = validate(file, roots, now)
    assert (found.word, found.dcc.pages, found.dcc.signature) == ("sound", "agrees", "sound")
    assert found.dcc.holder == signers().seal.holder and dcc_of(file) == signed_dcc
    assert dcc_report(file, (), now).signature == "untrusted"
    changed = file_of(weight(), font_cache, signed_dcc.replace(b"10000.025", b"10000.026"))
    told = validate(changed, roots, now)
    assert (told.word, told.dcc.pages, told.dcc.signature) == ("none", "differs", "broken")
    assert told.dcc.differences == ("10000.026",)


def test_texts_are_compared_not_floats() -> None:
    """A zero more or less at the end of a number is another text."""
    xml = write_dcc(weight())
    text = "HN-KL-26-004127 10 000,0250 0,059 2 95 % 10 000,025 +0,025 10 000"
    assert "10000.025" not in compare(xml, text).differences
    assert "10000.025" in compare(xml, text.replace("10 000,025 +", "+")).differences


def test_a_name_may_end_with_a_hyphen(font_cache: Path) -> None:
    """A customer whose name ends its line with a hyphen is found on the page letter for letter."""
    customer = dataclasses.replace(weight().customer, name="Cân Đo-")
    file = file_of(dataclasses.replace(weight(), customer=customer), font_cache)
    assert "Cân Đo-" in text_of_pages(file)
    assert agreement(file).state == "agrees"


def test_the_text_of_pages_is_read_whole(font_cache: Path) -> None:
    """Every page of a long certificate is read."""
    text = text_of_pages(render(CONTENTS["caliper at sixty points"], fonts=font_cache))
    assert text.count("HẾT") == 1 and len(text) > 4000
