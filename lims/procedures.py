"""The library of procedures: what is offered, what is not and why, and the points a procedure asks for an item."""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from instruments.models import CalibrationResult
from lims.bound_numbers import resolve
from lims.circumstances import Circumstances, EquipmentInUse, Property, StandardInUse
from lims.interpolated_standards import interpolated
from lims.measurement import measurement_model
from lims.procedure_file import EXPECTED, read_procedure
from lims.procedure_format import Example, Procedure
from lims.procedure_place import InvalidProcedure
from lims.quantity_text import in_unit
from uncertainty.data_folder import data_folder
from uncertainty.errors import Broken, Invalid, Stated
from uncertainty.evaluation import OutputResult, evaluate
from uncertainty.model_file import read_model
from uncertainty.quantity import read_quantity
from uncertainty.rounding import exact

__all__ = [
    "EDITIONS",
    "InvalidProcedure",
    "Library",
    "Procedure",
    "check_examples",
    "edition_order",
    "library",
    "points_for",
    "read_procedure",
]
EDITIONS = "editions.toml"  # the released editions and the hashes of their files
TRIALS = 1_000_000  # enough for the third digit of a coverage factor
_STANDARD = (
    "code",
    "value",
    "expanded_uncertainty",
    "coverage_factor",
    "coverage_probability",
    "dof",
    "nominal",
    "accuracy_class",
)
_passed: dict[tuple[str, bool], tuple["Mismatch", ...]] = {}


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A number of an example that the program does not reproduce."""

    source: str
    line: int
    quantity: str
    expected: str
    found: str


@dataclass(frozen=True)
class Library(Mapping[tuple[str, str], Procedure]):
    """The procedures on offer by (id, edition); `refused` says which files are not offered and why."""

    offered: Mapping[tuple[str, str], Procedure]
    refused: Mapping[str, Stated]
    in_force: Mapping[str, str]  # id -> the newest edition on offer

    def __getitem__(self, key: tuple[str, str]) -> Procedure:
        return self.offered[key]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.offered)

    def __len__(self) -> int:
        return len(self.offered)

    def newest(self, procedure_id: str) -> Procedure:
        """Return the edition in force of a procedure. Raises: KeyError."""
        return self.offered[procedure_id, self.in_force[procedure_id]]


def library(folder: Path | None = None) -> Library:
    """Every procedure that may be offered: readable, unchanged since its release, with passing examples.

    Args:
        folder: the procedure files; without it `data/procedures/`.
    """
    folder = folder or data_folder() / "procedures"
    released = released_editions(folder)
    offered: dict[tuple[str, str], Procedure] = {}
    refused: dict[str, Stated] = {}
    for path in sorted(folder.glob("*.toml")):
        if path.name == EDITIONS:
            continue
        try:
            procedure = read_procedure(path)
            _check_offer(procedure, released, offered)
        except Stated as problem:
            refused[path.name] = problem
            continue
        offered[procedure.key] = procedure
    newest = {key[0]: key[1] for key in sorted(offered, key=lambda key: (key[0], edition_order(key[1])))}
    return Library(offered, refused, newest)


def edition_order(edition: str) -> tuple[int, int]:
    """What sorts editions in time: year and number of "2026-1"."""
    year, _, number = edition.partition("-")
    return int(year), int(number)


def released_editions(folder: Path) -> dict[tuple[str, str], str]:
    """The hash of the file of each released edition, by (id, edition)."""
    path = folder / EDITIONS
    if not path.is_file():
        return {}
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return {(name, edition): one["sha256"] for name, editions in table.items() for edition, one in editions.items()}


def _check_offer(
    procedure: Procedure, released: Mapping[tuple[str, str], str], offered: Mapping[tuple[str, str], Procedure]
) -> None:
    """Refuse a changed release, a second file of the same edition, and an example that does not pass."""
    values: dict[str, Any] = {"file": procedure.file, "procedure": procedure.id, "edition": procedure.edition}
    if procedure.key in offered:
        raise InvalidProcedure("procedures.edition_twice", **values, other=offered[procedure.key].file)
    if released.get(procedure.key, procedure.sha256) != procedure.sha256:
        raise Broken("procedures.release_changed", **values)
    wrong = check_examples(procedure)
    if wrong:
        first = wrong[0]
        raise InvalidProcedure(
            "procedures.example_fails", **values, line=first.line, source=first.source, quantity=first.quantity,
            expected=first.expected, found=first.found,
        )  # fmt: skip


def points_for(procedure: Procedure, item: Mapping[str, str], *, adjusted: bool = False) -> tuple[dict[str, str], ...]:
    """The points a procedure asks for an item, each with its numbers.

    A point's nominal value may be the item's own; points above a property that `bounds_points` are left out.

    Args:
        procedure: the procedure.
        item: the item's properties.
        adjusted: whether the item was adjusted: then all points come a second time, as left.

    Raises:
        Missing: where the item lacks a property that a point needs.
    """
    at_hand = Circumstances(item=item)
    found = []
    for point in procedure.points:
        texts = {
            key: source if isinstance(source, str) else resolve(source, procedure, at_hand)[0]
            for key, source in point.items()
        }
        if _inside(texts["nominal"], procedure, item):
            found.append(texts)
    phases = procedure.phases[: 2 if adjusted else 1]
    if not phases:
        return tuple(found)
    return tuple({**texts, "phase": phase} for phase in phases for texts in found)


def _inside(nominal: str, procedure: Procedure, item: Mapping[str, str]) -> bool:
    bounds = [item[name] for name, one in procedure.item.items() if one.bounds_points and item.get(name)]
    return all(in_unit(nominal, unit := read_quantity(bound).unit.text) <= in_unit(bound, unit) for bound in bounds)


def circumstances_of(example: Example) -> Circumstances:
    """The circumstances that an example states. Raises: Invalid, where a number has no readable text."""
    data = example.data
    return Circumstances(
        point=data["point"],
        standards={role: _standard(one, data["point"].get("nominal")) for role, one in data["standards"].items()},
        equipment={role: EquipmentInUse(role, properties=_properties(one)) for role, one in data["equipment"].items()},
        readings=data["readings"],
        environment={name: (text,) for name, text in data["environment"].items()},
        item=data["item"],
        range=data["range"],
    )


def _standard(table: Mapping[str, Any], nominal: str | None) -> StandardInUse:
    own = {key: table[key] for key in _STANDARD if key in table}
    for key, unit in (("value", "unit"), ("expanded_uncertainty", "uncertainty_unit"), ("nominal", "nominal_unit")):
        if key in own:
            quantity = read_quantity(own[key])
            own |= {key: quantity.typed.canonical, unit: quantity.unit.text}
    properties = {key: text for key, text in table.items() if key not in (*_STANDARD, "points")}
    known = StandardInUse(**own, properties=_properties(properties))
    if nominal is None or "points" not in table:
        return known
    return interpolated(known, [_calibrated(place, row) for place, row in enumerate(table["points"])], nominal)


def _calibrated(place: int, row: Mapping[str, str]) -> CalibrationResult:
    """A result of the calibration of an example's standard."""
    found = {name: read_quantity(row[name]) for name in ("nominal", "value", "expanded_uncertainty")}
    texts = {name: one.typed.canonical for name, one in found.items()}
    units = {
        "nominal_unit": found["nominal"],
        "unit": found["value"],
        "uncertainty_unit": found["expanded_uncertainty"],
    }
    return CalibrationResult(
        id=f"point-{place + 1}",
        calibration_id="",
        position=place,
        quantity="",
        **texts,
        **{name: one.unit.text for name, one in units.items()},
        **{name: row[name] for name in ("coverage_factor", "coverage_probability", "dof") if name in row},
    )


def _properties(table: Mapping[str, str]) -> dict[str, Property]:
    found = {}
    for name, text in table.items():
        quantity = read_quantity(text)
        found[name] = Property(quantity.typed.canonical, quantity.unit.text)
    return found


def check_examples(procedure: Procedure, *, monte_carlo: bool = False) -> tuple[Mismatch, ...]:
    """What the examples of a procedure state and the program does not reproduce; empty where all pass.

    Args:
        procedure: a procedure; the answer is kept by the hash of its file.
        monte_carlo: whether distributions are propagated too. Without it a coverage factor that comes from the
            distribution is not compared, since first order gives another.

    Raises:
        InvalidProcedure: where an example cannot be evaluated at all, naming its line.
    """
    key = (procedure.sha256, monte_carlo)
    if key not in _passed:
        _passed[key] = tuple(one for example in procedure.examples for one in _compare(procedure, example, monte_carlo))
    return _passed[key]


def _compare(procedure: Procedure, example: Example, monte_carlo: bool) -> Iterator[Mismatch]:
    try:
        model = read_model(measurement_model(procedure, {}, circumstances_of(example)), name=procedure.file)
        evaluation = evaluate(model, monte_carlo=monte_carlo, trials=TRIALS if monte_carlo else None)
    except (Stated, ArithmeticError) as error:
        problem = error if isinstance(error, Stated) else Invalid("procedures.out_of_range")
        raise InvalidProcedure(
            "procedures.example_not_evaluated",
            file=procedure.file,
            line=example.line,
            source=example.source,
            problem=problem,
        ) from error
    for name, expected in example.expect.items():
        tolerances = expected["tolerance"]
        for quantity in EXPECTED:
            by_distribution = expected.get("coverage_basis") == "distribution"
            if quantity not in expected or (quantity == "coverage_factor" and by_distribution and not monte_carlo):
                continue
            wanted = str(expected[quantity])
            found = _number(evaluation.outputs[name], quantity, wanted)
            if not agrees(found, wanted, tolerances.get(quantity)):
                yield Mismatch(example.source, example.line, f"{name}, {quantity}", wanted, f"{found:.9g}")


def _number(output: OutputResult, quantity: str, wanted: str) -> float:
    """A number of the evaluation in the unit of the expectation."""
    value = float(getattr(output, quantity))
    unit = read_quantity(wanted).unit.text
    if quantity in ("coverage_factor", "effective_dof"):
        return value
    return float(in_unit(f"{exact(value)} {output.unit}", unit))


def agrees(found: float, wanted: str, tolerance: str | None = None) -> bool:
    """Whether a number agrees with a printed one: within half a unit of its last digit, or a stated tolerance.

    >>> agrees(29.26, "29.3 mg"), agrees(29.2, "29.3 mg")
    (True, False)
    """
    quantity = read_quantity(wanted)
    if tolerance is not None:
        allowed = in_unit(tolerance, quantity.unit.text)
    else:
        exponent = quantity.typed.number.as_tuple().exponent
        allowed = Decimal((0, (5,), int(exponent) - 1))
    return abs(exact(found) - quantity.typed.number) <= allowed + Decimal("1e-12") * abs(quantity.typed.number)


def file_hash(path: Path) -> str:
    """The hash that `editions.toml` holds: SHA-256 of the text with plain line ends."""
    return hashlib.sha256(path.read_text(encoding="utf-8").replace("\r\n", "\n").encode()).hexdigest()
