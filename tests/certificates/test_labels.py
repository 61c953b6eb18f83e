"""Labels are drawn from data, scan at the resolution of a label printer, and refuse what has no room."""

import io
import shutil
import subprocess
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from certificates.label_forms import label_form, label_forms, sheet_form, sheet_forms
from certificates.labels import render_labels
from uncertainty.errors import Invalid

ADDRESS = "HTTPS://TRACUU.EXAMPLE/8004/893450000123MB-TB-000017"
VALUES = {
    "kind": "CHUẨN ĐO LƯỜNG", "body_code": "MB", "code": "MB-CT-KL-017", "name": "Quả cân chuẩn 10 kg hạng F2",
    "serial": "Số 30127-A/2019", "made": "Xưởng Cân Minh Họa, M1", "body": "Trung tâm Đo lường miền Bắc",
    "asset_text": "(8004) 893450000123MB-CT-KL-017", "address": ADDRESS,
}  # fmt: skip
pytestmark = pytest.mark.usefixtures("poppler")


def picture(file: bytes, resolution: int) -> Image.Image:
    """Page one in black and white, as a thermal printer or a laser printer puts it."""
    command = ["pdftoppm", "-r", str(resolution), "-f", "1", "-l", "1", "-mono", "-"]
    found = subprocess.run(command, input=file, capture_output=True, check=True).stdout
    return Image.open(io.BytesIO(found)).convert("L")


@pytest.mark.parametrize("form", sorted(label_forms()))
def test_every_asset_label_scans_at_the_resolution_of_a_label_printer(font_cache: Path, form: str) -> None:
    """Each size, printed at 203 dpi in one bit, is read back as exactly its address."""
    if label_form(form).purpose != "asset":
        return  # labels of services have values and tests of their own
    found = zxingcpp.read_barcodes(picture(render_labels([VALUES], label_form(form), fonts=font_cache), 203))
    assert [code.text for code in found] == [ADDRESS]


def test_a_sheet_is_filled_from_the_first_free_place(font_cache: Path) -> None:
    """Labels fill a sheet row by row from the place named, go on on the next sheet, and each has its own code."""
    some = [VALUES | {"code": f"MB-{number}", "address": f"{ADDRESS}{number}"} for number in range(1, 41)]
    file = render_labels(some, label_form("asset-50x25"), sheet_form("a4-40"), start=5, fonts=font_cache)
    assert subprocess.run(["pdfinfo", "-"], input=file, capture_output=True, check=True).stdout.count(b"Pages:") == 1
    codes = zxingcpp.read_barcodes(picture(file, 200))
    assert {code.text for code in codes} == {f"{ADDRESS}{number}" for number in range(1, 37)}
    first = next(code for code in codes if code.text == f"{ADDRESS}1")
    assert 29.7 < first.position.top_left.y / 200 * 25.4 < 59.4  # the second row
    said = subprocess.run(["pdftotext", "-f", "2", "-", "-"], input=file, capture_output=True, check=True).stdout
    assert b"MB-40" in said and b"MB-36" not in said


def test_what_has_no_room_is_refused_or_shortened_as_the_form_says(font_cache: Path) -> None:
    """A code that has no room refuses the label by name; a long name ends in an ellipsis."""
    form = label_form("asset-50x25")
    with pytest.raises(Invalid) as answer:
        render_labels([VALUES | {"code": "MB-" + "W" * 40}], form, fonts=font_cache)
    assert answer.value.key == "labels.no_room"
    file = render_labels(
        [VALUES | {"name": "Bộ quả cân chuẩn hạng F1 dùng làm chuẩn chính " * 3}], form, fonts=font_cache
    )
    assert "…" in subprocess.run(["pdftotext", "-", "-"], input=file, capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize(("change", "sheet", "start", "key"), [
    ({"address": ADDRESS + "/X" * 60}, None, 1, "labels.address_too_long"),
    ({"code": ""}, None, 1, "labels.value_missing"),
    ({}, "a4-65", 1, "labels.larger_than_sheet"), ({}, "a4-40", 41, "labels.start"), ({}, "a4-40", 0, "labels.start"),
    ({"name": "mũi tên \u2b95"}, None, 1, "certificate.character_not_printable"),
])  # fmt: skip
def test_a_label_that_would_not_serve_is_refused(
    font_cache: Path, change: dict[str, str], sheet: str | None, start: int, key: str
) -> None:
    """An address too long to scan, a missing value, a wrong sheet or place, an unprintable sign: each is refused."""
    on = sheet_form(sheet) if sheet else None
    with pytest.raises(Invalid) as answer:
        render_labels([VALUES | change], label_form("asset-50x25"), on, start=start, fonts=font_cache)
    assert answer.value.key == key


def test_the_same_labels_are_the_same_bytes(font_cache: Path) -> None:
    """Drawing twice gives the same file, and its faces are embedded."""
    first, second = (render_labels([VALUES], label_form("asset-30x15"), fonts=font_cache) for _ in range(2))
    assert first == second
    listed = subprocess.run(["pdffonts", "-"], input=first, capture_output=True, check=True).stdout.decode()
    assert all(line.split()[-5] == "yes" for line in listed.splitlines()[2:])


def test_sheets_and_forms_come_from_files(tmp_path: Path) -> None:
    """A new file is a new form; one that says what no form can be is refused by file and place."""
    assert {"a4-24", "a4-40", "a4-65"} <= set(sheet_forms())
    source = Path("data/labels/asset-30x15.toml")
    shutil.copy(source, tmp_path / "asset-own.toml")
    assert label_form("asset-own", tmp_path).width == 30
    other = tmp_path / "other"
    other.mkdir()
    (other / "asset-wrong.toml").write_text(source.read_text(encoding="utf-8").replace('"rule"', '"rulr"'), "utf-8")
    with pytest.raises(Invalid) as answer:
        label_forms(other)
    assert answer.value.key == "labels.form_wrong"
    assert "asset-wrong.toml" in str(answer.value) and "part 2" in str(answer.value)
    with pytest.raises(Invalid, match="asset-50x25"):
        label_form("asset-none")
