"""A procedure: what `data/procedures/*.toml` say, as frozen values.

The file format is `docs/procedures.md`; `lims.procedure_file` reads and checks it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from lims.quantity_text import in_unit, shown
from uncertainty.errors import Invalid


@dataclass(frozen=True, slots=True)
class Label:
    """A name in both languages."""

    vi: str
    en: str

    def text(self, language: str) -> str:
        """Return the name in `language` ("vi" or "en")."""
        return self.vi if language == "vi" else self.en


@dataclass(frozen=True, slots=True)
class Binding:
    """Where one number comes from: a property of what is at hand (`holder` says of what)."""

    holder: str  # standards | equipment | environment | item | constant | point | range
    role: str  # the role, or the file of constants; empty for the others
    name: str

    def __str__(self) -> str:
        return ".".join(part for part in (self.holder, self.role, self.name) if part)


@dataclass(frozen=True, slots=True)
class BoundExpression:
    """A number computed from bound numbers; the names of the expression are the keys of `names`."""

    expression: str
    names: Mapping[str, Binding]


Source = str | Binding | BoundExpression


INTERPOLATIONS = ("none", "linear")


def bindings_of(source: object) -> tuple[Binding, ...]:
    """The properties that a number comes from."""
    if isinstance(source, Binding):
        return (source,)
    return tuple(source.names.values()) if isinstance(source, BoundExpression) else ()


@dataclass(frozen=True, slots=True)
class StandardSource:
    """A whole calibration result of a standard: value, U, k, degrees of freedom and influences."""

    role: str
    at: Binding
    interpolation: str = "none"  # one of INTERPOLATIONS

    @property
    def is_linear(self) -> bool:
        """Whether a value between two calibrated points is taken from the straight line between them."""
        return self.interpolation == "linear"


@dataclass(frozen=True, slots=True)
class ProcedureInput:
    """An input quantity of the measurement model and where its numbers come from."""

    name: str
    label: Label
    symbol: str
    source: StandardSource | None
    numbers: Mapping[str, Source]  # value, half_width, pooled_standard_deviation, ...
    plain: Mapping[str, object]  # distribution, kind, type_a, reason: as in a stand-alone model
    contributions: tuple[Mapping[str, Source | Label], ...] = ()
    observed: str | None = None
    table: str | None = None
    no_scatter: str | None = None
    shared: bool = True

    def bindings(self) -> tuple[Binding, ...]:
        """Return every property this input needs."""
        sources = [*self.numbers.values(), *(v for c in self.contributions for v in c.values())]
        found: list[Binding] = [] if self.source is None else [self.source.at]
        return (*found, *(binding for source in sources for binding in bindings_of(source)))


@dataclass(frozen=True, slots=True)
class OutputQuantity:
    """An output quantity of the measurement model; the first one is what the certificate answers."""

    name: str
    unit: str
    kind: str  # value | measurement_error | correction
    label: Label
    symbol: str
    quantity: str | None = None  # as the registry keeps it, where it is another than that of the standard


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a readings table: one act at the bench in each repetition."""

    name: str
    load: str  # "S" standard, "X" item, "" where the question makes no sense
    unit: str
    label: Label


UNIT_OF_RANGE = "range.unit"
"""In place of a unit: that of the range in which the point lies."""
InRange = TypeVar("InRange", OutputQuantity, Column)


def _in_range(one: InRange, unit: str) -> InRange:
    return replace(one, unit=unit) if one.unit == UNIT_OF_RANGE else one


@dataclass(frozen=True, slots=True)
class ReadingsTable:
    """A table as it is read at the bench: columns in their true order, one row per repetition."""

    name: str
    label: Label
    columns: tuple[Column, ...]
    least: int
    usual: int
    resolution: str | Binding | None

    def column(self, name: str) -> Column:
        """Return the column called `name`. Raises: KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class StandardRole:
    """A role that a measurement standard plays."""

    name: str
    label: Label
    quantity: str
    use: str  # "certificate" | "class limits"
    table: str | None  # tolerance table for class limits, unless the record of the standard names one
    properties: Mapping[str, Label]
    largest_relative_uncertainty: str | None = None


@dataclass(frozen=True, slots=True)
class EquipmentRole:
    """A role that other measuring equipment plays."""

    name: str
    label: Label
    properties: Mapping[str, Label]


@dataclass(frozen=True, slots=True)
class LimitedQuantity:
    """A quantity with limits: a condition of the environment, or a property of the item."""

    name: str
    label: Label
    unit: str
    least: str | None  # environment: a number in `unit`; item: a number with its unit
    most: str | None
    bounds_points: bool = False

    def check(self, text: str | None) -> None:
        """Refuse a property of the item that is missing or outside what the procedure serves. Raises: Invalid."""
        if not text:
            raise Invalid("procedures.need_item", name=self.label)
        number = in_unit(text, self.unit)
        low = self.least is not None and number < in_unit(self.least, self.unit)
        high = self.most is not None and number > in_unit(self.most, self.unit)
        if low or high:
            least, most = (shown(bound) if bound is not None else "…" for bound in (self.least, self.most))
            raise Invalid("procedures.item_outside", name=self.label, value=shown(text), least=least, most=most)


@dataclass(frozen=True, slots=True)
class ConformityOffer:
    """What statement of conformity the procedure can carry."""

    optional: bool  # False: prescribed, as in a verification; True: only where it was agreed
    rules: tuple[str, ...]
    limits: str  # id of a table in data/tolerances; empty where `half_width` says it
    guard_factor: float = 1.0  # r of the guard band w = r U
    half_width: Source | None = None  # limits of each point, plus and minus
    specification: Label | None = None  # what those limits are


@dataclass(frozen=True, slots=True)
class CurveReport:
    """The calibration function that a report gives over its points: a polynomial in the nominal value."""

    degree: int
    argument: str  # its symbol
    inverse: tuple[str, ...]  # values of the function, with units, for which the argument is stated


ATTACHABLE = ("readings", "budget", "model")
"""What a procedure may have carried inside every issued file, for machines."""


@dataclass(frozen=True, slots=True)
class Report:
    """How a result is printed."""

    digits: int
    conformity: ConformityOffer | None
    curve: CurveReport | None = None
    classes: bool = False  # which class of the table of limits each result meets
    plot: bool = False  # every error drawn in its row, with its uncertainty and its limits
    attach: tuple[str, ...] = ()  # of ATTACHABLE: carried inside every issued file
    statements: tuple[Label, ...] = ()  # how the test was made, beside its numbers (7.8.3.1 a)


@dataclass(frozen=True, slots=True)
class Check:
    """Something that is looked at and not measured: passed or failed, in words."""

    name: str
    label: Label


@dataclass(frozen=True, slots=True)
class VerificationRules:
    """What the law asks of a verification that this procedure makes."""

    period: str  # key of data/legal_periods.toml
    sealed: bool  # an instrument that passes carries a label and seals with numbers


@dataclass(frozen=True, slots=True)
class Example:
    """A published or independently computed case that the procedure must reproduce."""

    source: str
    note: str
    line: int
    data: Mapping[str, Mapping[str, Any]]  # point, range, item, environment, standards, equipment, readings
    expect: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Range:
    """A range of a procedure with many points: its function, its unit, and the numbers that hold in it."""

    name: str
    label: Label
    function: Label | None
    unit: str | None  # of the readings in it, and of the results where `result_unit` says no other
    quantity: str | None  # the standard's result of this quantity serves
    numbers: Mapping[str, str]
    result_unit: str | None = None


@dataclass(frozen=True, slots=True)
class MatrixColumn:
    """A condition at which the rows of a matrix are measured side by side, and the numbers that hold at it."""

    at: str  # the condition, a number with its unit: "1 kHz"
    quantity: str | None  # the standard's result of this quantity serves, in place of that of the range
    numbers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Results in rows and columns: what the condition of the columns is called, and the columns in order."""

    label: Label
    columns: tuple[MatrixColumn, ...]


@dataclass(frozen=True, slots=True)
class Procedure:
    """One edition of one procedure. ISO/IEC 17025, 7.2.1."""

    id: str
    edition: str
    service: str  # calibration | verification | testing
    discipline: str
    title: Label
    methods: tuple[str, ...]
    model: Mapping[str, str]
    outputs: Mapping[str, OutputQuantity]
    intermediates: Mapping[str, Mapping[str, object]]
    inputs: Mapping[str, ProcedureInput]
    correlations: tuple[Mapping[str, object], ...]
    standards: Mapping[str, StandardRole]
    equipment: Mapping[str, EquipmentRole]
    item: Mapping[str, LimitedQuantity]
    environment: Mapping[str, LimitedQuantity]
    readings: Mapping[str, ReadingsTable]
    points: tuple[Mapping[str, Source], ...]
    ranges: tuple["Range", ...]
    matrix: Matrix | None
    phases: tuple[str, ...]
    checks: Mapping[str, Check]
    verification: VerificationRules | None
    evaluation: Mapping[str, object]
    report: Report
    sampling: Label | None  # the plan by which the item is drawn, where the laboratory draws it (7.8.5)
    examples: tuple[Example, ...]
    sha256: str
    file: str
    text: str = field(repr=False)

    @property
    def key(self) -> tuple[str, str]:
        """Return what identifies this edition: (id, edition)."""
        return (self.id, self.edition)

    @property
    def output(self) -> OutputQuantity:
        """Return the output quantity that the certificate answers: the first that the file declares."""
        return next(iter(self.outputs.values()))

    def range_of(self, point: Mapping[str, Source]) -> Range | None:
        """Return the range in which a point lies; None for a point of no range."""
        return next((one for one in self.ranges if one.name == point.get("range")), None)

    def column_of(self, point: Mapping[str, Source]) -> MatrixColumn | None:
        """Return the column of the matrix in which a point stands; None where the results are no matrix."""
        columns = self.matrix.columns if self.matrix else ()
        return next((one for one in columns if one.at == point.get("at")), None)

    def quantity_of(self, point: Mapping[str, Source]) -> str | None:
        """Return the quantity at a point: that of its column, else of its range; None where neither says one."""
        column, within = self.column_of(point), self.range_of(point)
        return (column.quantity if column else None) or (within.quantity if within else None)

    def at(self, point: Mapping[str, str]) -> "Procedure":
        """Return this procedure with the units of the range in which a point lies."""
        within = self.range_of(point)
        if within is None or within.unit is None:
            return self
        unit = within.unit
        outputs = {name: _in_range(one, within.result_unit or unit) for name, one in self.outputs.items()}
        readings = {
            name: replace(one, columns=tuple(_in_range(column, unit) for column in one.columns))
            for name, one in self.readings.items()
        }
        return replace(self, outputs=outputs, readings=readings)

    def item_fits(self, item: Mapping[str, str]) -> None:
        """Refuse an item that lacks what the procedure needs of it, or lies outside its limits. Raises: Invalid."""
        for name, limits in self.item.items():
            limits.check(item.get(name))
