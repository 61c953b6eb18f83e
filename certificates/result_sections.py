"""The sections from the results on: results, uncertainty contributions, conformity, traceability."""

from __future__ import annotations

import datetime as dt

from certificates.budget import budget_blocks
from certificates.chain import chain_blocks
from certificates.changes_section import changed_places, changes_items, changes_of
from certificates.column_groups import table_items
from certificates.conformity import conformity_blocks
from certificates.content import Bilingual, CertificateContent
from certificates.curve import curve_items
from certificates.edition import Edition
from certificates.flow import Block, Item, Section
from certificates.legal_facts import legal_period_text
from certificates.sections import joined, prose, space
from certificates.sheet import LEFT, RIGHT, Sheet
from certificates.typesetting import SECOND_INK, Span, spans_width, style

END_HEIGHT = 18.0
WHOLE_CHAIN = 110.0  # a chain with its notes and the end up to this height stands on one page


def result_sections(content: CertificateContent, edition: Edition) -> list[Section]:
    """Sections 3 and following, in order, numbered without gaps."""
    accent = content.body.accent
    parts: list[tuple[Bilingual, list[Item]]] = [(edition.say("section_results"), _results(content, edition))]
    if content.curve:
        fitted = curve_items(content.curve, edition, accent, place=len(content.results))
        parts.append((edition.say("documents.section_curve"), fitted))
    if content.budget:
        blocks: list[Item] = [*budget_blocks(content.budget, edition, accent)]
        parts.append((edition.say("section_budget"), blocks))
    if content.conformity:
        judged: list[Item] = [*conformity_blocks(content.conformity, edition)]
        if content.verification:
            judged += prose(legal_period_text(content.verification, edition), edition, ours=False, field="verification")
        parts.append((edition.say("section_conformity"), judged))
    if content.replaces and changes_of(content):
        title = edition.say("layout.section_changes", number=content.replaces.number)
        parts.append((title, changes_items(content, edition)))
    parts.append((edition.say("section_traceability"), _traceability(content, edition)))
    more = edition.say("section_results_continued")
    return [
        Section(number, title, tuple(items), continued=more if number == 3 else None)
        for number, (title, items) in enumerate(parts, start=3)
    ]


def _results(content: CertificateContent, edition: Edition) -> list[Item]:
    """Tables, then what the results refer to, then the statement about U."""
    items: list[Item] = []
    changed = changed_places(content)
    for place, table in enumerate(content.results):
        if place:
            items.append(space(3.0))
        if table.rows:
            rows = frozenset(row for row in range(len(table.rows)) if f"results.{place}.{row}" in changed)
            items += table_items(table, edition, content.body.accent, place=place, changed=rows)
    items.append(space(1.6))
    for statement in content.statements:
        items += prose(statement, edition, ours=False)
    return [*items, *prose(uncertainty_statement(content, edition), edition, ours=True, field="coverage_statement")]


def uncertainty_statement(content: CertificateContent, edition: Edition) -> Bilingual:
    """What U is, with its k and p, and where k comes from when the result is not normal.

    Source:
        ILAC-P14:09/2020, clause 5; GUM (JCGM 100), 7.2.3; EA-4/02 M:2022, 6.
    """
    stated, english = content.coverage_statement, edition.in_english()
    if stated.coverage_factor is None:
        key = "u_statement_column"
    elif stated.normal:
        key = "u_statement_normal"
    elif stated.distribution:
        key = "u_statement_distribution"
    elif stated.effective_dof:
        key = "u_statement_t"
    else:
        key = "u_statement_other"
    said = {}
    for language, of in (("vi", edition), ("en", english)):
        values: dict[str, object] = {
            "k": of.number(stated.coverage_factor) if stated.coverage_factor else "",
            "p": of.percent(stated.coverage_probability),
            "dof": of.number(stated.effective_dof) if stated.effective_dof else "",
            "distribution": getattr(stated.distribution, language) if stated.distribution else "",
            "during": getattr(edition.say("during"), language),
            "near": "" if of.exact_probability(stated.coverage_probability) else getattr(of.say("about"), language),
        }
        said[language] = getattr(of.say_marked(key, **values), language)
    return Bilingual(said["vi"], said["en"])


def _traceability(content: CertificateContent, edition: Edition) -> list[Item]:
    """The chain, what it is, the other equipment, and the end of the certificate, which never stands alone."""
    number = content.issue.number if content.issue else edition.first(edition.say("draft_number"))
    chain = chain_blocks(content.traceability, edition, content.body.accent, number)
    words = edition.say("chain_note")
    if content.other_equipment:
        equipment = (
            edition.say_marked("other_equipment", list="; ".join(each.vi for each in content.other_equipment)).vi,
            edition.say_marked("other_equipment", list="; ".join(each.en for each in content.other_equipment)).en,
        )
        words = Bilingual(f"{words.vi} {equipment[0]}", f"{words.en} {equipment[1]}")
    notes = prose(words, edition, ours=True, field="other_equipment")
    last = notes.pop()
    end = end_block(content, edition)

    def draw(sheet: Sheet, top: float) -> None:
        last.draw(sheet, top)
        end.draw(sheet, top + last.height)

    closing = Block(last.height + end.height, draw, field="other_equipment")
    whole = joined((space(1.0), *chain, *notes, closing))
    return [whole] if whole.height <= WHOLE_CHAIN else [space(1.0), *chain, *notes, closing]


def end_block(content: CertificateContent, edition: Edition) -> Block:
    """The end mark between two rules; below it the head of the audit chain in groups of four."""
    words = edition.say("end")
    spans = [Span(edition.first(words), style("SemiBold", 8.6))]
    if edition.second(words):
        spans.append(Span(f"  {edition.second(words)}", style("Italic", 7.6, SECOND_INK)))
    half = spans_width(spans) / 2 + 5
    middle = (LEFT + RIGHT) / 2

    def draw(sheet: Sheet, top: float) -> None:
        y = top + 6.5
        sheet.rule(LEFT, middle - half, y - 1.0, 0.7)
        sheet.rule(middle + half, RIGHT, y - 1.0, 0.7)
        sheet.text(middle, y, spans, align="centre")
        if content.issue:
            grey = style("Regular", 6.6, SECOND_INK)
            approved = edition.say("approved_at")
            stamp = approval_time(content.issue.approved_at)
            _labelled(sheet, middle, y + 4.4, approved, stamp, edition)
            head = content.issue.audit_head
            groups = " ".join(head[place : place + 4] for place in range(0, len(head), 4))
            _labelled(sheet, middle, y + 8.0, edition.say("audit_head"), "", edition)
            sheet.text(middle, y + 11.2, groups, grey, "centre")

    return Block(END_HEIGHT if content.issue else 9.0, draw)


def _labelled(sheet: Sheet, middle: float, y: float, label: Bilingual, text: str, edition: Edition) -> None:
    """A small label in two languages and its text, centred."""
    spans = [Span(edition.first(label), style("Regular", 6.6, SECOND_INK))]
    if edition.second(label):
        spans.append(Span(f" · {edition.second(label)}", style("Italic", 6.5, SECOND_INK)))
    if text:
        spans.append(Span(f"  {text}", style("Medium", 6.8)))
    sheet.text(middle, y, spans, align="centre")


def approval_time(stamp: str) -> str:
    """An ISO 8601 time with offset as it is printed: "20/11/2026 16:42:05 +07:00"."""
    try:
        when = dt.datetime.fromisoformat(stamp)
    except ValueError:
        return stamp
    offset = f"{when:%z}"
    return f"{when:%d/%m/%Y %H:%M:%S} {offset[:3]}:{offset[3:5]}" if offset else f"{when:%d/%m/%Y %H:%M:%S}"
