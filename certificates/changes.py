"""What a certificate says otherwise than the one that it replaces: fields, results, conclusions, as printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from certificates.content import Bilingual, CertificateContent, Change, Column, ResultTable
from certificates.edition import Edition

MOST_CELLS = 12
"""Changed results that are listed one by one."""
NONE = Bilingual("–", "–")
Said = Callable[[CertificateContent, Edition], Bilingual | None]


def changes(before: CertificateContent, after: CertificateContent) -> tuple[Change, ...]:
    """The differences of two certificates, in the order in which they stand on paper.

    What only issuing knows (number, days of issue and approval, QR code) is no change.

    Args:
        before: the replaced certificate.
        after: the new one; its words name what changed.

    Source:
        ISO/IEC 17025:2017, 7.8.8.1.
    """
    edition = Edition(after.languages, after.kind)
    found = [*_fields(before, after, edition), *_results(before, after, edition)]
    for place, label, said in CONCLUSIONS:
        found += _one(place, edition.say(label), said, before, after, edition)
    return tuple(found)


def _fields(before: CertificateContent, after: CertificateContent, edition: Edition) -> Iterator[Change]:
    """Sections 1 and 2."""
    for place, label, said in FIELDS:
        yield from _one(place, edition.say(label), said, before, after, edition)
    for one in dict.fromkeys(each.label for each in (*before.item.properties, *after.item.properties)):
        texts = [next((each.text for each in of.item.properties if each.label == one), None) for of in (before, after)]
        if texts[0] != texts[1]:
            yield Change("item.properties", one, texts[0] or NONE, texts[1] or NONE)


def _one(
    place: str, label: Bilingual, said: Said, before: CertificateContent, after: CertificateContent, edition: Edition
) -> Iterator[Change]:
    old, new = said(before, edition), said(after, edition)
    if old != new:
        yield Change(place, label, old or NONE, new or NONE)


def _results(before: CertificateContent, after: CertificateContent, edition: Edition) -> Iterator[Change]:
    """Cell by cell where the tables have the same rows and columns; many at once are counted."""
    section = edition.say("section_results")
    if [_shape(one) for one in before.results] != [_shape(one) for one in after.results]:
        yield Change("results", section, NONE, edition.say("layout.results_otherwise"))
        return
    found = [
        (f"results.{number}.{row}", column, (old, new), (table, row))
        for number, (table, other) in enumerate(zip(after.results, before.results, strict=True))
        for row, (texts, others) in enumerate(zip(table.rows, other.rows, strict=True))
        for column, (new, old) in enumerate(zip(texts, others, strict=True))
        if new != old
    ]
    if len(found) > MOST_CELLS:
        rows = list(dict.fromkeys(place for place, *_ in found))
        said = edition.say("layout.results_counted", cells=len(found), rows=len(rows))
        for at, place in enumerate(rows):  # each row has its bar, one line says how many there are
            yield Change(place, section, NONE, said if at == 0 else NONE, listed=at == 0)
        return
    for place, column, texts, (table, row) in found:
        label = _cell_label(table, row, table.columns[column], edition)
        old_text, new_text = (_cell(table, row, column, text, edition) for text in texts)
        yield Change(place, label, old_text, new_text)


def _shape(table: ResultTable) -> object:
    """What two tables must share to be compared row by row: columns, units, names of the rows."""
    return (
        [(column.key, column.unit) for column in table.columns],
        [row[0] for row in table.rows],
        [(one.before_row, one.units) for one in table.ranges],
    )


def _cell_label(table: ResultTable, row: int, column: Column, edition: Edition) -> Bilingual:
    """Which result: its row, then its column."""
    first = _cell(table, row, 0, table.rows[row][0], edition)
    head = Bilingual(column.symbol, column.symbol) if column.symbol else column.label
    span = column.span or (edition.say(f"documents.phase_{column.phase}") if column.phase else None)
    names = [one for one in (first if table.columns[0] is not column else None, span, head) if one]
    return Bilingual(", ".join(one.vi for one in names), ", ".join(one.en for one in names))


def _cell(table: ResultTable, row: int, place: int, text: str | None, edition: Edition) -> Bilingual:
    """A cell with its unit, as each language prints it."""
    column = table.columns[place]
    if text is None:
        return NONE
    if column.kind == "verdict":
        return edition.say(f"verdict_{text}")
    if column.kind == "bilingual":
        first, _, second = text.partition("|")
        return Bilingual(first, second)
    if column.kind != "number":
        return Bilingual(text, text)
    units = next((one.units for one in reversed(table.ranges) if one.before_row <= row and one.units), ())
    unit = units[place] if units else column.unit
    return _quantity(text, unit, edition, signed=column.signed)


def _quantity(text: str, unit: str | None, edition: Edition, *, signed: bool = False) -> Bilingual:
    """A number with its unit; the English of a bilingual document keeps the document's decimal sign."""
    printed = f"{edition.number(text, signed=signed)} {edition.unit(unit)}".strip()
    return Bilingual(printed, printed)


def _same(text: str | None) -> Bilingual | None:
    return Bilingual(text, text) if text else None


def _regime(content: CertificateContent, edition: Edition) -> Bilingual | None:
    stated = content.verification
    return edition.say(f"legal.regime_{stated.regime}") if stated and stated.regime else None


def _joined(texts: list[Bilingual]) -> Bilingual | None:
    return Bilingual("; ".join(one.vi for one in texts), "; ".join(one.en for one in texts)) if texts else None


def _received(content: CertificateContent, edition: Edition) -> Bilingual | None:
    day = content.item.received_on
    return _same(edition.date(day) if day else None)


def _environment(content: CertificateContent, edition: Edition) -> Bilingual | None:
    return _same(
        "; ".join(f"{edition.numbers_in(one.text)} {edition.unit(one.unit)}" for one in content.performance.environment)
    )


def _method(content: CertificateContent, _edition: Edition) -> Bilingual:
    documents = "; ".join(content.performance.method_documents)
    said = content.performance.method
    return Bilingual(f"{said.vi} ({documents})", f"{said.en} ({documents})") if documents else said


def _seals(content: CertificateContent, _edition: Edition) -> Bilingual | None:
    return _same("; ".join(one.number for one in content.verification.seals) if content.verification else None)


def _valid(content: CertificateContent, edition: Edition) -> Bilingual | None:
    day = content.verification.valid_until if content.verification else None
    return _same(edition.date(day) if day else None)


def _coverage(content: CertificateContent, edition: Edition) -> Bilingual | None:
    factor = content.coverage_statement.coverage_factor
    return _same(edition.number(factor) if factor else None)


def _combined(content: CertificateContent, edition: Edition) -> Bilingual | None:
    """The combined standard uncertainty and the shares: what the table of contributions comes to."""
    budget = content.budget
    if budget is None:
        return None
    shares = " + ".join(f"{edition.number(one.share)} %" for one in budget.lines)
    total = _quantity(budget.combined, budget.unit, edition)
    return _same(f"{total.vi} ({shares})")


def _curve(content: CertificateContent, edition: Edition) -> Bilingual | None:
    return _same("; ".join(edition.number(one.value) for one in content.curve.coefficients) if content.curve else None)


def _verdict(content: CertificateContent, edition: Edition) -> Bilingual | None:
    stated = content.conformity
    if stated is None:
        return None
    verdict = edition.say(f"verdict_{stated.verdict}")
    return Bilingual(f"{verdict.vi} {stated.specification.vi}", f"{verdict.en}: {stated.specification.en}")


def _chain(content: CertificateContent, _edition: Edition) -> Bilingual | None:
    nodes = [one for one in content.traceability if not one.is_item and (one.code or one.certificate_number)]
    return _same("; ".join(" ".join(text for text in (one.code, one.certificate_number) if text) for one in nodes))


FIELDS: tuple[tuple[str, str, Said], ...] = (
    ("customer", "label_customer", lambda c, _e: _same(f"{c.customer.name}, {c.customer.address}")),
    ("item.name", "label_item", lambda c, _e: c.item.name),
    ("item.serial_number", "label_serial", lambda c, _e: _same(c.item.serial_number)),
    ("item.maker", "label_maker", lambda c, _e: _same(c.item.maker)),
    ("item.model", "label_model", lambda c, _e: _same(c.item.model)),
    ("item.accuracy_class", "label_class", lambda c, _e: _same(c.item.accuracy_class)),
    ("item.customer_asset_code", "label_asset_code", lambda c, _e: _same(c.item.customer_asset_code)),
    ("item.material", "label_material", lambda c, _e: c.item.material),
    ("item.condition", "label_condition", lambda c, _e: c.item.condition),
    (
        "item.received_on",
        "label_received",
        lambda c, e: _same(e.date(c.item.received_on) if c.item.received_on else ""),
    ),
    (
        "performance",
        "label_calibrated",
        lambda c, e: _same(e.period(c.performance.started_on, c.performance.finished_on)),
    ),
    ("performance.place", "label_place", lambda c, _e: c.performance.place),
    (
        "performance.procedure_id",
        "label_procedure",
        lambda c, _e: _same(f"{c.performance.procedure_id} {c.performance.procedure_edition}"),
    ),
    ("performance.environment", "label_environment", _environment),
    ("performance.method", "label_method", _method),
    ("performance.deviations", "deviations.label", lambda c, _e: _joined(list(c.performance.deviations))),
    ("performance.sampling", "deviations.label_sampling", lambda c, _e: c.performance.sampling),
    ("performance.decisions", "label_decision", lambda c, _e: _joined(list(c.performance.decisions))),
    ("adjustment", "documents.label_adjustment", lambda c, _e: c.adjustment),
    ("verification.regime", "legal.label_regime", _regime),
    ("verification.seals", "layout.seals", _seals),
    ("verification", "layout.valid_until", _valid),
    ("people.performed_by", "sign_performed_by", lambda c, _e: _same(c.people.performed_by)),
    ("people.officer_card", "legal.label_officer_card", lambda c, _e: _same(c.people.officer_card)),
    ("people.reviewed_by", "sign_reviewed_by", lambda c, _e: _same(c.people.reviewed_by)),
    ("people.signatory", "sign_signatory", lambda c, _e: _same(c.people.signatory.name)),
)
"""Path of a field, its label on paper, and what it says."""
CONCLUSIONS: tuple[tuple[str, str, Said], ...] = (
    ("coverage_statement", "layout.coverage_factor", _coverage),
    ("statements", "layout.statements", lambda c, _e: _joined(list(c.statements))),
    ("curve", "documents.section_curve", _curve),
    ("budget", "section_budget", _combined),
    ("conformity", "section_conformity", _verdict),
    ("traceability", "section_traceability", _chain),
)
