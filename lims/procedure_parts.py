"""The parts of a procedure file about its report: ranges, points, checks, conformity, what the law asks."""

from collections.abc import Iterator, Mapping

from lims.legal_periods import legal_kinds
from lims.procedure_format import (
    ATTACHABLE,
    Check,
    ConformityOffer,
    CurveReport,
    Label,
    Range,
    Report,
    Source,
    VerificationRules,
)
from lims.procedure_inputs import read_source
from lims.procedure_place import Place
from lims.tolerances import tolerance_tables
from uncertainty.conformity import RULES
from uncertainty.errors import Invalid
from uncertainty.units import check_unit

LARGEST_GUARD_FACTOR = 10
PHASES = ("as_found", "as_left")
RANGE = ("range", "label", "function", "unit", "result_unit", "quantity")


def read_range(place: Place) -> Range:
    """One `[[ranges]]` table. Raises: InvalidProcedure."""
    name, unit, result_unit = place.text("range"), place.optional_text("unit"), place.optional_text("result_unit")
    for key, text in (("unit", unit), ("result_unit", result_unit)):
        if text is not None:
            try:
                check_unit(text)
            except Invalid as problem:
                place.refuse(problem, key)
    return Range(
        name=name,
        label=place.label(default=name),
        function=place.label("function") if "function" in place.table else None,
        unit=unit,
        quantity=place.optional_text("quantity"),
        numbers={key: place.text(key) for key in place.table if key not in RANGE},
        result_unit=result_unit,
    )


def read_point(place: Place) -> Mapping[str, Source]:
    """One `[[points]]` table: texts, properties and expressions of properties. Raises: InvalidProcedure."""
    place.need("nominal")
    return {
        key: read_source(place, key) if isinstance(value, dict) else place.text(key)
        for key, value in place.table.items()
    }


def read_phases(head: Place) -> tuple[str, ...]:
    """The phases: none, or before and after an adjustment. Raises: InvalidProcedure."""
    found = head.texts("phases")
    if found not in ((), PHASES):
        head.refuse("phases_unknown", "phases", allowed=", ".join(PHASES))
    return found


def read_checks(head: Place) -> Mapping[str, Check]:
    """What is looked at. Raises: InvalidProcedure."""
    found = {}
    for name, place in head.tables("checks").items():
        place.only(("label",))
        found[name] = Check(name, place.label())
    return found


def read_verification(head: Place, service: str) -> VerificationRules | None:
    """What the law asks; of a verification it must be stated, other services have none. Raises: InvalidProcedure."""
    if service != "verification":
        if "verification" in head.table:
            head.refuse("not_a_verification", "verification")
        return None
    head.need("verification")
    place = head.inside("verification")
    place.only(("period", "sealed"))
    period = place.text("period")
    if period not in legal_kinds():
        place.refuse("no_legal_period", "period", period=period, known=", ".join(legal_kinds()))
    return VerificationRules(period, place.truth("sealed", default=True))


def read_report(place: Place) -> Report:
    """The `[report]` table. Raises: InvalidProcedure."""
    place.only(("digits", "conformity", "plot", "classes", "curve", "attach", "statements"))
    digits, plot = place.whole("digits", 1, 2, 2), place.truth("plot", default=False)
    classes = place.truth("classes", default=False)
    curve = _curve(place.inside("curve")) if "curve" in place.table else None
    offer = _offer(place.inside("conformity")) if "conformity" in place.table else None
    return Report(digits, offer, curve, classes, plot, _attached(place), tuple(_statements(place)))


def _attached(place: Place) -> tuple[str, ...]:
    """What every issued file carries: some of the known parts, each once. Raises: InvalidProcedure."""
    found = place.texts("attach")
    for one in found:
        if one not in ATTACHABLE or found.count(one) > 1:
            place.refuse("not_allowed", "attach", entry="attach", value=one, allowed=", ".join(ATTACHABLE))
    return found


def _statements(place: Place) -> Iterator[Label]:
    """The sentences about the test that every report prints. Raises: InvalidProcedure."""
    for row in place.rows("statements"):
        row.only(("text",))
        yield row.label("text")


def _curve(place: Place) -> CurveReport:
    place.only(("degree", "argument", "inverse"))
    return CurveReport(place.whole("degree", 1, 9), place.text("argument"), place.texts("inverse"))


def _offer(offer: Place) -> ConformityOffer:
    offer.only(("optional", "rules", "limits", "half_width", "specification", "guard_factor"))
    rules = offer.texts("rules")
    for rule in rules:
        if rule not in RULES:
            offer.refuse("not_allowed", "rules", entry="rules", value=rule, allowed=", ".join(RULES))
    optional = offer.truth("optional", default=True)
    if not optional and not rules:
        offer.refuse("missing_key", entry="rules")
    factor = offer.table.get("guard_factor", 1)
    if not isinstance(factor, int | float) or isinstance(factor, bool) or not 0 < factor <= LARGEST_GUARD_FACTOR:
        offer.refuse("guard_factor", "guard_factor", value=factor, most=LARGEST_GUARD_FACTOR)
    if "half_width" in offer.table:
        half_width = read_source(offer, "half_width")
        return ConformityOffer(optional, rules, "", float(factor), half_width, offer.label("specification"))
    limits = offer.text("limits")
    if limits not in tolerance_tables():
        offer.refuse("no_table", "limits", table=limits, known=", ".join(tolerance_tables()))
    return ConformityOffer(optional, rules, limits, float(factor))


def check_rules(head: Place, service: str, report: Report, points: int) -> None:
    """Refuse what cannot be said on paper: one sentence states w = U for all points, or what a verification prescribes.

    Raises:
        InvalidProcedure: another rule or factor where there are several points, or in a verification.
    """
    offer = report.conformity
    if offer is None or (points < 2 and service != "verification"):
        return
    if set(offer.rules) <= {"simple", "guarded"} and offer.guard_factor == 1:
        return
    place = head.inside("report").inside("conformity")
    place.refuse("rules_of_points", "rules", rules=", ".join(offer.rules), factor=f"{offer.guard_factor:g}")
