"""The short way for a revision that only adds one more invisible signature."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel, SuspiciousModification

from certificates.added_signature import POLICY, added_signature
from certificates.archive import as_pdf_a
from certificates.pdf import render
from certificates.signing import sign
from tests.certificates.archive_examples import ATTACHMENTS
from tests.certificates.examples import weight
from tests.certificates.signing_examples import AT, signers


@pytest.fixture(scope="module")
def unsigned(font_cache: Path) -> bytes:
    """An archive file."""
    return as_pdf_a(render(weight(), fonts=font_cache), ATTACHMENTS)


@pytest.fixture(scope="module")
def once(unsigned: bytes) -> bytes:
    """The same with the signatory's signature."""
    return sign(unsigned, signers().both[:1], AT)


class Update:
    """A revision in the making: one field with a signature more, on form and first page."""

    def __init__(self, file: bytes) -> None:
        """Add the field; what is added besides is up to each test."""
        self.writer = IncrementalPdfFileWriter(io.BytesIO(file))
        self.root = self.writer.root
        self.form = self.root["/AcroForm"]
        self.page = self.root["/Pages"]["/Kids"][0]
        said = {"/Type": pdf_name("/Sig"), "/Contents": generic.ByteStringObject(b"\0" * 8)}
        said["/ByteRange"] = ArrayObject(map(NumberObject, (0, 1, 2, 3)))
        self.signature = DictionaryObject({pdf_name(key): value for key, value in said.items()})
        field = {
            "/FT": pdf_name("/Sig"), "/T": pdf_string("Seal"), "/Type": pdf_name("/Annot"), "/F": NumberObject(132),
            "/Subtype": pdf_name("/Widget"), "/Rect": ArrayObject([NumberObject(0)] * 4),
            "/P": self.page.container_ref, "/V": self.writer.add_object(self.signature),
        }  # fmt: skip
        field["/P"] = generic.IndirectObject(self.page.container_ref.idnum, 0, self.writer)
        self.field = DictionaryObject({pdf_name(key): value for key, value in field.items()})
        self.reference = self.writer.add_object(self.field)
        for holder, key in ((self.form, "/Fields"), (self.page, "/Annots")):
            holder[key].append(self.reference)
            self.writer.update_container(holder)

    def file(self) -> bytes:
        """The file with this revision at its end."""
        self.writer._update_meta = lambda: None  # type: ignore[method-assign]
        output = io.BytesIO()
        self.writer.write(output)
        return output.getvalue()


def _judged(file: bytes) -> tuple[str | None, object, object]:
    """What the short way, our policy and the library's say of the last revision."""
    reader = PdfFileReader(io.BytesIO(file), strict=False)
    last = reader.xrefs.total_revisions - 1
    old, new = (reader.get_historical_resolver(revision) for revision in (last - 1, last))
    return added_signature(old, new), _said(POLICY, old, new), _said(DEFAULT_DIFF_POLICY, old, new)


def _said(policy: Any, old: Any, new: Any) -> DiffResult | str:
    """The outcome of a policy, a refusal as a word."""
    try:
        found: DiffResult = policy.apply(old, new)
    except SuspiciousModification:
        return "suspicious"
    return found


def test_a_second_signature_is_judged_as_the_library_judges_it(unsigned: bytes) -> None:
    """The seal after the signatory is found by the short way, with the library's own outcome."""
    expected = DiffResult(ModificationLevel.FORM_FILLING, {"Seal"})
    assert _judged(sign(unsigned, signers().both, AT)) == ("Seal", expected, expected)


def test_a_plain_addition_takes_the_short_way(once: bytes) -> None:
    """The revision that the other tests spoil is a plain one before they do."""
    name, ours, library = _judged(Update(once).file())
    assert name == "Seal"
    assert ours == library


def _script() -> DictionaryObject:
    return DictionaryObject({pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): pdf_string("app.alert(1)")})


def _put(holder: Any, key: str, value: Any) -> None:
    holder[pdf_name(key)] = value


def _touched(update: Update, holder: Any, key: str, value: Any) -> None:
    _put(holder, key, value)
    update.writer.update_container(holder)


SPOILT: dict[str, Callable[[Update], object]] = {
    "painted": lambda one: _put(one.field, "/Rect", ArrayObject(map(NumberObject, (0, 0, 90, 90)))),
    "drawn": lambda one: _put(one.field, "/AP", DictionaryObject()),
    "a script on the field": lambda one: _put(one.field, "/AA", DictionaryObject({pdf_name("/E"): _script()})),
    "another kind of field": lambda one: _put(one.field, "/FT", pdf_name("/Tx")),
    "a name that is taken": lambda one: _put(one.field, "/T", pdf_string("Signatory")),
    "a name below another": lambda one: _put(one.field, "/T", pdf_string("Signatory.Seal")),
    "no signature": lambda one: _put(one.field, "/V", pdf_name("/Sig")),
    "a signature that locks": lambda one: _put(one.signature, "/Reference", ArrayObject()),
    "a signature that is more": lambda one: _put(one.signature, "/Type", pdf_name("/Page")),
    "a signature that leads elsewhere": lambda one: _put(one.signature, "/Name", one.reference),
    "an object nobody uses": lambda one: one.writer.add_object(DictionaryObject()),
    "the form says more": lambda one: _touched(one, one.form, "/NeedAppearances", generic.BooleanObject(True)),
    "the form says other": lambda one: _touched(one, one.form, "/SigFlags", NumberObject(1)),
    "two references more": lambda one: one.form["/Fields"].append(one.reference),
    "an annotation before the others": lambda one: one.page["/Annots"].reverse(),
    "the page is larger": lambda one: _touched(one, one.page, "/MediaBox", ArrayObject([NumberObject(9)] * 4)),
    "the page is turned": lambda one: _touched(one, one.page, "/Rotate", NumberObject(90)),
    "a script on the page": lambda one: _touched(one, one.page, "/AA", DictionaryObject({pdf_name("/O"): _script()})),
    "the second page": lambda one: _touched(one, one.root["/Pages"]["/Kids"][1], "/Rotate", NumberObject(90)),
    "the catalogue": lambda one: _touched(one, one.root, "/OpenAction", _script()),
    "the title": lambda one: _touched(one, one.writer.trailer["/Info"], "/Title", pdf_string("Other")),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILT)
def test_whatever_else_is_changed_goes_to_the_library(once: bytes, name: str) -> None:
    """One thing other than in a plain addition: the short way says nothing, and the library's word stands."""
    update = Update(once)
    SPOILT[name](update)
    found, ours, library = _judged(update.file())
    assert found is None
    assert ours == library


@pytest.mark.parametrize("place", ["/Form", "/P", "/Page"])
def test_what_is_used_twice_goes_to_the_library(unsigned: bytes, place: str) -> None:
    """A form or page that the signed file also uses elsewhere may be something else there: the library looks."""
    writer = IncrementalPdfFileWriter(io.BytesIO(sign(unsigned, signers().both[:1], AT)))
    held = writer.root["/Pages"]["/Kids"][0] if place == "/Page" else writer.root["/AcroForm"]
    piece = DictionaryObject({NameObject(place): generic.IndirectObject(held.container_ref.idnum, 0, writer)})
    writer.root[pdf_name("/PieceInfo")] = piece
    writer.update_root()
    output = io.BytesIO()
    writer.write(output)
    found, ours, library = _judged(Update(output.getvalue()).file())
    assert found is None
    assert ours == library
