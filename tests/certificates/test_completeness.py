"""What may not be missing on a certificate."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from certificates.completeness import ISSUE_REQUIRED, REQUIRED, missing_fields
from certificates.content import AnswerPanel, Bilingual, CertificateContent, Signatory
from tests.certificates.examples import ISSUE, caliper, replacement, resistor, weight
from uncertainty.wording import wording

NOTHING = Bilingual("", "")


def _without(path: str, value: Any) -> CertificateContent:
    """The example weight with one field emptied."""
    content = weight()
    parts = path.split(".")
    if len(parts) == 1:
        return dataclasses.replace(content, **{path: value})
    part = getattr(content, parts[0])
    return dataclasses.replace(content, **{parts[0]: dataclasses.replace(part, **{parts[1]: value})})


def _without_identification() -> CertificateContent:
    item = dataclasses.replace(weight().item, serial_number="", customer_asset_code=None)
    return dataclasses.replace(weight(), item=item)


def _unit_missing() -> CertificateContent:
    table = weight().results[0]
    columns = (dataclasses.replace(table.columns[0], unit=None), *table.columns[1:])
    return dataclasses.replace(weight(), results=(dataclasses.replace(table, columns=columns),))


def _no_u_column() -> CertificateContent:
    table = weight().results[0]
    columns = (*table.columns[:3], dataclasses.replace(table.columns[3], symbol=None), table.columns[4])
    return dataclasses.replace(weight(), results=(dataclasses.replace(table, columns=columns),))


CASES = {
    "title": _without("kind", "report"),
    "body_name": _without("body.name", Bilingual("x", "")),
    "body_address": _without("body.address", NOTHING),
    "place": _without("performance.place", NOTHING),
    "customer_name": _without("customer.name", "  "),
    "customer_address": _without("customer.address", ""),
    "method": _without("performance.method", NOTHING),
    "procedure": _without("performance.procedure_edition", ""),
    "item_name": _without("item.name", NOTHING),
    "item_identification": _without_identification(),
    "item_condition": _without("item.condition", NOTHING),
    "performed_on": _without("performance.finished_on", dt.date(2026, 11, 17)),
    "results": _without("results", ()),
    "units": _unit_missing(),
    "performed_by": _without("people.performed_by", ""),
    "reviewed_by": _without("people.reviewed_by", ""),
    "signatory": _without("people.signatory", Signatory("", NOTHING)),
    "answer": _without("answer", AnswerPanel(Bilingual("x", "x"))),
    "uncertainty": _no_u_column(),
    "environment": _without("performance.environment", ()),
    "traceability": _without("traceability", ()),
    "decision_rule": _without("conformity.rule", ""),
    "verdict": dataclasses.replace(weight(), kind="verification", conformity=None),
    "verification": dataclasses.replace(weight(), kind="verification"),
}


@pytest.mark.parametrize("content", [weight(), weight(issued=False), caliper(), resistor(), replacement()])
def test_the_examples_are_complete(content: CertificateContent) -> None:
    """A complete certificate misses nothing."""
    assert missing_fields(content) == ()


def test_every_requirement_has_its_case() -> None:
    """Each required field is emptied by one of the tests here."""
    assert set(CASES) == {name for name, _clause, _present in REQUIRED}


@pytest.mark.parametrize(("name", "clause"), [(name, clause) for name, clause, _present in REQUIRED])
def test_a_missing_field_is_named_with_its_clause(name: str, clause: str) -> None:
    """An empty required field is named, in both languages, with the clause that asks for it."""
    assert f"certificate.missing_{name}" in missing_fields(CASES[name])
    for language in ("vi", "en"):
        assert clause in wording(f"certificate.missing_{name}", language)


@pytest.mark.parametrize("name", ISSUE_REQUIRED)
def test_issue_fields_are_required_once_there_is_a_number(name: str) -> None:
    """A numbered certificate lacks none of what issuing adds."""
    content = weight().with_issue(dataclasses.replace(ISSUE, **{name: ""}))
    assert missing_fields(content) == (f"certificate.missing_issue_{name}",)
    assert wording(f"certificate.missing_issue_{name}", "vi")
