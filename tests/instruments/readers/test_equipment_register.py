"""Registers in the vocabulary of MSL as sheets: each piece of equipment on its line, and nothing hostile is read."""

import pytest

from instruments.readers.equipment_register import MOST_DEPTH, is_register, read_register
from instruments.readers.sheet import Sheet
from uncertainty.errors import Invalid

SPACE = 'xmlns="https://measurement.govt.nz/equipment-register"'
OPEN = f'<?xml version="1.0" encoding="utf-8"?>\n<register team="Electrical" {SPACE}>\n'


def piece(serial: str, status: str = "Active", quantity: str = "Voltage DC") -> str:
    """One piece of equipment of a foreign register, on seven lines."""
    return f"""<equipment enteredBy="Somebody" alias="bench">
<id>MSLE.E.{serial}</id><manufacturer>Fluke</manufacturer><model>not recorded</model><serial>{serial}</serial>
<description>A   calibrator</description><specifications><own>1</own></specifications><location>Long Room</location>
<status>{status}</status><calibrations><measurand quantity="{quantity}" calibrationInterval="1"><component name="">
<report id="1"><table><data>1</data></table></report><digitalReport id="2"/></component></measurand></calibrations>
<qualityManual><financial><assetNumber>7</assetNumber></financial></qualityManual>
</equipment>
"""


def row(sheet: Sheet, number: int) -> dict[str, str]:
    """A row by the headings of the sheet."""
    headings = [cell.text for cell in sheet.rows[0]]
    return {heading: sheet.cell(number, place).text for place, heading in enumerate(headings, start=1)}


def test_each_piece_of_equipment_is_the_row_of_its_line() -> None:
    """What a list of instruments holds is in the row; what is not in use stands in a sheet of its own."""
    text = OPEN + piece("1") + piece("2", "Disposed") + piece("3", quantity="Gloss") + "</register>"
    assert is_register(text.encode()) and is_register(b"\xef\xbb\xbf\n" + text.encode())
    used, other = read_register(text.encode(), "r.xml")
    assert (used.name, other.name) == ("Electrical", "Electrical (not Active)")
    assert row(used, 3) == {
        "id": "MSLE.E.1", "name": "A calibrator", "manufacturer": "Fluke", "serial": "1",
        "quantity": "dc voltage", "asset number": "7", "status": "Active", "reports": "2",
    }  # fmt: skip
    assert [number for number, cells in enumerate(used.rows, start=1) if cells] == [1, 3, 17]
    assert row(used, 17)["quantity"] == "gloss" and row(other, 10)["status"] == "Disposed"


def test_equipment_on_one_line_still_has_rows_of_its_own() -> None:
    """A register without line breaks loses nothing."""
    text = (OPEN + piece("1") + piece("2") + "</register>").replace("\n", " ")
    (sheet,) = read_register(text.encode(), "r.xml")
    assert [row(sheet, number)["serial"] for number in (2, 3)] == ["1", "2"]


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b'<!DOCTYPE register [<!ENTITY a "b">]>' + f"<register {SPACE}>&a;</register>".encode(), "file_doctype"),
        (f"<!DOCTYPE r SYSTEM 'file:///etc/passwd'><register {SPACE}/>".encode("utf-16"), "file_doctype"),
        ((OPEN + "<a>" * (MOST_DEPTH + 1)).encode(), "register_deep"),
        (OPEN.encode() + b"<equipment>", "register_unreadable"),
        (b"<html><body/></html>", "no_register"),
        (b"<register/>", "no_register"),
        (f"<register {SPACE}/>".encode(), "file_empty"),
        (b'<?xml version="1.0" encoding="nonsense"?>' + f"<register {SPACE}/>".encode(), "file_unreadable"),
    ],
)
def test_what_is_hostile_or_no_register_is_refused(content: bytes, key: str) -> None:
    """A document type in any encoding, deep nesting, wrong or foreign XML: each is refused with its reason."""
    with pytest.raises(Invalid) as refused:
        read_register(content, "r.xml")
    assert refused.value.key == f"lists.{key}"
    assert all(refused.value.text(language) for language in ("vi", "en"))


def test_more_equipment_than_a_list_may_hold_is_refused() -> None:
    """Endless equipment on one line ends in a sentence, not in memory."""
    with pytest.raises(Invalid) as refused:
        read_register((OPEN + "<equipment/>" * 100_001).encode(), "r.xml")
    assert refused.value.key == "lists.register_long"
