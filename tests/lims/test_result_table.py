"""The results of a certificate from a spreadsheet: read as printed, refused by cell."""

from collections.abc import Callable

import pytest

from lims.errors import Invalid, Refused
from lims.result_table import ReadPoints, read_points
from tests.laboratories import SmallLaboratory

HEAD = "Điểm;Đơn vị điểm;Giá trị;Đơn vị;U;k;Bậc tự do;Thời điểm\n"


@pytest.fixture
def read(laboratory: Callable[..., SmallLaboratory]) -> Callable[..., ReadPoints]:
    """Reads a text as the quality manager."""
    small = laboratory("sqlite")

    def reading(text: str, who: str = "trang") -> ReadPoints:
        return read_points(small.lab, small.actors[who], text.encode(), "diem.csv", quantity="length")

    return reading


def test_points_keep_their_digits(read: Callable[..., ReadPoints]) -> None:
    """Each row is a result with its digits, its unit also for U, its degrees of freedom and its phase."""
    found = read(HEAD + "10,0;mm;10,0020;mm;0,0030;2,00;12;trước hiệu chỉnh\n20;mm;20,0010;mm;0,0030;2;;as left\n")
    assert not found.problems
    first, second = found.results
    assert (first.value, first.expanded_uncertainty, first.uncertainty_unit, first.dof) == (
        "10,0020",
        "0,0030",
        "mm",
        "12",
    )
    assert (first.phase, second.phase, first.quantity) == ("as_found", "as_left", "length")


def test_one_wrong_cell_keeps_all_rows_out(read: Callable[..., ReadPoints]) -> None:
    """A number that is none, an unknown unit, a formula, an empty cell: each is named; no result comes of the table."""
    rows = (
        "10;mm;mười;mm;0,003;2;;\n20;mn;20;mm;0,003;2;;\n30;mm;=A1;mm;0,003;2;;\n40;mm;;mm;0,003;2;;\n50;mm;50;mm;;;;\n"
    )
    found = read(HEAD + rows)
    assert found.results == ()
    assert [f"{one.column}{one.row}" for one in found.problems if one.row != 4] == ["C2", "B3", "C5"]
    assert "C4" in {f"{one.column}{one.row}" for one in found.problems}


def test_a_result_in_a_unit_of_another_quantity_is_named_by_its_cell(read: Callable[..., ReadPoints]) -> None:
    """A length in kg keeps the table out; beside a point in mm a relative value may stand; quantities go by name."""
    found = read(HEAD + "10;mm;10;kg;0,003;2;;\n10;mm;0,1;%;0,003;2;;\n")
    ((one,),) = (found.problems,)
    assert (f"{one.column}{one.row}", one.said.key) == ("D2", "lists.unit_of_quantity")
    said = read("Đại lượng;Giá trị;Đơn vị\nĐiện trở;100,1;ohm\nlực;5;kN\n")
    assert [one.quantity for one in said.results] == ["resistance", "lực"]


def test_a_table_without_values_is_no_table(read: Callable[..., ReadPoints]) -> None:
    """Without a column of values, or for a person without the right, nothing is read."""
    with pytest.raises(Invalid) as answer:
        read("Điểm;k\n10;2\n")
    assert answer.value.key == "lists.field_needed"
    with pytest.raises(Refused):
        read(HEAD, "hang")
