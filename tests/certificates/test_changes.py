"""What a replacing certificate says of its changes: the list, the bars in the margin, the hash of earlier ones."""

import dataclasses
from pathlib import Path

import pytest

from certificates.changes import MOST_CELLS, changes
from certificates.content import Bilingual, CertificateContent, Replaces
from certificates.pdf import render
from tests.certificates.example_tables import matrix, with_tables
from tests.certificates.examples import ISSUE, caliper, replacement, resistor, weight
from tests.certificates.reading import overlaps, text_of, words_of

B = Bilingual


def _replacing(before: CertificateContent, after: CertificateContent) -> CertificateContent:
    """The second certificate as one that replaces the first."""
    reason, said = B("Gõ nhầm", "Mistyped"), changes(before, after)
    return dataclasses.replace(after, replaces=Replaces("HN-1", ISSUE.issued_on, reason, changes=said))


def _with_cells(content: CertificateContent, rows: range) -> CertificateContent:
    """The content with another error in some rows."""
    table = content.results[0]
    at = next(place for place, column in enumerate(table.columns) if column.signed)
    changed = tuple(
        (*row[:at], "-0.77", *row[at + 1 :]) if number in rows else row for number, row in enumerate(table.rows)
    )
    return dataclasses.replace(content, results=(dataclasses.replace(table, rows=changed),))


@pytest.mark.parametrize("content", [weight(), caliper(), resistor(), with_tables(matrix(2, 3))])
def test_the_same_content_has_no_changes(content: CertificateContent) -> None:
    """Number, days of issue and QR code are no change; nothing else differs."""
    issue = dataclasses.replace(ISSUE, number="HN-2", token="x")
    assert changes(content, dataclasses.replace(content, issue=issue)) == ()


def test_each_change_is_named_with_both_texts() -> None:
    """A serial number, the condition and one result: label, what was said, what is said now, in both languages."""
    before = caliper()
    item = dataclasses.replace(before.item, serial_number="500-8822", condition=B("Sạch", "Clean"))
    said = changes(before, dataclasses.replace(_with_cells(before, range(2, 3)), item=item))
    assert [one.place for one in said] == ["item.serial_number", "item.condition", "results.0.2"]
    assert (said[0].label.en, said[0].before.vi, said[0].after.vi) == ("Serial no.", "500-8821", "500-8822")
    assert said[1].after == B("Sạch", "Clean") and said[2].after.vi == "−0,77 mm"


def test_many_changed_results_are_counted(font_cache: Path) -> None:
    """Beyond a dozen one line counts them, and every changed row has its bar."""
    before, rows = caliper(points=60), range(3, 3 + MOST_CELLS + 4)
    after = _replacing(before, _with_cells(before, rows))
    assert after.replaces is not None
    assert {one.place for one in after.replaces.changes} == {f"results.0.{row}" for row in rows}
    assert sum(one.listed for one in after.replaces.changes) == 1
    assert "16 figures in 16 rows, marked by bars" in text_of(render(after, fonts=font_cache))


def test_tables_of_another_form_are_said_to_be_otherwise() -> None:
    """Where rows or columns differ, no cell is compared with another point's."""
    said = changes(caliper(points=7), caliper(points=8))
    assert [one.place for one in said if one.place.startswith("results")] == ["results"]


@pytest.mark.parametrize("languages", ["vi-en", "en"])
def test_the_page_lists_what_changed_beside_bars(languages: str, font_cache: Path) -> None:
    """Page one leads to the section; the section has the old text and the new one; a bar stands beside the field."""
    content = dataclasses.replace(replacement(), languages=languages)
    file = render(content, fonts=font_cache)
    words, text = words_of(file), text_of(file)
    assert overlaps(words) == [] and "Changes from certificate No. HN-KL-26-004127" in text
    assert "see section 6" in text_of(file, 1) and "(7 700 ± 300) kg/m³" in text
    assert file != render(dataclasses.replace(content, replaces=_silent(content)), fonts=font_cache)


def _silent(content: CertificateContent) -> Replaces:
    """What is replaced, without changes."""
    assert content.replaces is not None
    return dataclasses.replace(content.replaces, changes=())


def test_earlier_replacements_keep_their_hash() -> None:
    """A certificate of a release that knew no list of changes has the same JSON as ever."""
    content = dataclasses.replace(replacement(), replaces=_silent(replacement()))
    assert "changes" not in content.to_json()["replaces"]
    assert CertificateContent.from_json(content.to_json()) == content


def test_a_stroke_in_a_changed_text_is_no_border_of_languages(font_cache: Path) -> None:
    """What people typed stands in the list as they typed it."""
    before = weight()
    item = dataclasses.replace(before.item, serial_number="QC|1204")
    text = text_of(render(_replacing(before, dataclasses.replace(before, item=item)), fonts=font_cache))
    assert text.count("QC|1204") >= 3
