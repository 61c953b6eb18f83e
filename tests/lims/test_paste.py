"""Cells pasted from a spreadsheet: read, placed, and refused one by one."""

import pytest

from lims.paste import parse_paste, place_paste
from lims.procedure_file import read_procedure
from uncertainty.data_folder import data_folder
from uncertainty.errors import Invalid

MASS = read_procedure(data_folder() / "procedures" / "mass-weight-comparison.toml")


def canonicals(text: str) -> list[list[str | None]]:
    """The canonical numbers of a pasted text, row by row."""
    return [[cell.canonical for cell in line] for line in parse_paste(text)]


def test_a_column_with_decimal_commas_is_read() -> None:
    """A column copied from a Vietnamese spreadsheet keeps its digits."""
    assert canonicals("0,10\r\n12,00\r\n\u22121,5\r\n") == [["0.10"], ["12.00"], ["-1.5"]]


def test_a_block_is_read_by_tabs_or_semicolons() -> None:
    """Tabs part columns; without tabs semicolons do."""
    assert canonicals("0\t10\t10\t0\n0\t30\t30\t0") == [["0", "10", "10", "0"], ["0", "30", "30", "0"]]
    assert canonicals("0,1;10,2\n0,3;30,4") == [["0.1", "10.2"], ["0.3", "30.4"]]


def test_quotes_of_a_spreadsheet_are_understood() -> None:
    """A quoted cell is the text inside the quotes."""
    assert canonicals('"10 000,5"\t"2"') == [["10000.5", "2"]]


def test_a_formula_is_refused_by_its_cell_and_nothing_else_is_lost() -> None:
    """A formula is refused naming its cell; every other cell is read."""
    (first, second) = parse_paste("1\t=SUM(A1:A3)\n@cmd\t4")
    assert first[1].problem is not None
    assert first[1].problem.text("en") == "Cell B1 is a formula: paste values only."
    assert second[0].address == "A2"
    assert second[0].problem is not None
    assert [first[0].canonical, second[1].canonical] == ["1", "4"]


def test_a_wrong_cell_keeps_its_text() -> None:
    """A cell that is no number keeps its text and says why."""
    ((good,), (bad,)) = parse_paste("1.5\n1.234,5")
    assert good.problem is None
    assert (bad.text, bad.canonical) == ("1.234,5", None)
    assert bad.problem is not None


@pytest.mark.parametrize("text", ["", "  \n ", "1\n" * 3000, "9" * 200_000, '1\t"2'])
def test_too_much_or_nothing_is_refused(text: str) -> None:
    """An empty, endless or broken paste is refused as a whole with the remedy."""
    with pytest.raises(Invalid):
        parse_paste(text)


def test_a_column_follows_the_hand() -> None:
    """One pasted column fills the grid in the order at the bench, from the cell with the focus."""
    pairs, lost = place_paste(MASS, "weighing", (0, "B2"), parse_paste("1\n2\n3"), 3)
    assert [(cell.row, cell.column, one.canonical) for cell, one in pairs] == [
        (0, "B2", "1"),
        (0, "A2", "2"),
        (1, "A1", "3"),
    ]
    assert lost == 0


def test_a_block_keeps_its_shape() -> None:
    """A pasted block of several columns keeps its shape; what finds no cell is counted."""
    pairs, lost = place_paste(MASS, "weighing", (2, "B1"), parse_paste("1\t2\n3\t4"), 3)
    assert [(cell.row, cell.column, one.canonical) for cell, one in pairs] == [(2, "B1", "1"), (2, "B2", "2")]
    assert lost == 2


def test_an_empty_pasted_cell_leaves_what_stands_there() -> None:
    """An empty line in a pasted column skips a cell of the grid."""
    pairs, _ = place_paste(MASS, "weighing", (0, "A1"), parse_paste("1\n\n3"), 3)
    assert [(cell.column, one.canonical) for cell, one in pairs] == [("A1", "1"), ("B2", "3")]
