"""What a certificate must say before it may be issued: each required field with its clause of ISO/IEC 17025:2017."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from certificates.content import Bilingual, CertificateContent
from certificates.kinds import document_kinds
from uncertainty.conformity import RULES

Present = Callable[[CertificateContent], bool]


def _said(text: Bilingual | str | None) -> bool:
    """Whether there is something to print in every language."""
    if isinstance(text, Bilingual):
        return bool(text.vi.strip() and text.en.strip())
    return bool(text and text.strip())


def _identified(content: CertificateContent) -> bool:
    """Whether a serial number or the customer's own code tells this item from every other."""
    return _said(content.item.serial_number) or _said(content.item.customer_asset_code)


def _has_results(content: CertificateContent) -> bool:
    """Whether there is at least one row, every row as wide as its head."""
    tables = content.results
    return bool(tables) and all(
        table.columns and table.rows and all(len(row) == len(table.columns) for row in table.rows) for table in tables
    )


def _has_units(content: CertificateContent) -> bool:
    """Whether every column of numbers states its unit, in the head or in every range."""
    for table in content.results:
        in_ranges = bool(table.ranges) and table.ranges[0].before_row == 0
        for place, column in enumerate(table.columns):
            here = in_ranges and all(row.units and row.units[place] for row in table.ranges)
            if column.kind == "number" and not column.unit and not here:
                return False
    return True


def _has_uncertainty(content: CertificateContent) -> bool:
    """Whether every results table gives U, and k stands in the statement or in a column."""
    factor = _said(content.coverage_statement.coverage_factor)
    for table in content.results:
        if not any(column.kind == "number" for column in table.columns):
            continue  # what is looked at and not measured
        symbols = {column.symbol for column in table.columns}
        if "U" not in symbols or not (factor or "k" in symbols):
            return False
    return _said(content.coverage_statement.coverage_probability)


def _has_answer(content: CertificateContent) -> bool:
    """Whether the panel carries one result with its uncertainty, or a number of points."""
    answer = content.answer
    one = _said(answer.value) and (_said(answer.expanded_uncertainty) or (_said(answer.lower) and _said(answer.upper)))
    return bool(answer.points) or (one and _said(answer.unit) and _said(answer.coverage_factor))


def _has_chain(content: CertificateContent) -> bool:
    """Whether the chain has a standard above the item and ends at the item."""
    nodes = content.traceability
    return len(nodes) >= 2 and any(node.is_item for node in nodes) and all(_said(node.name) for node in nodes)


def _has_rule(content: CertificateContent) -> bool:
    """Whether a statement of conformity, if there is one, names its specification and its rule."""
    stated = content.conformity
    return stated is None or (_said(stated.specification) and stated.rule in RULES)


def _has_verdict(content: CertificateContent) -> bool:
    """Whether the document states conformity."""
    return content.conformity is not None


def _has_legal_data(content: CertificateContent) -> bool:
    """Whether a verification names its regulation and period; one that passed, its last valid day and its label."""
    stated, passed = content.verification, content.conformity is not None and content.conformity.verdict == "pass"
    if stated is None or not _said(stated.regulation) or stated.period_months < 0:
        return False
    dated = stated.valid_until is not None or not stated.period_months
    return not passed or (dated and any(one.kind == "label" for one in stated.seals))


REQUIRED: tuple[tuple[str, str, Present], ...] = (
    ("title", "7.8.2.1 a", lambda c: c.kind in document_kinds()),
    ("body_name", "7.8.2.1 b", lambda c: _said(c.body.name)),
    ("body_address", "7.8.2.1 b", lambda c: _said(c.body.address)),
    ("place", "7.8.2.1 c", lambda c: _said(c.performance.place)),
    ("customer_name", "7.8.2.1 e", lambda c: _said(c.customer.name)),
    ("customer_address", "7.8.2.1 e", lambda c: _said(c.customer.address)),
    ("method", "7.8.2.1 f", lambda c: _said(c.performance.method)),
    ("procedure", "7.8.2.1 f", lambda c: _said(c.performance.procedure_id) and _said(c.performance.procedure_edition)),
    ("item_name", "7.8.2.1 g", lambda c: _said(c.item.name)),
    ("item_identification", "7.8.2.1 g", _identified),
    ("item_condition", "7.8.2.1 g", lambda c: _said(c.item.condition)),
    ("performed_on", "7.8.2.1 i", lambda c: c.performance.started_on <= c.performance.finished_on),
    ("results", "7.8.2.1 m", _has_results),
    ("units", "7.8.2.1 m", _has_units),
    ("performed_by", "7.5.1", lambda c: _said(c.people.performed_by)),
    ("reviewed_by", "7.8.1.1", lambda c: _said(c.people.reviewed_by)),
    ("signatory", "7.8.2.1 o", lambda c: _said(c.people.signatory.name)),
    ("answer", "7.8.4.1 a", _has_answer),
    ("uncertainty", "7.8.4.1 a", _has_uncertainty),
    ("environment", "7.8.4.1 b", lambda c: bool(c.performance.environment)),
    ("traceability", "7.8.4.1 c", _has_chain),
    ("decision_rule", "7.8.6.2", _has_rule),
    ("verdict", "7.8.6.1", _has_verdict),
    ("verification", "7.8.1.3", _has_legal_data),
)
BY_KIND = frozenset({"answer", "uncertainty", "environment", "traceability", "verdict", "verification"})
"""What only the kinds that name it require."""

ISSUE_REQUIRED = ("number", "approved_at", "token", "check_code", "verify_url", "audit_head")


def missing_fields(content: CertificateContent) -> tuple[str, ...]:
    """The required fields that are not there, as wording keys, in the order of the clauses.

    Args:
        content: the certificate; its issue fields are looked at only when there are any.

    Returns:
        Keys such as "certificate.missing_customer_name"; their text names the field and the clause.

    Source:
        ISO/IEC 17025:2017, 7.8.2.1, 7.8.4.1, 7.8.6.2.
    """
    return tuple(_missing(content))


def _missing(content: CertificateContent) -> Iterator[str]:
    """The wording keys of what is not there."""
    requires = document_kinds()[content.kind].requires if content.kind in document_kinds() else BY_KIND
    for name, _clause, present in REQUIRED:
        if (name not in BY_KIND or name in requires) and not present(content):
            yield f"certificate.missing_{name}"
    if content.issue is not None:
        for name in ISSUE_REQUIRED:
            if not _said(getattr(content.issue, name)):
                yield f"certificate.missing_issue_{name}"
