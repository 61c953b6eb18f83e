"""The results of a DCC: one list for each table or range, conformity with its limits, the budget."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from certificates.conformity import rule_text
from certificates.content import Bilingual, CertificateContent, Column, Conformity, ResultTable
from certificates.dcc_administration import plain, software
from certificates.dcc_elements import Element, Paper, Series, dcc, numbers, words
from certificates.dcc_equipment import influence_conditions, measuring_equipments, used_methods
from certificates.dsi import moved, ten_power
from certificates.edition import edition_of
from certificates.phases import phase_tables, span_tables

ROLES = {
    "nominal": "basic_nominalValue",
    "reference": "basic_referenceValue",
    "indication": "basic_measuredValue",
    "value": "basic_measuredValue",
    "measurement_error": "basic_measurementError",
    "correction": "chuan_correction",
    "limit": "chuan_maximumPermissibleError",
    "deviation": "chuan_deviationFromNominal",  # of a material measure: its nominal value errs with the other sign
}
"""Role of a column -> refType of the quantity."""
DIFFERENCES = ("measurement_error", "correction", "deviation", "limit")
MEASURANDS = {"conventional mass": "mass_conventionalMass", "mass": "mass_mass"}
"""Key of data/quantities.toml -> refType of the result, where the good practice of its discipline names one."""
VERDICTS = {
    "pass": "pass", "conditional_pass": "conditionalPass", "cannot_be_stated": "noPass",
    "conditional_fail": "conditionalFail", "fail": "fail",
}  # fmt: skip
"""Verdict -> the schema's word; where nothing can be stated, passing is not shown."""


def measurement_results(content: CertificateContent, paper: Paper, release: str) -> Element:
    """All results; those of one phase of an adjustment together, each phase with its status.

    Source:
        ISO/IEC 17025:2017, 7.8.2.1 m, 7.8.4.1 a to e; DCC 3.3.0, measurementResultType.
    """
    if content.amends:
        return dcc("measurementResults", _unchanged(content, paper, release))
    in_phases = phase_tables(content.results)
    groups = [(phase, list(tables)) for phase, tables in groupby(in_phases, lambda table: table.phase)]
    made = []
    for place, (phase, tables) in enumerate(groups):
        last = place == len(groups) - 1
        results = [result for table in tables for result in _results(content, table, paper)]
        if last:
            results += [*_answer(content, paper), *_curve(content, paper)]
        further = [*_conformity(content, paper), *_budget(content, paper)] if last else []
        made.append(
            dcc(
                "measurementResult",
                paper.word("name", "results_of"),
                used_methods(content, paper),
                dcc("usedSoftware", software(paper, release)),
                measuring_equipments(content, paper),
                influence_conditions(content, paper, phase),
                dcc("results", *results),
                dcc("measurementMetaData", *further) if further else None,
            )
        )
    return dcc("measurementResults", *made)


def _unchanged(content: CertificateContent, paper: Paper, release: str) -> Element:
    """What an amendment says of the results: they stand in the certificate that it amends, which it names."""
    assert content.replaces is not None
    said = edition_of(content).say("amendment.results_unchanged", number=content.replaces.number)
    return dcc(
        "measurementResult",
        paper.word("name", "results_of"),
        used_methods(content, paper),
        dcc("usedSoftware", software(paper, release)),
        dcc("results", dcc("result", paper.word("name", "results_of"), dcc("data", paper.text("text", said)))),
    )


def _results(content: CertificateContent, table: ResultTable, paper: Paper) -> Iterator[Element]:
    """One result for each table; each range of it, with units of its own, and each condition of a matrix is a list."""
    lists = [_list(content, part, paper) for span, one in span_tables(table) for part in _parts(one, span)]
    name = table.title or next((one.label for one in table.columns if one.emphasis), table.columns[0].label)
    kind = MEASURANDS.get(content.measurand or "")
    yield dcc("result", paper.text("name", name), dcc("data", *lists), refType=kind)


@dataclass(frozen=True)
class _Part:
    """Rows that share their units."""

    columns: tuple[Column, ...]
    units: tuple[str | None, ...]
    rows: tuple[tuple[str | None, ...], ...]
    label: Bilingual | None

    def cells(self, place: int) -> tuple[str | None, ...]:
        """One column downwards."""
        return tuple(row[place] for row in self.rows)


def _parts(table: ResultTable, span: Bilingual | None) -> list[_Part]:
    """The table cut at its ranges, each named together with the condition of its columns."""
    head = tuple(column.unit for column in table.columns)
    starts = [row.before_row for row in table.ranges]
    found = []
    if not starts or starts[0] > 0:
        found.append(_Part(table.columns, head, table.rows[: starts[0] if starts else None], span))
    for place, row in enumerate(table.ranges):
        end = starts[place + 1] if place + 1 < len(starts) else len(table.rows)
        found.append(_Part(table.columns, row.units or head, table.rows[row.before_row : end], _named(row.label, span)))
    return [part for part in found if part.rows]


def _named(label: Bilingual, span: Bilingual | None) -> Bilingual:
    return Bilingual(f"{label.vi}, {span.vi}", f"{label.en}, {span.en}") if span else label


def role_of(column: Column) -> str:
    """What a column of numbers is, in the words of VIM; contents of earlier releases do not say it themselves."""
    if column.role:
        return column.role
    if column.key in ("nominal", "indication", "reference", "deviation", "correction"):
        return column.key
    return "measurement_error" if column.signed else "value"


def _list(content: CertificateContent, part: _Part, paper: Paper) -> Element:
    """The quantities of some rows: each column of results with its own U, k and p."""
    owners = _owners(part.columns)
    quantities = _conditions(part, paper)
    for place, column in enumerate(part.columns):
        if column.kind in ("text", "bilingual", "mark"):
            verdicts = None if any(one.kind == "number" for one in part.columns) else _outcomes(part, paper)
            quantities.append(
                dcc("quantity", paper.text("name", column.label), words(_plain_cells(part, place)), verdicts)
            )
        elif column.kind == "number" and column.symbol not in ("U", "k"):
            quantities += _quantity(content, part, place, owners, paper)
    return dcc("list", paper.text("name", part.label) if part.label else None, *quantities)


def _conditions(part: _Part, paper: Paper) -> list[Element]:
    """The condition that a list of a matrix was measured at, for every row of it."""
    found = dict.fromkeys(column.condition for column in part.columns if column.condition)
    return [
        dcc(
            "quantity",
            paper.text("name", one.label),
            numbers(Series((one.value,) * len(part.rows), one.unit, column=one.label.en)),
            refType="chuan_condition",
        )
        for one in found
    ]


def _plain_cells(part: _Part, place: int) -> tuple[str | None, ...]:
    """A column of words; a cell in two languages in its English, which a list of words can hold."""
    cells = part.cells(place)
    if part.columns[place].kind != "bilingual":
        return cells
    return tuple(cell.partition("|")[2] if cell else cell for cell in cells)


def _outcomes(part: _Part, paper: Paper) -> Element | None:
    """The outcomes of what was looked at and not measured."""
    for at, column in enumerate(part.columns):
        if column.kind == "verdict":
            return _conformity_list(part.cells(at), column, paper)
    return None


def _conformity_list(cells: tuple[str | None, ...], column: Column, paper: Paper) -> Element:
    said = " ".join(VERDICTS.get(cell or "", "noPass") for cell in cells)
    name = paper.text("name", column.label)
    return dcc(
        "measurementMetaData",
        dcc("metaData", name, dcc("conformityXMLList", said), refType="basic_conformity"),
    )


def _owners(columns: tuple[Column, ...]) -> dict[int, int]:
    """Place of each U and k -> place of the result that it belongs to: the nearest emphasised number before it."""
    owners: dict[int, int] = {}
    result: int | None = None
    for place, column in enumerate(columns):
        if column.symbol in ("U", "k"):
            if result is not None:
                owners[place] = result
        elif column.kind == "number" and (column.emphasis or result is None):
            result = place
    return owners


def _quantity(
    content: CertificateContent, part: _Part, place: int, owners: dict[int, int], paper: Paper
) -> Iterator[Element]:
    """One column of numbers; a U that no power of ten brings into its unit follows as a quantity of its own."""
    column, unit = part.columns[place], part.units[place] or "1"
    role, mine = role_of(column), [other for other, owner in owners.items() if owner == place]
    at_u = next((one for one in mine if part.columns[one].symbol == "U"), None)
    at_k = next((one for one in mine if part.columns[one].symbol == "k"), None)
    power = ten_power(part.units[at_u] or "1", unit) if at_u is not None else None
    expanded: tuple[str | None, ...] = ()
    if at_u is not None and power is not None:
        expanded = tuple(moved(text, power) if text is not None else None for text in part.cells(at_u))
    stated = content.coverage_statement
    series = Series(
        values=part.cells(place),
        unit=unit,
        expanded=expanded,
        factors=part.cells(at_k) if at_k is not None else (stated.coverage_factor,) * len(part.rows),
        probability=stated.coverage_probability,
        distribution=_distribution(content),
        difference=role in DIFFERENCES,
        column=column.label.en,
    )
    yield dcc(
        "quantity",
        paper.text("name", column.label),
        numbers(series),
        _verdicts(part, place, paper),
        refType=ROLES.get(role, "basic_measuredValue"),
    )
    if at_u is not None and power is None:
        other = part.columns[at_u]
        own = Series(part.cells(at_u), part.units[at_u] or "1", difference=True, column=other.label.en)
        yield dcc("quantity", paper.text("name", other.label), numbers(own), refType="chuan_expandedUncertainty")


def _distribution(content: CertificateContent) -> str | None:
    """The distribution of the result in one word, where one word says it for all."""
    stated = content.coverage_statement
    if stated.normal:
        return "normal"
    if stated.distribution is not None:
        return stated.distribution.en if len(stated.distribution.en.split()) == 1 else None
    return "t" if stated.effective_dof else None


def _verdicts(part: _Part, place: int, paper: Paper) -> Element | None:
    """The verdict of every row, at the column that is judged: the last emphasised one before it."""
    judged: int | None = None
    for at, column in enumerate(part.columns):
        if column.kind == "verdict" and judged == place:
            return _conformity_list(part.cells(at), column, paper)
        if column.kind == "number" and column.symbol not in ("U", "k") and (column.emphasis or judged is None):
            judged = at
    return None


def _answer(content: CertificateContent, paper: Paper) -> Iterator[Element]:
    """An asymmetric coverage interval, which no table shows."""
    answer = content.answer
    if answer.lower is None or answer.upper is None:
        return
    unit = answer.unit or "1"
    ends = [
        dcc("quantity", paper.word("name", key), numbers(Series((text,), unit)), refType=kind)
        for key, text, kind in (
            ("interval_lower", answer.lower, "chuan_coverageIntervalLower"),
            ("interval_upper", answer.upper, "chuan_coverageIntervalUpper"),
        )
    ]
    yield dcc("result", paper.word("name", "answer"), dcc("data", dcc("list", *ends)))


def _curve(content: CertificateContent, paper: Paper) -> Iterator[Element]:
    """The calibration function: each coefficient with its standard uncertainty and its correlation with all."""
    curve, edition = content.curve, edition_of(content)
    if curve is None:
        return
    lists = []
    for power, (one, correlations) in enumerate(zip(curve.coefficients, curve.correlations, strict=True)):
        value = Series((one.value,), one.unit, difference=True, column=f"c{power}", powers=True)
        u = Series((one.standard_uncertainty,), one.unit, difference=True, column=f"u(c{power})", powers=True)
        r = Series(correlations, "1", difference=True, column=f"r(c{power})")
        lists.append(
            dcc(
                "list",
                paper.text("name", f"c{power}"),
                dcc("quantity", numbers(value), refType="chuan_coefficient"),
                dcc("quantity", numbers(u), refType="chuan_standardUncertainty"),
                dcc("quantity", numbers(r), refType="chuan_correlationCoefficients"),
            )
        )
    name = paper.text("name", edition.say("documents.section_curve"))
    yield dcc("result", name, dcc("data", *lists), refType="chuan_calibrationFunction")


def _budget(content: CertificateContent, paper: Paper) -> Iterator[Element]:
    """The contributions to the uncertainty, where the certificate prints them, with their sum in quadrature."""
    budget = content.budget
    if budget is None:
        return
    rows = []
    for line in budget.lines:
        own = Series((line.standard_uncertainty,), budget.unit, difference=True, column=line.label.en)
        share = Series((line.share,), "%", difference=True, column=line.label.en)
        rows.append(
            dcc(
                "list",
                paper.text("name", line.label),
                dcc("quantity", numbers(own), refType="chuan_standardUncertainty"),
                dcc("quantity", paper.word("name", "budget_share"), numbers(share), refType="chuan_varianceShare"),
            )
        )
    edition = edition_of(content)
    combined = dcc(
        "quantity",
        paper.text("name", edition.say("combined_uncertainty")),
        numbers(Series((budget.combined,), budget.unit, difference=True, column="u")),
        refType="chuan_combinedStandardUncertainty",
    )
    data = dcc("data", *rows, combined)
    yield dcc("metaData", paper.word("name", "budget"), data, refType="chuan_uncertaintyBudget")


def _conformity(content: CertificateContent, paper: Paper) -> Iterator[Element]:
    """The statement of conformity: specification, rule, limits, guard band and the value judged.

    Source:
        ISO/IEC 17025:2017, 7.8.6; ILAC-G8:09/2019; JCGM 106:2012, 7.
    """
    edition, stated = edition_of(content), content.conformity
    if stated is None:
        return
    yield dcc(
        "metaData",
        paper.text("name", edition.say("section_conformity")),
        paper.text("description", stated.specification),
        dcc("reference", stated.source.en) if stated.source else None,
        paper.text("declaration", plain(rule_text(stated, edition))),
        dcc("conformity", VERDICTS[stated.verdict]),
        _limits(stated, content, paper),
        refType="basic_conformity",
    )


def _limits(stated: Conformity, content: CertificateContent, paper: Paper) -> Element | None:
    def quantity(key: str, text: str, kind: str, **uncertainty: object) -> Element:
        series = Series((text,), stated.unit, difference=True, column=key, **uncertainty)  # type: ignore[arg-type]
        return dcc("quantity", paper.word("name", key), numbers(series), refType=kind)

    band, made = stated.guard_band, []
    for end, text, sign in (("lower", stated.limit_lower, 1), ("upper", stated.limit_upper, -1)):
        if text is None:
            continue
        made.append(quantity(f"limit_{end}", text, f"basic_toleranceLimit{end.title()}"))
        accepted = format(Decimal(text) + sign * Decimal(band or "0"), "f")
        made.append(quantity(f"acceptance_{end}", accepted, f"basic_acceptanceLimit{end.title()}"))
    if band is not None:
        made.append(quantity("guard_band", band, "chuan_guardBand"))
    if stated.value is not None:
        more: dict[str, object] = {}
        coverage = content.coverage_statement
        if stated.expanded_uncertainty is not None and coverage.coverage_factor is not None:
            more = {
                "expanded": (stated.expanded_uncertainty,),
                "factors": (coverage.coverage_factor,),
                "probability": coverage.coverage_probability,
                "distribution": _distribution(content),
            }
        made.append(quantity("judged", stated.value, "chuan_judgedValue", **more))
    return dcc("data", *made) if made else None
