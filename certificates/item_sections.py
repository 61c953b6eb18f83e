"""Sections 1 and 2: customer and item; when, where, in which environment and how it was calibrated."""

from __future__ import annotations

from certificates.content import Bilingual, CertificateContent, ItemFields, Performance
from certificates.edition import Edition
from certificates.flow import Block, Item, Section
from certificates.fonts import THIN_GAP
from certificates.legal_facts import KINDS, seal_texts
from certificates.sections import INDENT, VALUE, FieldValue, draw_label, field_rows
from certificates.sheet import RIGHT, Sheet
from certificates.typesetting import MM, SECOND_INK, Span, style, wrap, wrap_text

CONDITIONS_IN_A_ROW = 3
SMALL_LEADING = 2.9


def customer_and_item(content: CertificateContent, edition: Edition, *, close: bool) -> Section:
    """Section 1; an empty field is left out."""
    values = [
        FieldValue(
            "customer",
            edition.say("label_customer"),
            content.customer.name,
            further=content.customer.address,
            wide=True,
        ),
        *_item_fields(content.item, edition),
        _value("item.condition", "label_condition", content.item.condition, edition, wide=not close),
    ]
    title = edition.say("section_customer_and_item")
    return Section(1, title, tuple(field_rows(values, edition, close=close)), _continued(title, edition))


def _continued(title: Bilingual, edition: Edition) -> Bilingual:
    """The head of a section that goes on overleaf."""
    more = edition.say("continued")
    return Bilingual(f"{title.vi} ({more.vi})", f"{title.en} ({more.en})")


def _item_fields(item: ItemFields, edition: Edition) -> list[FieldValue]:
    """The fields that tell this item from every other, in the order of the layout."""
    fields = [_value("item.name", "label_item", item.name, edition)]
    plain = (
        ("serial_number", "label_serial", item.serial_number),
        ("maker", "label_maker", item.maker),
        ("model", "label_model", item.model),
        ("accuracy_class", "label_class", item.accuracy_class),
        ("customer_asset_code", "label_asset_code", item.customer_asset_code),
    )
    for name, label, text in plain:
        if text:
            dagger = name in item.customer_supplied
            fields.append(FieldValue(f"item.{name}", edition.say(label), text, dagger=dagger))
    if item.material:
        fields.append(_value("item.material", "label_material", item.material, edition))
    for each in item.properties:
        english = edition.second(each.text)
        same = _digits(each.text.vi) == _digits(each.text.en)  # numbers are not repeated
        fields.append(FieldValue("item.properties", each.label, edition.first(each.text), "" if same else english))
    return fields


def _digits(text: str) -> str:
    """A text without the difference of decimal signs and blanks."""
    return text.replace(",", ".").replace(" ", "").replace(THIN_GAP, "")


def _value(field: str, label: str, text: Bilingual, edition: Edition, *, wide: bool = False) -> FieldValue:
    """A field whose value stands in two languages."""
    return FieldValue(field, edition.say(label), edition.first(text), edition.second(text), wide=wide)


def performance(content: CertificateContent, edition: Edition, *, close: bool) -> Section:
    """Section 2."""
    done = content.performance
    first: list[FieldValue] = []
    if content.item.received_on:
        first.append(
            FieldValue("item.received_on", edition.say("label_received"), edition.date(content.item.received_on))
        )
    first.append(
        FieldValue("performance", edition.say("label_calibrated"), edition.period(done.started_on, done.finished_on))
    )
    procedure = edition.say("procedure_edition", edition=done.procedure_edition)
    first.append(_value("performance.place", "label_place", done.place, edition))
    first.append(
        FieldValue(
            "performance.procedure_id",
            edition.say("label_procedure"),
            done.procedure_id,
            further=edition.first(procedure),
            further_english=edition.second(procedure),
        )
    )
    items: list[Item] = [*field_rows(first, edition, close=close)]
    for start in range(0, len(done.environment), CONDITIONS_IN_A_ROW):
        items.append(_environment(done, start, edition, close))
    items += field_rows([*_method(done, edition), *_added(content, edition)], edition, close=close)
    title = edition.say("section_performance")
    return Section(2, title, tuple(items), _continued(title, edition))


def _method(done: Performance, edition: Edition) -> list[FieldValue]:
    """The method with its documents, then what deviates from it."""
    documents = "; ".join(done.method_documents)
    method = f"{edition.first(done.method)} ({documents})" if documents else edition.first(done.method)
    values = [
        FieldValue("performance.method", edition.say("label_method"), method, edition.second(done.method), wide=True)
    ]
    for deviation in done.deviations:
        values.append(_value("performance.deviations", "deviations.label", deviation, edition, wide=True))
    if done.sampling:
        values.append(_value("performance.sampling", "deviations.label_sampling", done.sampling, edition, wide=True))
    for decision in done.decisions:
        values.append(_value("performance.decisions", "label_decision", decision, edition, wide=True))
    return values


def _added(content: CertificateContent, edition: Edition) -> list[FieldValue]:
    """What was adjusted; what the law adds to a verification."""
    values = []
    if content.adjustment:
        label = edition.say("documents.label_adjustment")
        first, second = edition.first(content.adjustment), edition.second(content.adjustment)
        values.append(FieldValue("adjustment", label, first, second, wide=True))
    stated = content.verification
    if stated is None:
        return values
    if stated.regime:
        said = edition.say(f"legal.regime_{stated.regime}")
        values.append(_value("verification.regime", "legal.label_regime", said, edition))
    for kind in KINDS:
        mine = [one for one in stated.seals if one.kind == kind]
        if mine:
            places = "; ".join(one.place.en for one in mine if one.place) if edition.bilingual else ""
            label = edition.say(f"documents.label_{kind}s")
            values.append(FieldValue("verification.seals", label, edition.first(seal_texts(mine)), places))
    if stated.void:
        values.append(_value("verification.void", "legal.label_void", seal_texts(stated.void), edition, wide=True))
    return values


def _environment(done: Performance, start: int, edition: Edition, close: bool) -> Block:
    """Up to three conditions side by side: the value, below it what it is."""
    lines = done.environment[start : start + CONDITIONS_IN_A_ROW]
    step = (RIGHT - VALUE) / CONDITIONS_IN_A_ROW
    cells = []
    for line in lines:
        unit = edition.unit(line.unit)
        shown = edition.numbers_in(line.text) + (f"{THIN_GAP}{unit}" if unit else "")
        values = wrap_text(shown, style("Medium", 8.8), step - 2)
        name = [Span(edition.first(line.quantity), style("Regular", 7.2, SECOND_INK))]
        if edition.second(line.quantity):
            name.append(Span(f" {edition.second(line.quantity)}", style("Italic", 6.7, SECOND_INK)))
        cells.append((values, wrap(name, step - 2)))
    rows = max(len(values) for values, _names in cells)
    more = (max(len(names) for _values, names in cells) - 1) * SMALL_LEADING

    def draw(sheet: Sheet, top: float) -> None:
        if start == 0:
            draw_label(sheet, INDENT, top, edition.say("label_environment"), edition)
        for place, (values, names) in enumerate(cells):
            y = sheet.lines(VALUE + place * step, top + 3.5, values, 10.8)
            sheet.lines(VALUE + place * step, y - 10.8 / MM + 3.3, names, SMALL_LEADING * MM)

    return Block((8.1 if close else 8.9) + (rows - 1) * 10.8 / MM + more, draw, field="performance.environment")
