"""The section that lists what changed since the certificate before, and which lines have a bar in the margin."""

from __future__ import annotations

from certificates.content import Bilingual, CertificateContent, Change, Column, ResultTable
from certificates.edition import Edition
from certificates.flow import Item
from certificates.sections import prose, space
from certificates.table import Table
from certificates.table_parts import TWO_LANGUAGES

FIRST_AFTER_RESULTS = 4


def changes_of(content: CertificateContent) -> tuple[Change, ...]:
    """What changed; nothing of a certificate that replaces none."""
    return content.replaces.changes if content.replaces else ()


def changed_places(content: CertificateContent) -> frozenset[str]:
    """The places that have a bar in the margin."""
    return frozenset(one.place for one in changes_of(content))


def changes_number(content: CertificateContent) -> int:
    """The number of the section."""
    if content.amends:
        return 1
    return FIRST_AFTER_RESULTS + sum(one is not None for one in (content.curve, content.budget, content.conformity))


def changes_items(content: CertificateContent, edition: Edition) -> list[Item]:
    """The list, and what the bars mean."""
    assert content.replaces is not None
    listed = [one for one in content.replaces.changes if one.listed]
    columns = (
        Column("what", edition.say("layout.change_what"), kind="bilingual"),
        Column("before", edition.say("layout.change_before"), kind="bilingual"),
        Column("now", edition.say("layout.change_now"), kind="bilingual"),
    )
    rows = tuple(tuple(map(_cell, (one.label, one.before, one.after))) for one in listed)
    table = Table(ResultTable(columns, rows), edition, content.body.accent, place=len(content.results))
    if content.amends:
        return [table.item()]  # what holds from when on stands in its last section
    note = edition.say("layout.changes_note", number=content.replaces.number)
    return [table.item(), space(1.6), *prose(note, edition, ours=False, field="replaces")]


def _cell(text: Bilingual) -> str:
    return f"{text.vi}{TWO_LANGUAGES}{text.en}"
