"""Scopes and letterheads: what a new laboratory enters before it can issue."""

from datetime import date

import pytest

from instruments.cmc import CmcText
from lims import body_sheets, registering, scope_table, scopes
from lims.errors import Invalid, Refused
from lims.scopes import NewScopeLine
from tests.laboratories import SmallLaboratory

LINE = NewScopeLine("cipm_mra", "", "conventional mass", "1", "20", "kg", "5", "mg")


def test_a_scope_line_is_entered_and_shown(small: SmallLaboratory) -> None:
    """A line of a scope is kept with its CMC and shown with its recognition."""
    trang, centre = small.actors["trang"], small.ids["centre"]
    scopes.add_scope_line(
        small.lab, trang, centre_id=centre, body_id=small.ids["institute"], new=LINE, valid_from=date(2026, 1, 1)
    )
    sheet = body_sheets.scope_sheet(small.lab, trang, centre_id=centre)
    lines = [line for row in sheet.recognitions for line in row.lines]
    assert ("conventional mass", "1", "20", "kg", "5", "mg") in {
        (one.quantity, one.lower, one.upper, one.unit, one.cmc, one.cmc_unit) for one in lines
    }


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"lower": "30"}, "lims.range_reversed"),
        ({"cmc": "0"}, "lims.cmc_not_positive"),
        ({"unit": "kelvn"}, "uncertainty.unit_unknown"),
        ({"kind": "friendship"}, "lims.recognition_unknown"),
        ({"quantity": ""}, "lims.field_empty"),
        ({"service": "repair"}, "scope_lines.service_unknown"),
    ],
)
def test_a_wrong_scope_line_is_refused_by_name(small: SmallLaboratory, changed: dict[str, str], key: str) -> None:
    """A wrong number, unit, range or kind is answered with what is wrong."""
    with pytest.raises(Invalid) as refusal:
        scopes.add_scope_line(
            small.lab, small.actors["trang"], centre_id=small.ids["centre"], body_id=small.ids["institute"],
            new=NewScopeLine(**{**LINE.__dict__, **changed}), valid_from=date(2026, 1, 1),
        )  # fmt: skip
    assert refusal.value.key.startswith(key)


def test_a_designation_needs_its_number_and_authority(small: SmallLaboratory) -> None:
    """Without either it is refused; with both the body's page shows it with the authority and its days."""
    trang, centre = small.actors["trang"], small.ids["centre"]
    given = {
        "centre_id": centre, "body_id": centre, "kind": "designation", "evidence": "", "valid_from": date(2026, 1, 1),
        "valid_to": date(2029, 12, 31),
    }  # fmt: skip
    for number, authority in (("", small.ids["institute"]), ("12/QĐ", None)):
        with pytest.raises(Invalid) as refusal:
            registering.record_recognition(small.lab, trang, number=number, authority_id=authority, **given)
        assert refusal.value.key == "scope_lines.designation_incomplete"
    registering.record_recognition(small.lab, trang, number="12/QĐ", authority_id=small.ids["institute"], **given)
    shown = {one.number: one for one in body_sheets.body_sheet(small.lab, trang, "MB").recognitions}["12/QĐ"]
    assert (shown.kind, shown.valid_to, shown.authority is not None) == ("designation", date(2029, 12, 31), True)
    line = NewScopeLine("designation", "12/QĐ", "conventional mass", "1", "20", "kg", "", "", "verification")
    entered = scopes.add_scope_line(
        small.lab, trang, centre_id=centre, body_id=centre, new=line, valid_from=date(2026, 1, 1)
    )
    assert (entered.cmc, entered.cmc_form) == ("", None)


TABLE = """Đại lượng;Từ;Đến;Đơn vị;CMC;Đơn vị của CMC;b;Đơn vị của b;Dạng;Dịch vụ
độ dài;0;1;m;0,1;um;0,8;um/m;bình phương;hiệu chuẩn
conventional mass;1;20;kg;5;mg;;;;
conventional mass;1;20;kg;;;;;;verification
"""


def test_a_scope_is_entered_from_a_table_whole(small: SmallLaboratory) -> None:
    """Each row becomes a line of the recognition, named in either language, numbered after those that there are."""
    trang, centre = small.actors["trang"], small.ids["centre"]
    read = scope_table.read_scope(small.lab, trang, TABLE.encode(), "scope.csv", kind="ilac", number="T-1")
    assert read.problems == ()
    entered = scopes.add_scope_lines(
        small.lab, trang, centre_id=centre, body_id=centre, lines=read.lines, valid_from=date(2026, 1, 1)
    )
    assert [(one.line, one.quantity, one.service, one.cmc_form) for one in entered] == [
        ("1", "length", "calibration", "quadrature"), ("2", "conventional mass", "calibration", None),
        ("3", "conventional mass", "verification", None),
    ]  # fmt: skip
    assert CmcText(entered[0]).text("vi") == "Q[0,1\u00a0µm; 0,8\u00a0µm/m × L]"


@pytest.mark.parametrize(
    ("right", "wrong", "place"),
    [(";0,8;", ";0,8x;", "G2"), ("um/m", "um/kg", "H2"), ("kg;5;mg", "kg;;mg", ""), ("độ dài;0;", "độ dài;;", "B2")],
)
def test_one_wrong_cell_keeps_the_whole_table_out(small: SmallLaboratory, right: str, wrong: str, place: str) -> None:
    """Nothing of it is read; the sentence names the cell."""
    table = TABLE.replace(right, wrong, 1).encode()
    trang = small.actors["trang"]
    read = scope_table.read_scope(small.lab, trang, table, "scope.csv", kind="ilac", number="T-1")
    assert read.lines == ()
    assert len(read.problems) == 1
    assert place in read.problems[0].text("vi")
    with pytest.raises(Invalid):
        scopes.add_scope_lines(
            small.lab, trang, centre_id=small.ids["centre"], body_id=small.ids["centre"], lines=read.lines,
            valid_from=date(2026, 1, 1),
        )  # fmt: skip


def test_nobody_states_the_scope_of_another_centre(small: SmallLaboratory) -> None:
    """The scope sheet of a centre exists for its own quality managers only."""
    with pytest.raises(Refused):
        body_sheets.scope_sheet(small.lab, small.actors["hang"], centre_id=small.ids["centre"])
    with pytest.raises(Refused):
        body_sheets.scope_sheet(small.lab, small.actors["trang"], centre_id=small.ids["institute"])


def test_a_centre_has_the_letterhead_of_the_newest_day(small: SmallLaboratory) -> None:
    """A new letterhead is shown from the day on which it is settled."""
    registering.set_letterhead(
        small.lab, small.actors["admin"], centre_id=small.ids["centre"], monogram="MB", accent="#0B4F4C",
        city_vi="Hà Nội", city_en="Hanoi",
    )  # fmt: skip
    rows = {row.code: row for row in body_sheets.organisations(small.lab, small.actors["admin"])}
    head = rows["MB"].letterhead
    assert head is not None
    assert (head.monogram, head.accent) == ("MB", "#0B4F4C")
