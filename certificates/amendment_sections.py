"""The sections of an amendment: what is amended, the customer and item as amended, the work, what stays."""

from __future__ import annotations

from certificates.changes_section import changes_items
from certificates.content import CertificateContent
from certificates.edition import Edition
from certificates.flow import Item, Section
from certificates.item_sections import customer_and_item
from certificates.result_sections import end_block
from certificates.sections import FieldValue, field_rows, joined, prose


def amendment_sections(content: CertificateContent, edition: Edition) -> list[Section]:
    """The numbered sections, the last of them with the end mark.

    Source:
        ISO/IEC 17025:2017, 7.8.8.1 and 7.8.8.2.
    """
    assert content.replaces is not None
    what = edition.say("amendment.section_changes")
    parties = customer_and_item(content, edition, close=True)
    said = [edition.say(f"amendment.{key}", number=content.replaces.number) for key in ("changes_note", "stays")]
    rows = [row for one in said for row in prose(one, edition, ours=False, field="replaces")]
    closing = joined((*rows, end_block(content, edition)))
    return [
        Section(1, what, tuple(changes_items(content, edition)), edition.say("amendment.section_changes_continued")),
        Section(2, parties.title, parties.items, parties.continued),
        Section(3, edition.say("section_performance"), tuple(_work(content, edition))),
        Section(4, edition.say("amendment.section_stays"), (closing,)),
    ]


def _work(content: CertificateContent, edition: Edition) -> list[Item]:
    """When, where and by which procedure the work was done of which the amended document tells."""
    done = content.performance
    values = []
    if content.item.received_on:
        received = edition.date(content.item.received_on)
        values.append(FieldValue("item.received_on", edition.say("label_received"), received))
    days = edition.period(done.started_on, done.finished_on)
    values.append(FieldValue("performance", edition.say("label_calibrated"), days))
    place = FieldValue(
        "performance.place", edition.say("label_place"), edition.first(done.place), edition.second(done.place)
    )
    procedure = edition.say("procedure_edition", edition=done.procedure_edition)
    values += [
        place,
        FieldValue(
            "performance.procedure_id", edition.say("label_procedure"), done.procedure_id,
            further=edition.first(procedure), further_english=edition.second(procedure),
        ),
    ]  # fmt: skip
    return [*field_rows(values, edition, close=True)]
