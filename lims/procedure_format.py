"""A procedure: what `data/procedures/*.toml` say, as frozen values.

The file format is `docs/procedures.md`; `lims.procedure_file` reads and checks it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

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


@dataclass(frozen=True, slots=True)
class StandardSource:
    """A whole calibration result of a standard: value, U, k, degrees of freedom and influences."""

    role: str
    at: Binding
    interpolation: str = "none"


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
        for source in sources:
            if isinstance(source, Binding):
                found.append(source)
            elif isinstance(source, BoundExpression):
                found.extend(source.names.values())
        return tuple(found)


@dataclass(frozen=True, slots=True)
class OutputQuantity:
    """An output quantity of the measurement model; the first one is what the certificate answers."""

    name: str
    unit: str
    kind: str  # value | measurement_error | correction
    label: Label
    symbol: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a readings table: one act at the bench in each repetition."""

    name: str
    load: str  # "S" standard, "X" item, "" where the question makes no sense
    unit: str
    label: Label


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

    optional: bool
    rules: tuple[str, ...]
    limits: str  # id of a table in data/tolerances
    guard_factor: float = 1.0  # r of the guard band w = r U


@dataclass(frozen=True, slots=True)
class Report:
    """How a result is printed."""

    digits: int
    conformity: ConformityOffer | None


@dataclass(frozen=True, slots=True)
class Example:
    """A published or independently computed case that the procedure must reproduce."""

    source: str
    note: str
    line: int
    data: Mapping[str, Mapping[str, Any]]  # point, range, item, environment, standards, equipment, readings
    expect: Mapping[str, Mapping[str, Any]]


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
    points: tuple[Mapping[str, str | Binding], ...]
    ranges: tuple[Mapping[str, str], ...]
    phases: tuple[str, ...]
    evaluation: Mapping[str, object]
    report: Report
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

    def item_fits(self, item: Mapping[str, str]) -> None:
        """Refuse an item that lacks what the procedure needs of it, or lies outside its limits. Raises: Invalid."""
        for name, limits in self.item.items():
            limits.check(item.get(name))
