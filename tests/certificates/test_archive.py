"""The certificate as an archive file: PDF/A-3U with what it carries, found again and the same on every run."""

import dataclasses
import gc
import io
import os
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pikepdf
import pikepdf.pdfa
import pytest

from certificates.archive import as_pdf_a, dcc_attachment, pdf_date
from certificates.archive_metadata import DCC_SCHEMA
from certificates.attachment import Attachment
from certificates.identification import Identification, identification_text
from certificates.pdf import render
from certificates.verify import KnownCertificate, identify, judge
from tests.certificates.archive_examples import ATTACHMENTS, CONTENTS, DCC, READINGS
from tests.certificates.examples import ISSUE, weight
from tests.certificates.reading import fonts_of, text_of
from tests.certificates.verapdf import VeraPdf
from uncertainty.errors import Invalid

NO_EXTENSIONS = "6.6.2.3.1-1"  # this validator knows no extension schemas, which ISO 19005-3, 6.6.2.3 provides
LEVEL_B_ONLY = "6.6.4-3"  # nor any level but B


@pytest.fixture(scope="module")
def drawn(font_cache: Path) -> dict[str, bytes]:
    """Every example as it is drawn."""
    return {name: render(content, fonts=font_cache) for name, content in CONTENTS.items()}


@pytest.fixture(scope="module")
def archived(drawn: dict[str, bytes]) -> dict[str, bytes]:
    """Every example as an archive file with three attachments."""
    return {name: as_pdf_a(file, ATTACHMENTS) for name, file in drawn.items()}


@pytest.mark.parametrize("name", CONTENTS)
@pytest.mark.timeout(300)
def test_every_example_is_pdf_a_3u_by_verapdf(archived: dict[str, bytes], verapdf: VeraPdf, name: str) -> None:
    """VeraPDF finds every example compliant with PDF/A-3U and 3B."""
    for flavour in ("3u", "3b"):
        said = verapdf.judge(archived[name], flavour)
        assert said.compliant, (flavour, said.broken)
        assert said.assertions > 1_000


@pytest.mark.timeout(300)
def test_verapdf_refuses_what_is_no_archive_file(drawn: dict[str, bytes], verapdf: VeraPdf) -> None:
    """The same judge refuses the page as drawn, and level A, which is not claimed."""
    assert not verapdf.judge(drawn["weight"], "3u").compliant
    assert not verapdf.judge(as_pdf_a(drawn["weight"]), "3a").compliant


@pytest.mark.parametrize("name", CONTENTS)
def test_every_example_passes_the_second_validator(archived: dict[str, bytes], tmp_path: Path, name: str) -> None:
    """Beside the extension schema and the letter U, which it does not know, pikepdf's validator finds nothing."""
    path = tmp_path / "certificate.pdf"
    path.write_bytes(archived[name])
    gc.collect()  # the validator takes any warning meanwhile for one of the file: what earlier tests left open too
    report = pikepdf.pdfa.validate_written(path, "3b")
    rules = {finding.rule.split(":")[1] for finding in report.findings}
    assert rules <= {NO_EXTENSIONS, LEVEL_B_ONLY}, report.findings
    assert all("dcc:" in f.message or "=" in f.message or "pdfa" in f.message for f in report.findings)


def test_attachments_come_out_as_they_went_in(archived: dict[str, bytes]) -> None:
    """Each attachment is tied to the document with its relationship and is byte for byte what was put in."""
    with pikepdf.open(io.BytesIO(archived["caliper"])) as document:
        assert sorted(document.attachments) == sorted(each.name for each in ATTACHMENTS)
        tied = [str(one.UF) for one in document.Root.AF]
        assert tied == [each.name for each in ATTACHMENTS]
        for each in ATTACHMENTS:
            kept = document.attachments[each.name]
            assert kept.get_file().read_bytes() == each.content
            assert kept.get_file().mime_type == each.mime_type
            assert str(kept.relationship) == f"/{each.relationship}"


def test_the_metadata_names_the_dcc_and_equals_the_information(archived: dict[str, bytes]) -> None:
    """The metadata leads to the DCC by name, kind and version, and says what the information dictionary says."""
    with pikepdf.open(io.BytesIO(archived["resistor"])) as document:
        info = document.docinfo
        with document.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as said:
            assert said[f"{{{DCC_SCHEMA}}}DocumentFileName"] == "dcc.xml"
            assert said[f"{{{DCC_SCHEMA}}}DocumentType"] == "DCC"
            assert said[f"{{{DCC_SCHEMA}}}Version"] == "3.3.0"
            assert said["dc:title"] == str(info["/Title"])
            assert said["dc:creator"] == [str(info["/Author"])]
            assert said["dc:description"] == str(info["/Subject"])
            assert said["pdf:Producer"] == str(info["/Producer"]) == "Chuẩn"
            for key, name in (("xmp:CreateDate", "/CreationDate"), ("xmp:ModifyDate", "/ModDate")):
                assert said[key] == pdf_date(str(info[name])).isoformat()


def test_without_a_dcc_no_schema_is_declared(drawn: dict[str, bytes]) -> None:
    """A file without a DCC does not say that it has one."""
    assert DCC_SCHEMA.encode() not in as_pdf_a(drawn["weight"], (READINGS,))


def test_same_input_same_bytes_in_any_process(archived: dict[str, bytes], font_cache: Path) -> None:
    """Another process in another time zone with another hash seed makes the same bytes."""
    program = (
        "import sys; from hashlib import sha256; from pathlib import Path; from certificates.pdf import render; "
        "from certificates.archive import as_pdf_a; "
        "from tests.certificates.archive_examples import ATTACHMENTS, CONTENTS; "
        "print(sha256(as_pdf_a(render(CONTENTS['weight'], fonts=Path(sys.argv[1])), ATTACHMENTS)).hexdigest())"
    )
    environment = {**os.environ, "TZ": "America/New_York", "PYTHONHASHSEED": "77", "LC_ALL": "C"}
    words = [sys.executable, "-c", program, str(font_cache)]
    done = subprocess.run(words, env=environment, capture_output=True, check=True, text=True)
    assert done.stdout.strip() == sha256(archived["weight"]).hexdigest()


def test_one_byte_of_an_attachment_changes_the_file(drawn: dict[str, bytes]) -> None:
    """Two files that differ in one attachment are two files, their identifiers included."""
    one, other = (as_pdf_a(drawn["weight"], (dcc_attachment(xml, "3.3.0"),)) for xml in (DCC, DCC + b"\n"))
    with pikepdf.open(io.BytesIO(one)) as first, pikepdf.open(io.BytesIO(other)) as second:
        assert bytes(first.trailer.ID[1]) != bytes(second.trailer.ID[1])
    assert one != other


@pytest.mark.parametrize("name", ["weight", "caliper", "resistor"])
def test_identification_stands_plain_in_three_places(archived: dict[str, bytes], name: str) -> None:
    """Byte search finds the identification, also where two of its three places are damaged."""
    issue = CONTENTS[name].issue
    assert issue
    text = identification_text(issue).encode()
    assert archived[name].count(text) == 3
    assert identify(archived[name].replace(text, b"x" * len(text), 2)) == Identification(
        issue.number, issue.token, issue.check_code
    )


def test_no_flipped_byte_is_genuine(archived: dict[str, bytes]) -> None:
    """An archive file with one changed byte, at a thousand places, is altered: never genuine, never unknown."""
    file = archived["weight"]
    known = KnownCertificate(ISSUE.number, sha256(file).hexdigest(), "issued")
    assert judge(file, lambda said: known).verdict == "genuine"
    for place in range(0, len(file), len(file) // 1_000):
        changed = bytearray(file)
        changed[place] ^= 1 + place % 255
        assert judge(bytes(changed), lambda said: known).verdict == "altered"


@pytest.mark.usefixtures("poppler")
@pytest.mark.parametrize("name", ["weight", "caliper at sixty points"])
def test_the_pages_stay_as_they_were_drawn(drawn: dict[str, bytes], archived: dict[str, bytes], name: str) -> None:
    """The archive file reads as the drawn one, and only our own embedded faces stand in it: no Helvetica."""
    assert text_of(archived[name]) == text_of(drawn[name])
    fonts = fonts_of(archived[name])
    assert fonts
    assert all("ChuanSans" in row[0] and row[-5:-2] == ["yes", "yes", "yes"] for row in fonts)
    assert b"Helvetica" not in archived[name]
    assert b"/Trans" not in archived[name]


@pytest.mark.parametrize(
    "attachments",
    [
        (dataclasses.replace(READINGS, name=""),),
        (dataclasses.replace(READINGS, name="../readings.csv"),),
        (dataclasses.replace(READINGS, name="số liệu.csv"),),
        (dataclasses.replace(READINGS, name="a" * 81),),
        (dataclasses.replace(READINGS, mime_type="csv"),),
        (dataclasses.replace(READINGS, relationship="Friend"),),
        (READINGS, dataclasses.replace(READINGS, name="READINGS.csv")),
        (dcc_attachment(DCC, "3.3.0"), dataclasses.replace(dcc_attachment(DCC, "3.2.1"), name="other.xml")),
        tuple(dataclasses.replace(READINGS, name=f"{place}.csv") for place in range(33)),
    ],
)
def test_what_no_reader_would_find_is_refused(drawn: dict[str, bytes], attachments: tuple[Attachment, ...]) -> None:
    """A name with a path, a foreign letter or twice, a type or relationship that there is none: refused, and said."""
    with pytest.raises(Invalid) as refused:
        as_pdf_a(drawn["weight"], attachments)
    assert refused.value.text("vi")
    assert refused.value.text("en")


def test_hostile_words_stay_words(font_cache: Path) -> None:
    """Markup and quotes in the name of a laboratory come back from the metadata as they were typed."""
    base = weight()
    name = dataclasses.replace(base.body.name, vi="Viện <b>\"Đo\" & 'Chuẩn'</b> ]]> \\(")
    content = dataclasses.replace(base, body=dataclasses.replace(base.body, name=name))
    file = as_pdf_a(render(content, fonts=font_cache), ATTACHMENTS)
    with (
        pikepdf.open(io.BytesIO(file)) as document,
        document.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as said,
    ):
        assert said["dc:creator"] == [name.vi]


def test_an_attachment_is_kept_whatever_it_holds(drawn: dict[str, bytes], figure: Callable[[str], None]) -> None:
    """Nothing, a megabyte, and the words that end a stream are carried unchanged."""
    sizes = []
    for content in (b"", bytes(range(256)) * 4096, b"endstream endobj %%EOF CHUAN", b"\r\n" * 99):
        file = as_pdf_a(drawn["weight"], (Attachment("data.bin", content, "application/octet-stream"),))
        with pikepdf.open(io.BytesIO(file)) as document:
            assert document.attachments["data.bin"].get_file().read_bytes() == content
        sizes.append(len(file))
    figure(f"archive files of {min(sizes) // 1000} to {max(sizes) // 1000} kB")
