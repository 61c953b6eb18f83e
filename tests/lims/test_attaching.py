"""Photographs and documents of an instrument: judged, drawn anew, shown to whom they belong, withdrawn."""

import io
import itertools
import struct
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from instruments.fact_models import InstrumentFile
from lims import attaching, backup, due_dates, merging, registry_sheets, sanity
from lims.attaching import attach_file, prepared_file
from lims.config import DATABASE_VARIABLE
from lims.errors import Invalid, Stated
from lims.pictures import LONGEST_SIDE, MOST_PIXELS, THUMBNAIL_SIDE
from lims.receiving import LARGEST_FILE
from tests.laboratories import SmallLaboratory
from tests.laboratory_fixtures import Templates

WHY = "Ảnh chụp nhầm thiết bị khác"
PDF = b"%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\nstartxref\n0\n%%EOF\n"
HIDDEN = b"21.028511,105.804817 <script>alert(1)</script>"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, templates: Templates) -> Iterator[SmallLaboratory]:
    """One laboratory for the tests of this module; each attaches things of its own."""
    with ExitStack() as stack:
        yield templates.copy("sqlite", "founded", tmp_path_factory.mktemp("files") / "home", stack)


@pytest.fixture(autouse=True)
def _no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """The laboratory of these tests keeps its own file."""
    monkeypatch.delenv(DATABASE_VARIABLE, raising=False)


def drawn(form: str = "JPEG", size: tuple[int, int] = (40, 20), shade: int = 90, **said: object) -> bytes:
    """A picture of one grey."""
    stream = io.BytesIO()
    Image.new("RGB", size, (shade, shade, shade)).save(stream, form, **said)  # type: ignore[arg-type]
    return stream.getvalue()


def attached(small: SmallLaboratory, content: bytes, name: str = "a.jpg", **given: object) -> InstrumentFile:
    """A file attached to the first customer's item."""
    return attach_file(small.lab, small.actors["hang"], small.ids["item"], content, name, **given)


def key_of(act: object) -> str:
    """The key of what an act answers."""
    with pytest.raises(Stated) as answer:
        act()  # type: ignore[operator]
    return answer.value.key


def code_of(small: SmallLaboratory, key: str = "item") -> str:
    """The code of an instrument."""
    with small.lab.store.reading() as session:
        from instruments.models import Instrument

        return session.get_one(Instrument, small.ids[key]).code


def test_a_picture_is_drawn_anew_and_loses_what_was_hidden_in_it(small: SmallLaboratory) -> None:
    """Place of the camera, words behind the picture and its size of a poster stay out; it stands upright."""
    turned = Image.Exif()
    turned[0x0112], turned[0x010E] = 6, HIDDEN.decode()
    row = attached(small, drawn(size=(3000, 1500), exif=turned) + HIDDEN, "../../IMG 1.JPG", title="Biển máy")
    with small.lab.store.reading():
        content = small.lab.received.get(row.sha256)
        thumbnail = small.lab.received.get(row.thumbnail_sha256 or "")
    assert b"<script>" not in content + thumbnail and b"21.0285" not in content + thumbnail
    with Image.open(io.BytesIO(content)) as kept, Image.open(io.BytesIO(thumbnail)) as little:
        assert kept.size == (LONGEST_SIDE // 2, LONGEST_SIDE) and max(little.size) == THUMBNAIL_SIDE
        assert not kept.getexif() and kept.format == little.format == "JPEG"
    assert (row.name, row.title, row.kind, row.media_type) == ("IMG 1.JPG", "Biển máy", "photograph", "image/jpeg")


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGBA", "I;16", "CMYK", "F"])
def test_every_kind_of_picture_is_read(mode: str) -> None:
    """Grey, indexed, transparent, printed or measured: what the format holds becomes a picture with its thumbnail."""
    stream = io.BytesIO()
    form = "JPEG" if mode == "CMYK" else "WEBP" if mode == "F" else "PNG"
    Image.new("RGB" if mode == "F" else "L" if mode == "PA" else mode, (7, 5)).save(stream, form)
    found = prepared_file(stream.getvalue(), "x", "photograph")
    assert found.thumbnail.startswith(b"\xff\xd8\xff")
    assert found.told.media_type == ("image/png" if form == "PNG" else "image/jpeg")


def png_of(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to nothing."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("content", "key"), [
    (b"", "facts.file_empty"), (b"\xff\xd8\xff" + b"0" * LARGEST_FILE, "facts.file_large"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "facts.file_kind"), (b"GIF89a....", "facts.file_kind"),
    (b"PK\x03\x04 macros", "facts.file_kind"), (b"MZ\x90", "facts.file_kind"), (b"%PDF-1.4 cut off", "facts.file_kind"),
    (b" %PDF-1.4 startxref", "facts.file_kind"), (drawn()[:300], "facts.file_unreadable"),
    (b"\xff\xd8\xff\xe0", "facts.file_unreadable"), (png_of(20, 20), "facts.file_unreadable"),
    (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "facts.file_unreadable"),
    (png_of(MOST_PIXELS // 1000, 1001), "facts.file_pixels"),
    (png_of(10_000, 10_000), "facts.file_pixels"), (png_of(60_000, 60_000), "facts.file_pixels"),
], ids=itertools.count())  # fmt: skip
def test_hostile_files_are_refused_and_nothing_is_kept(small: SmallLaboratory, content: bytes, key: str) -> None:
    """What is empty, too large, of another kind, cut off or blown up is refused by name, whatever it is called."""
    kept = small.lab.received.hashes()
    assert key_of(lambda: attached(small, content, "ảnh.jpg")) == key
    assert small.lab.received.hashes() == kept


def test_a_document_is_kept_as_it_came(small: SmallLaboratory) -> None:
    """A PDF is a document whatever was chosen, its bytes untouched, and never opened; its day is kept."""
    row = attached(small, PDF, "huong-dan.exe", kind="photograph", taken_on=date(2024, 5, 6))
    assert (row.kind, row.name, row.media_type, row.thumbnail_sha256) == (
        "document", "huong-dan.pdf", "application/pdf", None,
    )  # fmt: skip
    assert small.lab.received.get(row.sha256) == PDF and row.taken_on == date(2024, 5, 6)
    assert key_of(lambda: attached(small, PDF, taken_on=date(2030, 1, 1))) == "files.day_to_come"
    assert key_of(lambda: attached(small, PDF)) == "files.attached_already"


def test_the_customer_sees_what_was_shown_to_him_and_nobody_elses(small: SmallLaboratory) -> None:
    """Files are the laboratory's until one is shown; then the owner sees it, another customer never."""
    lab, code, mine, other = small.lab, code_of(small), small.actors["khach1"], small.actors["khach2"]
    hidden = attached(small, drawn(shade=1), "hidden.jpg")
    shown = attached(small, drawn(shade=2), "shown.jpg", to_customer=True)
    assert [one.sha256 for one in attaching.instrument_files(lab, mine, code).files] == [shown.sha256]
    assert attaching.instrument_file(lab, mine, code, shown.sha256, thumbnail=True)[1].startswith(b"\xff\xd8\xff")
    for actor, sha256 in ((mine, hidden.sha256), (other, shown.sha256), (other, hidden.sha256), (mine, "0" * 64)):
        assert key_of(lambda a=actor, s=sha256: attaching.instrument_file(lab, a, code, s)) == "lims.not_found"
    assert key_of(lambda: attaching.instrument_files(lab, other, code)) == "lims.not_found"
    assert key_of(lambda: attaching.instrument_files(lab, mine, "CT-KL-017")) == "lims.not_found"
    assert key_of(lambda: attaching.instrument_files(lab, small.actors["admin"], code)) == "lims.not_permitted"
    attaching.show_file(lab, small.actors["hang"], small.ids["item"], sha256=shown.sha256, to_customer=False)
    assert attaching.instrument_files(lab, mine, code).files == ()
    assert len(attaching.instrument_files(lab, small.actors["bao"], code).files) >= 2
    attaching.show_file(lab, small.actors["hang"], small.ids["item"], sha256=hidden.sha256, to_customer=True)
    number = small.issued(small.job_in("REVIEWED"))
    rows = due_dates.due_calendar(lab, mine, asked=due_dates.Asked(months=60))
    assert all(one.files for one in rows if one.code == code) and number


def test_who_may_describe_an_instrument_may_attach_and_nobody_else(small: SmallLaboratory) -> None:
    """Standards are the quality manager's; a reviewer and a customer attach nothing; nothing of theirs is kept."""
    lab, kept = small.lab, small.lab.received.hashes()
    for name, key in (("hang", "standard"), ("bao", "item"), ("khach1", "item"), ("admin", "standard")):
        answer = key_of(lambda n=name, k=key: attach_file(lab, small.actors[n], small.ids[k], drawn(shade=9), "a.jpg"))
        assert answer in ("lims.not_permitted", "lims.not_found"), name
    assert lab.received.hashes() == kept
    row = attach_file(lab, small.actors["trang"], small.ids["standard"], drawn(shade=9), "a.jpg")
    assert [one.id for one in registry_sheets.instrument_sheet(lab, small.actors["hang"], "CT-KL-017").facts.files] == [
        row.id
    ]
    for act in (
        lambda: attaching.show_file(lab, small.actors["trang"], small.ids["standard"], sha256=row.sha256,
                                    to_customer=True),
        lambda: attach_file(lab, small.actors["trang"], small.ids["standard"], drawn(shade=8), "b.jpg",
                            to_customer=True),
    ):  # fmt: skip
        assert key_of(act) == "files.no_customer"


def test_a_withdrawn_file_is_gone_from_the_page_and_stays_in_the_record(small: SmallLaboratory) -> None:
    """Withdrawn with a reason it stands nowhere, its bytes stay; attached again it stands again."""
    lab, code = small.lab, code_of(small)
    row = attached(small, drawn(shade=55), "gone.jpg", to_customer=True)
    attaching.withdraw_file(lab, small.actors["hang"], small.ids["item"], sha256=row.sha256, reason=WHY)
    for name in ("hang", "khach1"):
        act = lambda n=name: attaching.instrument_file(lab, small.actors[n], code, row.sha256)  # noqa: E731
        assert key_of(act) == "lims.not_found"
    again = lambda: attaching.withdraw_file(  # noqa: E731
        lab, small.actors["hang"], small.ids["item"], sha256=row.sha256, reason=WHY
    )
    assert key_of(again) == "facts.file_unknown"
    assert lab.received.get(row.sha256)
    assert attached(small, drawn(shade=55), "gone.jpg").sha256 == row.sha256


def test_files_of_a_merged_record_stand_on_the_one_that_goes_on(small: SmallLaboratory) -> None:
    """After a merger the photographs of both records are found under either code."""
    from tests.lims.test_instrument_facts import item

    kept, merged = item(small, "F-1", code="FILES-1"), item(small, "F-2", code="FILES-2")
    row = attach_file(small.lab, small.actors["hang"], merged.id, drawn(shade=70), "plate.jpg")
    merging.merge_instruments(small.lab, small.actors["trang"], kept.id, merged_code="FILES-2", reason=WHY)
    assert [one.id for one in attaching.instrument_files(small.lab, small.actors["hang"], "FILES-1").files] == [row.id]
    attaching.withdraw_file(small.lab, small.actors["hang"], kept.id, sha256=row.sha256, reason=WHY)
    assert attaching.instrument_files(small.lab, small.actors["hang"], "FILES-1").files == ()


def test_files_are_in_the_backup_and_are_looked_at(small: SmallLaboratory, tmp_path: Path) -> None:
    """A backup carries them, the examination misses what is gone and finds what was changed."""
    row = attached(small, drawn(shade=33), "kept.jpg")
    backup.back_up(small.lab, tmp_path / "saved.zip")
    names = backup.check(tmp_path / "saved.zip").files
    for sha256 in (row.sha256, row.thumbnail_sha256):
        assert f"received/{str(sha256)[:2]}/{sha256}.file" in names
    assert sanity.examine(small.lab).sound
    path = small.lab.received.path(row.sha256)
    content = path.read_bytes()
    path.write_bytes(b"x" + content)
    assert [one.said.key for one in sanity.examine(small.lab).findings if one.grave] == ["files.sanity_altered"]
    path.unlink()
    assert [one.said.key for one in sanity.examine(small.lab).findings if one.grave] == ["files.sanity_missing"]
    small.lab.received.put(content)


def test_a_file_that_was_not_kept_is_not_named(small: SmallLaboratory) -> None:
    """An act that names bytes which the vault has not is refused."""
    told = prepared_file(drawn(shade=201), "n.jpg", "photograph").told
    act = lambda: attaching.add_file(small.lab, small.actors["hang"], small.ids["item"], file=told)  # noqa: E731
    assert key_of(act) == "received.file_not_kept"
    with pytest.raises(Invalid):
        attached(small, drawn(shade=202), kind="film")
