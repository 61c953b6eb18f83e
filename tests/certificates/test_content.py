"""The content of a certificate: JSON there and back, its hash, what is frozen."""

import dataclasses
import json
import unicodedata

import pytest

from certificates.content import Bilingual, CertificateContent, CustomerFields, content_hash
from tests.certificates.examples import ISSUE, caliper, replacement, resistor, weight
from uncertainty.errors import Invalid


@pytest.mark.parametrize("content", [weight(), weight(issued=False), caliper(), resistor(), replacement()])
def test_json_there_and_back(content: CertificateContent) -> None:
    """A content that goes through JSON text comes back equal, with the same hash."""
    data = json.loads(json.dumps(content.to_json(), ensure_ascii=False))
    back = CertificateContent.from_json(data)
    assert back == content
    assert content_hash(back, without_issue_fields=False) == content_hash(content, without_issue_fields=False)


def test_hash_of_what_was_seen_ignores_only_the_issue_fields() -> None:
    """The hash that a signatory sees is the same before and after issue, and moves with anything else."""
    draft = weight(issued=False)
    issued = draft.with_issue(ISSUE)
    assert content_hash(draft, without_issue_fields=True) == content_hash(issued, without_issue_fields=True)
    assert content_hash(draft, without_issue_fields=False) != content_hash(issued, without_issue_fields=False)
    other = dataclasses.replace(draft, customer=CustomerFields("Khác", "Hà Nội"))
    assert content_hash(other, without_issue_fields=True) != content_hash(draft, without_issue_fields=True)


def test_every_field_moves_the_hash() -> None:
    """No field of the content is left out of its hash."""
    content = weight()
    before = content_hash(content, without_issue_fields=False)
    for field in dataclasses.fields(content):
        value = getattr(content, field.name)
        changed: object
        if isinstance(value, bool):
            changed = not value
        elif isinstance(value, str):
            changed = value + "x"
        elif isinstance(value, tuple):
            changed = value[:-1] if value else ("x",)
        elif value is None:
            continue
        else:
            changed = None
        other = dataclasses.replace(content, **{field.name: changed})
        assert content_hash(other, without_issue_fields=False) != before, field.name


def test_a_field_at_its_default_leaves_the_hash_alone() -> None:
    """JSON leaves out what stands at its default, so that a later field changes no earlier hash."""
    data = caliper().to_json()
    assert "budget" not in data
    assert "replaces" not in data
    assert CertificateContent.from_json({**data, "budget": None}) == caliper()


def test_text_is_composed_at_the_door() -> None:
    """Decomposed Vietnamese becomes NFC in every record, also inside tuples."""
    decomposed = unicodedata.normalize("NFD", "Nguyễn Huệ")
    assert Bilingual(decomposed, "x").vi == "Nguyễn Huệ"
    performance = dataclasses.replace(weight().performance, method_documents=(decomposed,))
    assert performance.method_documents == ("Nguyễn Huệ",)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"extra": 1}, "CertificateContent.extra"),
        ({"customer": {"name": "x"}}, "CertificateContent.customer.address"),
        ({"demonstration": "yes"}, "CertificateContent.demonstration"),
        ({"customer": {"name": 5, "address": "x"}}, "CertificateContent.customer.name"),
        ({"results": "x"}, "CertificateContent.results"),
        ({"body": []}, "CertificateContent.body"),
    ],
)
def test_wrong_json_is_refused_by_name(change: dict[str, object], named: str) -> None:
    """A stored content with an unknown, missing or mistyped field is refused and the field is named."""
    with pytest.raises(Invalid) as refused:
        CertificateContent.from_json({**weight().to_json(), **change})
    assert named in str(refused.value)
    assert named in refused.value.text("vi")


def test_a_wrong_date_is_refused_by_name() -> None:
    """A date that is none is refused and named."""
    data = weight().to_json()
    data["performance"] = {**data["performance"], "started_on": "2026-02-30"}
    with pytest.raises(Invalid, match="started_on"):
        CertificateContent.from_json(data)
