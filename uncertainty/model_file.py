"""The text format of a measurement model (docs: the measurement model) -> a checked model."""

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from uncertainty.archive import Archive, read_archive
from uncertainty.cause_text import read_plain
from uncertainty.correlation import Correlation, ObservedTogether, correlate, observed_together
from uncertainty.dimensions import Kind, kind_of, kind_of_unit
from uncertainty.errors import Invalid, InvalidInput, Stated, did_you_mean
from uncertainty.expression import check_name, read_expression
from uncertainty.input_text import ReadInput, read_input
from uncertainty.inputs import InputQuantity
from uncertainty.measurement_model import OUTPUT_KINDS, MeasurementModel, OutputQuantity
from uncertainty.places import Path, Places, find_lines
from uncertainty.program import Affine, Program
from uncertainty.quantity import numeric_entry
from uncertainty.readings_text import ReadingsTable, read_table
from uncertainty.settings_text import read_settings
from uncertainty.unit_definitions import ONE
from uncertainty.units import Unit, check_unit
from uncertainty.wording import Phrase

MOST_CHARACTERS = 2_000_000
MOST_INPUTS = 500
MOST_CACHED = 64
TABLES = ("model", "outputs", "inputs", "intermediates", "readings", "evaluation", "report")
# `published` holds what the source prints: the tests compare it, an evaluation passes it over.
KEYS = {"title", "source", "published", "correlations", *TABLES}
PROCEDURE_KEYS = {"edition", "standards", "equipment", "points", "environment", "example"}
OUTPUT_KEYS = {"unit", "kind", "label", "symbol", "note"}
INTERMEDIATE_KEYS = {"numeric", "unit", "label", "symbol", "note"}
Equations = tuple[tuple[str, str], ...]
Numeric = tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]
_read: dict[str, MeasurementModel] = {}


def read_model(
    source: str | Mapping[str, Any],
    *,
    name: str = "model",
    results: Mapping[str, str | Mapping[str, Any]] | None = None,
) -> MeasurementModel:
    """A checked measurement model.

    Args:
        source: the TOML text of a model, or the same structure as a mapping; numbers are text with their unit.
        name: what the source is called in messages, such as its file name.
        results: the archives of the earlier evaluations that the model names in `from_result`, by that name.

    Returns:
        A model for `evaluate`; the same content gives the same object.

    Raises:
        InvalidModel: naming the place, the line where the source is a text, and the remedy.
    """
    places = Places(name)
    if isinstance(source, str):
        source, places = _parsed(source, name)
    earlier = dict(results or {})
    whole = [source, earlier] if earlier else source
    written = json.dumps(whole, sort_keys=False, default=str, ensure_ascii=False)
    sha256 = hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()
    known = _read.get(sha256)
    if known is None:
        known = _read[sha256] = _Reading(source, places, earlier).model(sha256)
        if len(_read) > MOST_CACHED:
            _read.pop(next(iter(_read)), None)
    return known


def _parsed(text: str, name: str) -> tuple[Mapping[str, Any], Places]:
    places = Places(name)
    if len(text) > MOST_CHARACTERS:
        raise places.refusal(Phrase("uncertainty.model_too_long", {"most": MOST_CHARACTERS}), (), None)
    try:
        source = tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as problem:
        line = re.search(r"at line (\d+)", str(problem))
        places = Places(name, {("",): int(line[1])} if line else {})
        detail = re.sub(r" \(at .*\)$", "", str(problem))[:200]
        raise places.refusal(Phrase("uncertainty.model_not_toml", {"detail": detail}), ("",), None) from problem
    return source, Places(name, find_lines(text))


class _Reading:
    """One pass over a model: what was read so far, and where it stands."""

    def __init__(self, source: Mapping[str, Any], places: Places, results: Mapping[str, Any]) -> None:
        self.source = source
        self.places = places
        self.results = results

    def model(self, sha256: str) -> MeasurementModel:
        """The checked model, with the hash of its content."""
        self._check_structure()
        equations = self._equations()
        with self.places.at(("inputs",)):
            archives = {name: read_archive(one, name) for name, one in self.results.items()}
        tables = {name: self._table(name, given) for name, given in self._named("readings").items()}
        inputs = [self._input(name, given, tables, archives) for name, given in self._named("inputs").items()]
        numeric = self._numeric({name for name, _ in equations})
        self._check_names(equations, [one.quantity.name for one in inputs], numeric)
        kinds = tuple((one.quantity.name, one.quantity.kind) for one in inputs)
        program, found = self._program(equations, kinds, numeric)
        outputs = tuple(self._output(name, given, found) for name, given in self._named("outputs").items())
        self._check_all_used(program, [output.name for output in outputs])
        with self._at(("evaluation",), "table", self._table_of("evaluation"), name="evaluation"):
            settings = read_settings(self._table_of("evaluation"), self._table_of("report"))
        quantities = tuple(one.quantity for one in inputs)
        observed: dict[str, list[tuple[int, Any]]] = {}
        for place, one in enumerate(inputs):
            if one.table is not None:
                observed.setdefault(one.table, []).append((place, one.rows))
        correlation = self._correlation(quantities, observed_together(observed))
        title, origin = str(self.source.get("title", "")), str(self.source.get("source", ""))
        return MeasurementModel(title, origin, program, quantities, outputs, correlation, settings, sha256)

    def _at(self, path: Path, kind: str, description: Any = None, **values: object) -> Any:
        return self.places.at(path, Phrase(f"uncertainty.where_{kind}", values), description)

    def _check_structure(self) -> None:
        for key in self.source:
            with self.places.at((key,)):
                if key in PROCEDURE_KEYS:
                    raise InvalidInput("uncertainty.model_is_procedure", key=key)
                if key not in KEYS:
                    raise InvalidInput(
                        "uncertainty.key_unknown", key=str(key)[:80], suggestion=did_you_mean(str(key), KEYS)
                    )
        for key in TABLES:
            with self.places.at((key,)):
                if not isinstance(self.source.get(key, {}), Mapping):
                    raise InvalidInput("uncertainty.not_a_table", key=key)
        for key in ("model", "outputs"):
            if not self.source.get(key):
                raise self.places.refusal(Phrase("uncertainty.model_incomplete", {"key": key}), (key,), None)
        if len(self._table_of("inputs")) > MOST_INPUTS:
            raise self.places.refusal(Phrase("uncertainty.model_too_many", {"most": MOST_INPUTS}), ("inputs",), None)

    def _table_of(self, key: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.source.get(key, {})
        return found

    def _named(self, key: str) -> dict[str, Mapping[str, Any]]:
        for name, description in self._table_of(key).items():
            with self.places.at((key, name)):
                if not isinstance(description, Mapping):
                    raise InvalidInput("uncertainty.not_a_table", key=f"{key}.{name}"[:80])
        return dict(self._table_of(key))

    def _equations(self) -> Equations:
        equations = []
        for name, text in self._table_of("model").items():
            with self._at(("model", name), "equation", name=name):
                check_name(name)
                if not isinstance(text, str):
                    raise InvalidInput("uncertainty.equation_not_text")
                read_expression(text)
                equations.append((name, text))
        return tuple(equations)

    def _table(self, name: str, description: Mapping[str, Any]) -> ReadingsTable:
        with self._at(("readings", name), "readings", description, name=name):
            return read_table(description)

    def _input(
        self,
        name: str,
        description: Mapping[str, Any],
        tables: Mapping[str, ReadingsTable],
        archives: Mapping[str, Archive],
    ) -> ReadInput:
        with self._at(("inputs", name), "input", description, name=name):
            check_name(str(name))
            if name in self._table_of("model"):
                raise InvalidInput("uncertainty.name_twice", name=name)
            return read_input(name, description, tables, archives)

    def _numeric(self, lines: set[str]) -> Numeric:
        found = []
        for name, description in self._named("intermediates").items():
            with self._at(("intermediates", name), "intermediate", description, name=name):
                for key in description:
                    if key not in INTERMEDIATE_KEYS:
                        suggestion = did_you_mean(str(key), INTERMEDIATE_KEYS)
                        raise InvalidInput("uncertainty.key_unknown", key=str(key)[:80], suggestion=suggestion)
                if name not in lines:
                    raise InvalidInput("uncertainty.intermediate_unknown", suggestion=did_you_mean(name, lines))
                numeric = description.get("numeric")
                if numeric is None:
                    continue
                if not isinstance(numeric, Mapping) or "unit" not in description:
                    raise InvalidInput("uncertainty.numeric_incomplete")
                units = tuple((str(key), check_unit(str(unit)).written) for key, unit in numeric.items())
                found.append((name, check_unit(str(description["unit"])).written, units))
        return tuple(found)

    def _check_names(self, equations: Equations, inputs: Sequence[str], numeric: Numeric) -> None:
        known = list(inputs)
        entering = {name: dict(units) for name, _, units in numeric}
        for name, text in equations:
            with self._at(("model", name), "equation", name=name):
                for used in read_expression(text).names:
                    if used not in known:
                        later = used in self._table_of("model")
                        key = "name_later" if later else "name_undefined"
                        suggestion = "" if later else did_you_mean(used, known)
                        raise InvalidInput(f"uncertainty.{key}", name=used, suggestion=suggestion)
                    if name in entering and used not in entering[name]:
                        raise InvalidInput("uncertainty.numeric_name", name=used)
                known.append(name)

    def _program(
        self, equations: Equations, kinds: tuple[tuple[str, Kind], ...], numeric: Numeric
    ) -> tuple[Program, dict[str, Kind]]:
        try:
            return compile_equations(equations, kinds, numeric)
        except _InEquation as inside:
            where = Phrase("uncertainty.where_equation", {"name": inside.name})
            raise self.places.refusal(inside.problem, ("model", inside.name), where) from inside.problem

    def _output(self, name: str, description: Mapping[str, Any], kinds: Mapping[str, Kind]) -> OutputQuantity:
        with self._at(("outputs", name), "output", description, name=name):
            for key in description:
                if key not in OUTPUT_KEYS:
                    suggestion = did_you_mean(str(key), OUTPUT_KEYS)
                    raise InvalidInput("uncertainty.key_unknown", key=str(key)[:80], suggestion=suggestion)
            lines = self._table_of("model")
            if name not in lines:
                raise InvalidInput("uncertainty.output_unknown", suggestion=did_you_mean(name, lines))
            if "unit" not in description:
                raise InvalidInput("uncertainty.output_unit")
            kind = description.get("kind", "value")
            if kind not in OUTPUT_KINDS:
                known = ", ".join(OUTPUT_KINDS)
                raise InvalidInput("uncertainty.output_kind", kind=str(kind)[:40], known=known)
            unit = check_unit(str(description["unit"]))
            is_point = fits_output(unit, kinds[name], str(kind))
            label = description.get("label", {})
            label = dict(label) if isinstance(label, Mapping) else {"vi": str(label), "en": str(label)}
            return OutputQuantity(name, unit, str(kind), is_point, label, description.get("symbol"))

    def _check_all_used(self, program: Program, outputs: Sequence[str]) -> None:
        used = frozenset().union(*(program.used_by(name) for name in outputs))
        for name in program.inputs:
            with self._at(("inputs", name), "input", name=name):
                if name not in used:
                    raise InvalidInput("uncertainty.input_unused")

    def _correlation(self, inputs: tuple[InputQuantity, ...], tables: dict[str, ObservedTogether]) -> Correlation:
        stated = self._stated([quantity.name for quantity in inputs])
        try:
            return correlate(inputs, stated, tables)
        except InvalidInput as problem:
            path, where = place_of_correlation(self.source, problem)
            raise self.places.refusal(problem, path, where) from problem

    def _stated(self, names: Sequence[str]) -> list[tuple[int, int, float]]:
        found = []
        listed = self.source.get("correlations", ())
        with self._at(("correlations",), "table", name="correlations"):
            if not isinstance(listed, Sequence) or isinstance(listed, str):
                raise InvalidInput("uncertainty.correlation_form")
        for number, given in enumerate(listed):
            with self._at(("correlations", number), "correlation", given, number=number + 1):
                if not isinstance(given, Mapping) or set(given) - {"between", "r", "note"} or len(given) < 2:
                    raise InvalidInput("uncertainty.correlation_form")
                between = given.get("between", ())
                if not isinstance(between, list | tuple) or len(set(map(str, between))) != 2 or "r" not in given:
                    raise InvalidInput("uncertainty.correlation_form")
                for name in between:
                    if name not in names:
                        raise InvalidInput(
                            "uncertainty.name_undefined", name=str(name)[:64], suggestion=did_you_mean(str(name), names)
                        )
                r = read_plain(given["r"])
                if not -1 <= r <= 1:
                    raise InvalidInput("uncertainty.correlation_range", r=f"{r:g}")
                found.append((names.index(between[0]), names.index(between[1]), r))
        return found


def place_of_correlation(source: Mapping[str, Any], problem: Stated) -> tuple[Path, Phrase]:
    """The stated correlation of which a problem speaks; the first of all where it speaks of several.

    Args:
        source: of a model.
        problem: with the names of two inputs as `one` and `other`, or without.
    """
    pair = {problem.values.get("one"), problem.values.get("other")}
    stated = [number for number, one in enumerate(source.get("correlations", ())) if set(one["between"]) == pair]
    if not stated:
        return ("correlations",), Phrase("uncertainty.where_table", {"name": "correlations"})
    return ("correlations", stated[-1]), Phrase("uncertainty.where_correlation", {"number": stated[-1] + 1})


class _InEquation(Exception):
    def __init__(self, name: str, problem: Invalid) -> None:
        super().__init__(name)
        self.name = name
        self.problem = problem


@lru_cache(maxsize=256)
def compile_equations(
    equations: Equations, kinds: tuple[tuple[str, Kind], ...], numeric: Numeric
) -> tuple[Program, dict[str, Kind]]:
    """The equations as operations, and the kind of every quantity: the same for all numbers of a procedure."""
    known = dict(kinds)
    program = Program(tuple(known))
    entering = {name: (check_unit(unit), units) for name, unit, units in numeric}
    for name, text in equations:
        tree = read_expression(text).tree
        try:
            if name in entering:
                unit, units = entering[name]
                affine = {used: _affine(used, check_unit(text), known[used]) for used, text in units if used in known}
                if kind_of(tree, dict.fromkeys(affine, Kind(ONE))).dimension != ONE:
                    raise InvalidInput("uncertainty.numeric_incomplete")
                program.define(name, tree, affine, unit.factor)
                known[name] = kind_of_unit(unit, difference=True)
            else:
                known[name] = kind_of(tree, known)
                program.define(name, tree)
        except Invalid as problem:
            raise _InEquation(name, problem) from problem
    return program, known


def _affine(name: str, unit: Unit, kind: Kind) -> Affine:
    if unit.dimension != kind.dimension or (unit.is_difference and kind.scale):
        raise InvalidInput("uncertainty.unit_does_not_fit", unit=unit.written, wanted=kind.scale or kind.written())
    if unit.scale and not (kind.scale or kind.is_difference):
        raise InvalidInput("uncertainty.numeric_point_unclear", name=name, unit=unit.text)
    return Affine(*numeric_entry(unit, kind.scale))


def fits_output(unit: Unit, kind: Kind, stated: str = "value") -> bool:
    """Whether an output is a point on a scale; refused where its unit does not fit the equation.

    Args:
        unit: of the output.
        kind: of its equation.
        stated: the kind of the output; an error or a correction is a difference on any scale.

    Raises:
        InvalidInput: naming the dimension of the equation, or a unit such as `degC` of which nothing tells whether
            a point or a difference is meant.
    """
    if unit.dimension != kind.dimension:
        raise InvalidInput("uncertainty.output_dimension", unit=unit.text, dimension=kind.written())
    if kind.scale and unit.scale != kind.scale:
        raise InvalidInput("uncertainty.output_point", unit=unit.written)
    if unit.scale and stated == "value" and not (kind.scale or kind.is_difference):
        raise InvalidInput("uncertainty.output_point_unclear", unit=unit.text, dimension=kind.written())
    return kind.scale is not None
