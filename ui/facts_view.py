"""What is known of an instrument over time, as the components want it. Nothing is decided here."""

from collections.abc import Sequence

from markupsafe import Markup

from instruments.clocks import Clocks
from instruments.fact_models import InstrumentRange, InstrumentState
from lims.ownership import Owned
from lims.registry_sheets import InstrumentSheet, Merger
from ui.components.data_table import Column, Group, data_table
from ui.components.error_note import error_note
from ui.components.facts_strip import Fact
from ui.components.markup import Child, code, link, tag
from ui.components.panel import panel_markup
from ui.instrument_view import status_chip
from ui.numbers import as_typed, day
from uncertainty.units import display_unit
from uncertainty.wording import wording


def clock_fact(clocks: Clocks, language: str) -> Fact | None:
    """The second clock of a standard: its certification, where there is one."""
    held = clocks.certification
    if held is None:
        return None
    until = day(held.valid_to) if held.valid_to else wording("facts.no_end", language)
    state = "plain" if clocks.certified else "bad"
    return Fact(wording("facts.certified_until", language), until, held.number, state)  # type: ignore[arg-type]


def merger_notes(mergers: tuple[Merger, ...], here: str, language: str) -> list[Markup]:
    """That this record was merged, or that others were merged into it: by whom, when and why."""
    notes = []
    for one in mergers:
        lost = one.merged == here
        other = one.kept if lost else one.merged
        key = "facts.merged_into" if lost else "facts.merged_from"
        said = wording(key, language, other=other, day=day(one.on), by=one.by)
        way = link(code(other), f"/instruments/{other}")
        notes.append(tag("div", error_note(said, one.reason, weight="warn"), tag("p", way), class_="c-stack"))
    return notes


def details_panel(sheet: InstrumentSheet, acts: Child, language: str) -> Markup:
    """Place, ranges, parts and what it is a part of; quiet words where nothing is known."""
    facts = sheet.facts
    rows: list[Child] = []
    if facts.place:
        rows += _row(wording("facts.place", language), facts.place)
    if sheet.instrument.giai:
        rows += _row(wording("facts.giai", language), code(f"(8004) {sheet.instrument.giai}"))
    for key, joined in (("facts.parts", facts.parts), ("facts.part_of", facts.part_of)):
        if joined:
            listed = [
                tag(
                    "span", link(code(one.code), f"/instruments/{one.code}"), " ",
                    one.name_vi if language == "vi" else one.name_en, f" · {row.part}" if row.part else "",
                    class_="c-name__more",
                )
                for row, one in joined
            ]  # fmt: skip
            rows += _row(wording(key, language), tag("div", *listed, class_="c-stack"))
    body: list[Child] = [tag("dl", *rows, class_="c-rows")] if rows else []
    if facts.ranges:
        body.append(ranges_table(facts.ranges, language))
    if not body:
        body.append(tag("p", wording("facts.nothing", language), class_="c-quiet"))
    return panel_markup(wording("facts.details", language), *body, beside=acts)


def _row(label: str, said: Child) -> list[Child]:
    return [tag("div", tag("dt", label), tag("dd", said))]


def ranges_table(ranges: tuple[InstrumentRange, ...], language: str) -> Markup:
    """The measuring ranges, one to a row."""
    columns = (
        Column(wording("facts.quantity", language), place="first"),
        Column(wording("facts.range", language), right=True, place="line"),
        Column(wording("facts.resolution", language), right=True, place="line"),
        Column(wording("facts.accuracy", language), place="beside"),
    )
    rows = tuple(_range(one, language) for one in ranges)
    return data_table(columns, (Group(rows),), wording("facts.ranges", language))


def _range(one: InstrumentRange, language: str) -> tuple[Child, ...]:
    unit = display_unit(one.unit, language)
    ends = f"{as_typed(one.lower, language)} … {as_typed(one.upper, language)}\u00a0{unit}"
    step: Child = "–"
    if one.resolution:
        step = f"{as_typed(one.resolution, language)}\u00a0{display_unit(one.resolution_unit or one.unit, language)}"
    return (one.quantity, ends, step, tag("span", one.accuracy, class_="c-second"))


def owners_panel(owners: Sequence[Owned], language: str) -> Markup | None:
    """Who owned it from when to when; nothing where it never changed hands."""
    if len(owners) < 2:
        return None
    items = [
        tag(
            "li",
            tag("div", one.name.text(language), " ", tag("span", _period(one, language), class_="c-second")),
            tag("p", one.reason) if one.reason else None,
            tag("p", wording("owners.by", language, by=one.by), class_="c-quiet") if one.by else None,
        )
        for one in owners
    ]  # fmt: skip
    return panel_markup(wording("owners.history", language), tag("ul", *items, class_="c-states"))


def _period(one: Owned, language: str) -> str:
    since, until = (day(end) if end else "" for end in (one.since, one.until))
    key = "from_to" if since and until else "from_on" if since else "until"
    return wording(f"owners.{key}", language, since=since, until=until)


def states_panel(states: tuple[InstrumentState, ...], language: str) -> Markup | None:
    """How it came into its state: day, state, who, why; nothing where it never changed."""
    if not states:
        return None
    items = [
        tag(
            "li",
            tag("div", status_chip(one.status, language), " ", tag("span", day(one.valid_from), class_="c-second")),
            tag("p", one.reason), tag("p", one.decided_by, class_="c-quiet"),
        )
        for one in states
    ]  # fmt: skip
    return panel_markup(wording("facts.states", language), tag("ul", *items, class_="c-states"))
