"""The results of a stranger's DCC as columns that a standard can take: points, values, uncertainties in our units.

Nothing is guessed silently: what was turned into another form is noted, what a person must look at is marked, and what
cannot be taken over is refused, each with its place.

Source: JCGM 200 (VIM), 2.35, 2.38; GUM (JCGM 100), 6.2, 6.3; PTB, D-SI 2.2.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from statistics import NormalDist

from certificates.dsi_units import unit_of_dsi
from certificates.foreign import ForeignCalibration, ForeignQuantity, ForeignResult, ForeignSeries, ForeignText
from lims.procedure_format import Label
from lims.registering import NewResult
from uncertainty.errors import Invalid, Stated
from uncertainty.wording import Phrase

REFUSED, MARKED, NOTED = "refused", "marked", "noted"
POINTS = ("nominalValue", "referenceValue")
"""Ends of the refTypes of what a result stands at, best first."""
KINDS = {"measurementError": "measurement_error", "correction": "correction"}
PASSED_OVER = ("deviationFromNominal", "coverageIntervalLower", "coverageIntervalUpper", "uncertaintyBudget")
PHASES = {"beforeAdjustment": "as_found", "afterAdjustment": "as_left", "beforeRepair": "as_found",
          "afterRepair": "as_left"}  # fmt: skip
MOST_PLACES = 60
ASYMMETRY = Decimal("0.001")
"""Of the half-width: a middle of the interval nearer to the value than this is the value, as printed."""
ROOT_3 = Decimal(3).sqrt()


@dataclass(frozen=True)
class Finding:
    """Something that the reading of a file found: how grave, and what."""

    weight: str  # REFUSED | MARKED | NOTED
    said: Phrase | Stated

    def text(self, language: str) -> str:
        """The sentence."""
        return self.said.text(language)


@dataclass(frozen=True)
class ForeignColumn:
    """One quantity of the results with a value for each point, ready to be taken over under a quantity's name."""

    key: str
    name: Label
    unit: str
    rows: tuple[NewResult, ...]


@dataclass
class _Found:
    """What has been read so far."""

    columns: list[ForeignColumn] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def say(self, weight: str, key: str, **values: object) -> None:
        """Add a finding, once."""
        one = Finding(weight, Phrase(f"received.{key}", values))
        if one not in self.findings:
            self.findings.append(one)


def columns_of(calibration: ForeignCalibration) -> tuple[tuple[ForeignColumn, ...], tuple[Finding, ...]]:
    """The columns of a DCC's results, and what was found on the way."""
    found = _Found()
    for place, result in enumerate(calibration.results):
        groups: dict[tuple[int, ...], list[ForeignQuantity]] = {}
        for quantity in result.quantities:
            groups.setdefault(quantity.group, []).append(quantity)
        for number, quantities in enumerate(groups.values()):
            _read_group(found, result, f"{place}.{number}", quantities)
    if not found.columns and not any(one.weight == REFUSED for one in found.findings):
        found.say(REFUSED, "no_results")
    return tuple(found.columns), tuple(found.findings)


def _read_group(found: _Found, result: ForeignResult, key: str, quantities: list[ForeignQuantity]) -> None:
    """The columns of quantities that stand in one list, row by row."""
    points = next((one for end in POINTS for one in quantities if _is(one, end) and one.forms), None)
    held = [one for one in quantities if one is not points and one.forms and not _passed_over(one)]
    stated = [one for one in held if _has_uncertainty(one)]
    own = next((one for one in quantities if _is(one, "expandedUncertainty") and one.forms), None)
    if own is not None and not stated:
        stated = [one for one in held if one is not own][-1:]
    for number, quantity in enumerate(stated or [one for one in held if not _is(one, *POINTS)]):
        try:
            rows = tuple(_rows(found, result, quantity, points, own if not _has_uncertainty(quantity) else None))
        except Invalid as problem:
            found.findings.append(Finding(REFUSED, problem))
            continue
        if rows:
            name = _name(quantity.name, result.name)
            found.columns.append(ForeignColumn(f"{key}.{number}", name, rows[0].unit, rows))


def _is(quantity: ForeignQuantity, *ends: str) -> bool:
    return any(ref.endswith(f"_{end}") for ref in quantity.ref_types for end in ends)


def _passed_over(quantity: ForeignQuantity) -> bool:
    return _is(quantity, *PASSED_OVER) or (_is(quantity, *POINTS) and not _has_uncertainty(quantity))


def _has_uncertainty(quantity: ForeignQuantity) -> bool:
    form = quantity.forms[-1]
    return bool(form.expanded or form.standard or form.intervals)


def _name(*texts: ForeignText) -> Label:
    """The name of a quantity in both languages, from the first text that has one."""
    said = next((one for one in texts if one.parts), ForeignText((("", "–"),)))
    return Label(_shown(said.text("vi")), _shown(said.text("en")))


def _shown(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)[:80].strip() or "–"


def _form(quantity: ForeignQuantity) -> tuple[ForeignSeries, str]:
    """The numbers of a quantity in the form nearest to paper whose unit is known, with that unit.

    Raises:
        Invalid: no form is in a known unit, or one form mixes units.
    """
    problem: Invalid | None = None
    for form in reversed(quantity.forms):
        if len(set(form.units)) > 1:
            problem = Invalid("received.mixed_units", quantity=_name(quantity.name).en, units=", ".join(form.units[:4]))
            continue
        try:
            return form, unit_of_dsi(form.units[0] if form.units else r"\one")
        except Invalid as unknown:
            problem = unknown
    raise problem or Invalid("received.no_results")


def _rows(
    found: _Found, result: ForeignResult, quantity: ForeignQuantity, points: ForeignQuantity | None,
    own: ForeignQuantity | None,
) -> Iterator[NewResult]:  # fmt: skip
    """The rows of one column; a value that was not measured is left out and noted."""
    form, unit = _form(quantity)
    name = _name(quantity.name, result.name)
    at, at_unit = _form(points) if points is not None else (None, "")
    extra, extra_unit = _form(own) if own is not None else (None, "")
    for place, value in enumerate(form.values):
        where = {"quantity": name.en, "row": place + 1}
        if value is None:
            found.say(NOTED, "value_missing", **where)
            continue
        spread = _spread(found, form, place, where)
        if extra is not None and place < len(extra.values) and extra.values[place] is not None:
            spread = _Spread(_number(extra.values[place] or "", where), "", "", extra_unit)
        if not spread.expanded:
            found.say(MARKED, "no_uncertainty", **where)
        nominal = at.values[place] if at is not None and place < len(at.values) else None
        yield NewResult(
            "", _number(value, where), unit, spread.expanded, spread.unit or (unit if spread.expanded else ""),
            spread.factor, spread.probability,
            nominal=_number(nominal, where) if nominal is not None else "",
            nominal_unit=at_unit if nominal is not None else "",
            kind=next((kind for end, kind in KINDS.items() if _is(quantity, end)), "value"),
            phase=PHASES.get(result.status, ""), measuring_range=_range_of(quantity),
        )  # fmt: skip


def _range_of(quantity: ForeignQuantity) -> str:
    return _name(quantity.group_name).vi if quantity.group_name.parts else ""


@dataclass(frozen=True)
class _Spread:
    """An uncertainty as it will be kept."""

    expanded: str
    factor: str
    probability: str
    unit: str = ""


def _spread(found: _Found, form: ForeignSeries, place: int, where: dict[str, object]) -> _Spread:
    """The uncertainty of one value: expanded, standard (as U with k = 1), or a coverage interval about the value."""

    def said(texts: tuple[str | None, ...]) -> str:
        text = texts[place] if place < len(texts) else None
        return "" if text is None else _number(text, where)

    if form.expanded:
        return _Spread(said(form.expanded), said(form.factors), said(form.probabilities))
    if form.intervals and None not in form.intervals[place]:
        return _of_interval(found, form, place, where, said(form.probabilities), said(form.standard))
    if form.standard:
        found.say(NOTED, "standard_uncertainty", quantity=where["quantity"])
        return _Spread(said(form.standard), "1", "")
    return _Spread("", "", "")


def _of_interval(
    found: _Found, form: ForeignSeries, place: int, where: dict[str, object], probability: str, standard: str
) -> _Spread:  # fmt: skip
    """The half-width of a coverage interval; k from the standard uncertainty or the distribution, where one is said.

    Raises:
        Invalid: the interval is not symmetric about the value.
    """
    lower, upper = (Decimal(_number(text or "", where)) for text in form.intervals[place])
    value, half = Decimal(_number(form.values[place] or "", where)), (upper - lower) / 2
    if half <= 0 or abs((upper + lower) / 2 - value) > ASYMMETRY * half:
        raise Invalid("received.interval_asymmetric", **where)
    p = Decimal(probability or "0.95")
    factor = ""
    if standard and Decimal(standard) > 0:
        factor = f"{half / Decimal(standard):.2f}"
    elif form.distribution == "normal" and 0 < p < 1:
        factor = f"{NormalDist().inv_cdf(float((1 + p) / 2)):.2f}"
    elif form.distribution in ("uniform", "rectangular") and 0 < p <= 1:
        factor = f"{p * ROOT_3:.2f}"
    found.say(NOTED if factor else MARKED, "interval_taken" if factor else "interval_without_k", **where)
    return _Spread(format(half.normalize(), "f"), factor, probability)


def _number(text: str, where: dict[str, object]) -> str:
    """A number of XML as the register writes it: without exponent, the same digits.

    Raises:
        Invalid: it is none, or beyond what any certificate states.
    """
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        raise Invalid("received.not_a_number", text=text[:40], **where) from None
    if not number.is_finite() or abs(number.adjusted()) > MOST_PLACES or len(text) > MOST_PLACES:
        raise Invalid("received.not_a_number", text=text[:40], **where)
    return format(number, "f").removeprefix("+")
