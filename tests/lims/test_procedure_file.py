"""Reading a procedure file: what is accepted, and that every refusal names file, line and place."""

import copy
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lims.procedure_file import read_procedure
from lims.procedure_format import Binding, BoundExpression
from lims.procedure_place import InvalidProcedure
from lims.procedures import check_examples
from uncertainty.data_folder import data_folder
from uncertainty.errors import Stated

MASS = data_folder() / "procedures" / "mass-weight-comparison.toml"


def changed(old: str, new: str) -> str:
    """The mass procedure with one piece of its text replaced."""
    text = MASS.read_text(encoding="utf-8")
    assert text.count(old) >= 1, old
    return text.replace(old, new, 1)


def line_of(text: str, piece: str) -> int:
    """The line, from 1, on which a piece of text stands first."""
    return next(n for n, line in enumerate(text.splitlines(), start=1) if piece in line)


def test_a_file_becomes_a_frozen_procedure() -> None:
    """Every key of the file stands in the procedure, and nothing in it can be changed."""
    procedure = read_procedure(MASS)
    assert procedure.key == ("mass-weight-comparison", "2026-1")
    assert [column.name for column in procedure.readings["weighing"].columns] == ["A1", "B1", "B2", "A2"]
    assert [column.load for column in procedure.readings["weighing"].columns] == ["S", "X", "X", "S"]
    assert procedure.inputs["dm_D"].numbers["half_width"] == Binding("standards", "reference", "drift_limit")
    assert isinstance(procedure.inputs["dB"].numbers["half_width"], BoundExpression)
    assert procedure.points[0]["nominal"] == Binding("item", "", "nominal")
    assert procedure.report.conformity is not None
    assert procedure.report.conformity.rules == ("simple", "guarded")
    with pytest.raises(AttributeError):
        procedure.id = "other"  # type: ignore[misc]


def test_line_ends_do_not_change_the_hash() -> None:
    """The same text with the line ends of another system is the same edition."""
    text = MASS.read_text(encoding="utf-8")
    assert read_procedure(text.replace("\n", "\r\n")).sha256 == read_procedure(MASS).sha256


REFUSALS = [
    ('half_width = { standard', 'half_with = { standard', "input dm_D", 'mean "half_width"'),
    ('m_X = "m_S + dm_D', 'm_X = "m_s + dm_D', "equation m_X", 'did you mean "m_S"'),
    ('unit = "g"\nkind', 'unit = "gg"\nkind', "output m_X", 'unit "gg" is not known'),
    ('kind = "value"', 'kind = "vlue"', "output m_X", "allowed are: value"),
    ('in = "weighing"', 'in = "weighings"', "input dm", "there are: weighing"),
    ('(B1 + B2 - A1', '(B1 + B2 - A3', "input dm", 'no column "A3"'),
    ('standard = "reference", at', 'standard = "referense", at', "input m_S", 'mean "reference"'),
    ('nominal * 1e-6"', 'nominl * 1e-6"', "input dB", 'mean "nominal"'),
    ('nominal = "point.nominal"', 'nominal = "point nominal"', "input dB", "point.nominal"),
    ('interpolation = "none"', 'interpolation = "cubic"', "input m_S", "allowed are: none, linear"),
    ('limits = "oiml-r111-mpe"', 'limits = "oiml-r111"', "the head", "no tolerance table"),
    ('digits = 2', 'digits = 3', "the head", "from 1 to 2"),
    ('value = "0 mg"', "value = 0", "input dB", "in quotes"),
    ('least = "18"', 'least = "18 mg"', "condition temperature", ""),
    ('coverage_probability = 0.9545', 'trials = 1000', "the head", "coverage_probability"),
    ('edition = "2026-1"', 'edition = "first"', "the head", "2026-1"),
    ('use = "certificate"', 'use = "certificates"', "standard reference", "class limits"),
    ('observed = "(B1', 'observed = "__import__(B1', "input dm", ""),
    ('nominal = { item = "nominal" }', 'nominal = { item = "nomnal" }', "point 1", 'mean "nominal"'),
    ('expect = { m_X', 'expect = { m_Y', "example 1", '"m_Y" is no output'),
    ('least = 3, usual = 3', 'least = 3, usual = 2', "readings table weighing", "from 3 to"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "place", "hint"), REFUSALS)
def test_a_mistake_is_refused_with_its_place(old: str, new: str, place: str, hint: str) -> None:
    """A mistake in the file is refused, and the sentence names file, line, place and remedy in both languages."""
    text = changed(old, new)
    with pytest.raises(InvalidProcedure) as refusal:
        read_procedure(text, name="mass.toml")
    said = refusal.value.text("en")
    assert said.startswith("mass.toml, line ")
    assert f", {place}: " in said
    assert hint in said
    assert refusal.value.text("vi").startswith("mass.toml, dòng ")


def test_the_line_is_the_line_of_the_mistake() -> None:
    """The line in a refusal is the line of the key that is wrong."""
    text = changed('half_width = { equipment = "comparator"', 'halfwidth = { equipment = "comparator"')
    with pytest.raises(InvalidProcedure) as refusal:
        read_procedure(text, name="mass.toml")
    assert f"line {line_of(text, 'halfwidth')}, input dm_C" in refusal.value.text("en")


def test_an_input_that_nothing_uses_is_refused() -> None:
    """An input that stands in no equation is refused by its name."""
    with pytest.raises(InvalidProcedure, match='no equation uses "dB"'):
        read_procedure(changed(" + dB", ""))


def test_text_that_is_no_toml_is_refused_with_its_line() -> None:
    """A file that is not TOML is refused, and the sentence says where."""
    with pytest.raises(InvalidProcedure, match="line 4"):
        read_procedure("id = 1\n\n\nx = = 2\n", name="broken.toml")


def test_a_file_without_example_is_refused() -> None:
    """A procedure without any example is no procedure."""
    text = MASS.read_text(encoding="utf-8")
    with pytest.raises(InvalidProcedure, match='key "example" is missing'):
        read_procedure(text[: text.index("[[example]]")])


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    """A file beyond the bound is refused before it is parsed."""
    path = tmp_path / "huge.toml"
    path.write_text("x = 1\n" * 50_000, encoding="utf-8")
    with pytest.raises(InvalidProcedure, match=r"huge\.toml is longer"):
        read_procedure(path)


def written(value: object) -> str:
    """A value as TOML, tables inline."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list):
        return f"[{', '.join(written(one) for one in value)}]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f'"{key}" = {written(one)}' for key, one in value.items()) + " }"
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def places_in(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in a structure, from the outside inwards."""
    if path:
        yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from places_in(inner, (*path, key))


def answer(text: str) -> tuple[str, str] | None:
    """The refusal of a text in both languages, None where it becomes a procedure."""
    try:
        check_examples(read_procedure(text))
    except Stated as refusal:
        return refusal.text("vi"), refusal.text("en")
    return None


@pytest.mark.parametrize("replacement", [0, "x", [], {}, None], ids=["zero", "text", "list", "table", "gone"])
def test_whatever_stands_in_a_file_is_answered(replacement: object) -> None:
    """Each key of the file replaced by something else, or removed, gives a procedure or a sentence, never a crash."""
    whole = tomllib.loads(MASS.read_text(encoding="utf-8"))
    for path in list(places_in(whole)):
        changed_copy = copy.deepcopy(whole)
        holder: Any = changed_copy
        for key in path[:-1]:
            holder = holder[key]
        if replacement is None:
            del holder[path[-1]]
        else:
            holder[path[-1]] = replacement
        text = "\n".join(f'"{key}" = {written(value)}' for key, value in changed_copy.items())
        said = answer(text)
        assert said is None or all(said)


def test_an_example_that_expects_nothing_is_refused() -> None:
    """An example without a result, or without an uncertainty, proves nothing and is refused."""
    text = MASS.read_text(encoding="utf-8")
    with pytest.raises(InvalidProcedure, match="expects no result"):
        read_procedure(text[: text.index("expect = ")] + "expect = {}\n")
    with pytest.raises(InvalidProcedure, match="expanded_uncertainty"):
        read_procedure(text[: text.index("expect = ")] + 'expect = { m_X = { estimate = "10000.025 g" } }\n')


MATRIX = data_folder() / "procedures" / "electricity-ac-voltage-multimeter.toml"
MATRIX_REFUSALS = [
    ('"20 Hz", "1 kHz", "20 kHz"]', '"20 Hz", "1 kHz", "2 kHz"]', "point 8", 'no column "2 kHz"'),
    ('at = "50 kHz"', 'at = "20 kHz"', "the matrix", 'both "20 kHz"'),
    ('at = "50 kHz"', 'at = "50 kHZ"', "the matrix", "kHZ"),
    ('quantity = "ac voltage, 50 kHz"\nstability = "0.00025"', 'quantity = "x"', "the matrix", '"stability"'),
    ('digits = 2', 'digits = 2\nclasses = true', "the head", "classes"),
    ('share = "point.share"', 'share = "point.shares"', "the head", '"shares"'),
    ('columns = ["20 Hz"', 'column = ["20 Hz"', "point 8", '"column"'),
    ('result_unit = "uV"', 'result_unit = "uVV"', "range 1", "uVV"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "place", "hint"), MATRIX_REFUSALS)
def test_a_mistake_in_a_matrix_is_refused_with_its_place(old: str, new: str, place: str, hint: str) -> None:
    """A column that does not exist, stands twice or lacks a number is refused where it stands."""
    text = MATRIX.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(InvalidProcedure) as refused:
        read_procedure(text.replace(old, new, 1), name="ac.toml")
    said = refused.value.text("en")
    assert place in said and hint in said


def test_a_matrix_has_its_points_row_by_row() -> None:
    """Each row is measured in every column, or in those that it names, with the numbers and the unit of each."""
    procedure = read_procedure(MATRIX)
    assert len(procedure.points) == 7 * 5 + 3
    assert [one["at"] for one in procedure.points[-3:]] == ["20 Hz", "1 kHz", "20 kHz"]
    last = dict(procedure.points[-1])
    assert (last["stability"], procedure.quantity_of(last)) == ("0.00012", "ac voltage, 20 kHz")
    here = procedure.at({key: str(text) for key, text in last.items()})
    assert (here.output.unit, here.readings["indications"].columns[0].unit) == ("mV", "V")
