"""Readings as they are typed at the bench: the grid in its true order, one cell, and what is unusual among several."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from statistics import median

from lims.bound_numbers import resolve
from lims.circumstances import Circumstances, Rows
from lims.procedure_format import Column, Label, Procedure, ReadingsTable
from lims.quantity_text import Shown, in_unit
from uncertainty.errors import Invalid
from uncertainty.typed import TypedNumber, read_number
from uncertainty.wording import Phrase

_WIDE = Context(prec=400)
FACTORS = (1000, 100, 10)
ALIKE = Decimal("0.2")  # siblings agree where they spread by at most this share of their median
FAR = 5  # times the scatter: beyond it a reading is unusual
FAR_STEPS = 3  # times the resolution


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the grid: one act at the bench."""

    row: int  # repetition, from 0
    column: str
    number: int  # the row on the screen, from 1, in the order at the bench
    series: int  # repetition, from 1
    load: str
    unit: str
    label: Label
    opens_series: bool


@dataclass(frozen=True, slots=True)
class Unusual:
    """Something odd about one reading; the reading counts all the same."""

    row: int
    column: str
    phrase: Phrase

    def text(self, language: str) -> str:
        """Return the sentence, with the numbers compared."""
        return self.phrase.text(language)


@dataclass(frozen=True, slots=True)
class CheckedCell:
    """A typed reading that is a number."""

    typed: str
    canonical: str
    unusual: tuple[Phrase, ...]


def grid(procedure: Procedure, table: str, repetitions: int | None = None) -> tuple[Cell, ...]:
    """The cells of a readings table in the order at the bench: S X X S, S X X S, ...

    Args:
        procedure: the procedure.
        table: name of its readings table.
        repetitions: rows; without it the usual number.
    """
    found = procedure.readings[table]
    count, wide = repetitions or found.usual, len(found.columns)
    return tuple(
        Cell(row, column.name, row * wide + place + 1, row + 1, column.load, column.unit, column.label, place == 0)
        for row in range(count)
        for place, column in enumerate(found.columns)
    )


def resolution_of(procedure: Procedure, table: str, circumstances: Circumstances) -> str | None:
    """The resolution of the indications of a table, with its unit; None while it is not known."""
    source = procedure.readings[table].resolution
    try:
        return None if source is None else resolve(source, procedure, circumstances)[0]
    except Invalid:
        return None


def check_cell(
    procedure: Procedure, table: str, column: str, text: str, *, resolution: str | None = None
) -> CheckedCell:
    """One typed reading.

    Args:
        procedure: the procedure.
        table: name of its readings table.
        column: name of the column.
        text: what was typed.
        resolution: of the indication, with its unit, where it is known.

    Returns:
        The canonical text, and what is unusual about it by itself.

    Raises:
        InvalidNumber: saying what is wrong and the remedy; the caller keeps the text as a draft.
    """
    number = read_number(text)
    unit = procedure.readings[table].column(column).unit
    return CheckedCell(number.text, number.canonical, _against_resolution(number.canonical, unit, resolution))


def check_condition(procedure: Procedure, quantity: str, text: str) -> TypedNumber:
    """One typed condition of the environment, in the procedure's unit.

    Raises:
        InvalidNumber: saying what is wrong and the remedy.
        Invalid: where the procedure asks for no such condition.
    """
    if quantity not in procedure.environment:
        raise Invalid("procedures.no_condition", name=quantity, known=", ".join(procedure.environment))
    return read_number(text)


def _decimals(canonical: str) -> int:
    exponent = Decimal(canonical).as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def _against_resolution(canonical: str, unit: str, resolution: str | None) -> tuple[Phrase, ...]:
    """What a reading says that an indication of this resolution cannot show."""
    if resolution is None:
        return ()
    step = in_unit(resolution, unit)
    values: dict[str, object] = {"reading": Shown(canonical, unit), "resolution": Shown(format(step, "f"), unit)}
    if step > 0 and _WIDE.remainder(Decimal(canonical), step) != 0:
        return (Phrase("procedures.unusual_step", values),)
    if _decimals(canonical) > _decimals(format(step, "f")):
        return (Phrase("procedures.unusual_decimals", values),)
    return ()


def unusual(procedure: Procedure, table: str, rows: Rows, circumstances: Circumstances) -> tuple[Unusual, ...]:
    """What is odd among the readings of one point: a factor of ten, another sign, far from the others.

    Args:
        procedure: the procedure.
        table: name of its readings table.
        rows: canonical texts, None where nothing is read.
        circumstances: for resolution, pooled standard deviation and nominal value.
    """
    procedure = procedure.at(circumstances.point)
    found = procedure.readings[table]
    resolution = resolution_of(procedure, table, circumstances)
    scatter = _known_scatter(procedure, table, circumstances)
    cells = [(n, column, text) for n, row in enumerate(rows) for column, text in zip(found.columns, row, strict=False)]
    odd: list[Unusual] = []
    for row, column, text in cells:
        if text is None:
            continue
        others = [
            Decimal(other) for n, near, other in cells
            if other is not None and (n, near) != (row, column) and _siblings(near, column)
        ]  # fmt: skip
        number = row * len(found.columns) + [one.name for one in found.columns].index(column.name) + 1
        phrases = _against_others(text, others, column, number) or _against_nominal(
            text, column, number, procedure, circumstances
        )
        if not phrases:
            step = Decimal(0) if resolution is None else in_unit(resolution, column.unit)
            phrases = _far(text, others, column, number, max(FAR * scatter, FAR_STEPS * step))
        phrases += _against_resolution(text, column.unit, resolution)
        odd += [Unusual(row, column.name, phrase) for phrase in phrases]
    return tuple(odd)


def _siblings(one: Column, other: Column) -> bool:
    """Whether two columns read the same thing: the same load, or without load the same column."""
    return one.unit == other.unit and (one.load == other.load if one.load else one.name == other.name)


def _alike(others: Sequence[Decimal]) -> Decimal | None:
    """The median of readings that agree among themselves, None where they do not or are too few."""
    if len(others) < 2:
        return None
    middle = median(others)
    return middle if middle != 0 and max(others) - min(others) <= ALIKE * abs(middle) else None


def _factor(value: Decimal, reference: Decimal) -> tuple[str, int] | None:
    """How `value` differs from what it resembles: too large or too small by a power of ten, or of the other sign."""
    ratio = value / reference
    for factor in FACTORS:
        if abs(ratio / factor - 1) <= ALIKE:
            return "large", factor
        if abs(ratio * factor - 1) <= ALIKE:
            return "small", factor
    return ("sign", 1) if abs(ratio + 1) <= ALIKE else None


def _against_others(text: str, others: Sequence[Decimal], column: Column, number: int) -> tuple[Phrase, ...]:
    middle = _alike(others)
    found = None if middle is None else _factor(Decimal(text), middle)
    if found is None:
        return ()
    values = {
        "row": number,
        "reading": Shown(text),
        "factor": found[1],
        "count": len(others),
        "load": column.load or column.name,
    }
    return (Phrase(f"procedures.unusual_{found[0]}", values),)


def _against_nominal(
    text: str, column: Column, number: int, procedure: Procedure, circumstances: Circumstances
) -> tuple[Phrase, ...]:
    """A power of ten against the nominal value, where the readings are indications of it."""
    nominal = circumstances.point.get("nominal")
    beside = not column.load and any(one.load for table in procedure.readings.values() for one in table.columns)
    if procedure.output.kind != "measurement_error" or nominal is None or beside:
        return ()
    try:
        reference = in_unit(nominal, column.unit)
    except Invalid:
        return ()
    found = None if reference == 0 else _factor(Decimal(text), reference)
    if found is None:
        return ()
    values = {
        "row": number,
        "reading": Shown(text),
        "factor": found[1],
        "nominal": Shown(format(reference, "f"), column.unit),
    }
    return (Phrase(f"procedures.unusual_nominal_{found[0]}", values),)


def _far(text: str, others: Sequence[Decimal], column: Column, number: int, known: Decimal) -> tuple[Phrase, ...]:
    """A reading far from the others, by their own scatter or by what is known of it, whichever is larger."""
    if len(others) < 2:
        return ()
    middle = median(others)
    own = Decimal("1.4826") * median([abs(other - middle) for other in others]) if len(others) > 2 else Decimal(0)
    limit = max(FAR * own, known)
    if limit == 0 or abs(Decimal(text) - middle) <= limit:
        return ()
    values = {
        "row": number, "reading": Shown(text), "count": len(others), "load": column.load or column.name,
        "least": Shown(format(min(others), "f")), "most": Shown(format(max(others), "f"), column.unit),
    }  # fmt: skip
    return (Phrase("procedures.unusual_far", values),)


def _known_scatter(procedure: Procedure, table: str, circumstances: Circumstances) -> Decimal:
    """The pooled standard deviation of a table, in the unit of its first column; zero where none is known."""
    for one in procedure.inputs.values():
        source = one.numbers.get("pooled_standard_deviation")
        if one.table == table and source is not None:
            try:
                text, _ = resolve(source, procedure, circumstances)
                return in_unit(text, procedure.readings[table].columns[0].unit)
            except Invalid:
                return Decimal(0)
    return Decimal(0)


def row_values(table: ReadingsTable, row: Sequence[str | None]) -> Mapping[str, Decimal] | None:
    """The numbers of a complete row by column, None while a cell is empty."""
    if len(row) != len(table.columns) or any(text is None for text in row):
        return None
    return {column.name: Decimal(str(text)) for column, text in zip(table.columns, row, strict=True)}
