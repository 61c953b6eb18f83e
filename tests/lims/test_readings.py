"""Readings as they are typed: the grid at the bench, one cell, and what is unusual."""

import pytest

from lims.circumstances import Circumstances, EquipmentInUse, Property
from lims.procedure_file import read_procedure
from lims.readings import check_cell, grid, unusual
from uncertainty.data_folder import data_folder
from uncertainty.errors import InvalidNumber

FOLDER = data_folder() / "procedures"
MASS = read_procedure(FOLDER / "mass-weight-comparison.toml")
CALIPER = read_procedure(FOLDER / "length-vernier-caliper.toml")
COMPARATOR = EquipmentInUse(
    "CMP-1", properties={"resolution": Property("1", "mg"), "pooled_standard_deviation": Property("25", "mg")}
)
WEIGHING = Circumstances(point={"nominal": "10 kg"}, equipment={"comparator": COMPARATOR})
MEASURING = Circumstances(point={"nominal": "150 mm"}, item={"scale_interval": "0.05 mm"})


def test_the_grid_follows_the_hand() -> None:
    """The cells stand in the order at the bench: S X X S in each series, numbered from one."""
    cells = grid(MASS, "weighing")
    assert [cell.load for cell in cells] == ["S", "X", "X", "S"] * 3
    assert [cell.number for cell in cells] == list(range(1, 13))
    assert [cell.number for cell in cells if cell.opens_series] == [1, 5, 9]
    assert {cell.unit for cell in cells} == {"mg"}
    assert len(grid(MASS, "weighing", 5)) == 20


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("100.0020", "100.0020"),
        ("100,0020", "100.0020"),
        ("\u22120,5", "-0.5"),
        ("10 000,025", "10000.025"),
        (" 7 ", "7"),
    ],
)
def test_a_number_keeps_its_digits(typed: str, canonical: str) -> None:
    """Comma and point, the real minus and spaces between groups are understood; trailing zeros stay."""
    assert check_cell(MASS, "weighing", "A1", typed).canonical == canonical


@pytest.mark.parametrize("typed", ["1.234,5", "nan", "", "=A1", "10 mg", "1_000", "١٢", "1e999", "--1", "0x10", "inf"])
def test_what_is_no_number_is_refused_with_the_remedy(typed: str) -> None:
    """A text that is no number is refused in both languages."""
    with pytest.raises(InvalidNumber) as refusal:
        check_cell(MASS, "weighing", "A1", typed)
    assert refusal.value.text("vi")
    assert refusal.value.text("en")


def test_more_than_the_resolution_is_unusual_not_wrong() -> None:
    """A reading finer than the resolution is accepted and said to be unusual."""
    assert check_cell(MASS, "weighing", "A1", "10", resolution="1 mg").unusual == ()
    assert "more decimals" in str(check_cell(MASS, "weighing", "A1", "10.0", resolution="1 mg").unusual[0])
    assert "no multiple" in str(
        check_cell(CALIPER, "indications", "indication", "150.12", resolution="0.05 mm").unusual[0]
    )
    assert check_cell(CALIPER, "indications", "indication", "150.10", resolution="50 um").unusual == ()


def test_a_factor_of_ten_is_noticed_with_the_numbers_compared() -> None:
    """A reading ten times its siblings is named by its row, with what it is compared to, in the reader's language."""
    rows = (("10000.024", "10000.025", "10000.026", "10000.024"), ("10000.023", "100000.026", "10000.025", None))
    (odd,) = unusual(MASS, "weighing", rows, Circumstances())
    assert (odd.row, odd.column) == (1, "B1")
    assert odd.text("en") == (
        "Row 6: 100\u202f000.026 is 10 times the other 3 X readings. Perhaps a zero too many, or the decimal mark."
    )
    assert "100\u202f000,026 lớn gấp 10 lần 3 số chỉ X kia" in odd.text("vi")


def test_a_missing_digit_and_a_missing_minus_are_noticed() -> None:
    """A reading ten times too small and one of the other sign are unusual."""
    small = unusual(MASS, "weighing", (("-500", "100", "101", "-501"), ("-502", "10.2", "100", "499")), Circumstances())
    assert [(one.row, one.column, one.phrase.key) for one in small] == [
        (1, "B1", "procedures.unusual_small"),
        (1, "A2", "procedures.unusual_sign"),
    ]


def test_small_differences_around_zero_are_ordinary() -> None:
    """Weighing differences of 0, 10 and 30 mg, the published case, are not unusual."""
    rows = (("0", "10", "10", "0"), ("0", "30", "30", "0"), ("0", "20", "20", "0"))
    assert unusual(MASS, "weighing", rows, WEIGHING) == ()


def test_a_far_reading_is_noticed() -> None:
    """A reading far beyond the known repeatability is unusual and names the range of the others."""
    rows = (("0", "10", "10", "0"), ("0", "30", "330", "0"), ("0", "20", "20", "0"))
    (odd,) = unusual(MASS, "weighing", rows, WEIGHING)
    assert (odd.row, odd.column, odd.phrase.key) == (1, "B2", "procedures.unusual_far")
    assert "between 10 and 30 mg" in odd.text("en").replace("\u00a0", " ")


def test_the_nominal_value_is_a_sibling_where_errors_are_measured() -> None:
    """A first indication of 15.010 at 150 mm is unusual although nothing else has been read."""
    (odd,) = [one for one in unusual(CALIPER, "indications", (("15.01",),), MEASURING) if "nominal" in one.phrase.key]
    assert odd.phrase.values["factor"] == 10
    assert unusual(CALIPER, "indications", (("150.10",), ("150.10",), ("150.15",)), MEASURING) == ()
