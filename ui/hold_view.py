"""Why an instrument may not be used, and what held it before: as its page shows it. Nothing is decided here."""

from markupsafe import Markup

from lims.holds import Hold
from ui.components.error_note import error_note
from ui.components.markup import Child, join, link, tag
from ui.components.panel import panel_markup
from ui.numbers import day
from uncertainty.wording import wording


def hold_note(hold: Hold, language: str) -> Markup:
    """What stands on the page of a held instrument: since when, by what and why it may not be used."""
    what = wording(
        "holds.note", language, since=day(hold.since), what=hold.what().text(language), reason=hold.reason(language)
    )
    note = error_note(what, wording("holds.note_more", language))
    return join(note, tag("p", _to_case(hold, language))) if hold.case_id else note


def holds_panel(holds: tuple[Hold, ...], language: str) -> Markup | None:
    """Every hold that somebody has released: period, what held it and why, who released it and why; nothing without."""
    items = [_past(one, language) for one in holds if not one.open]
    if not items:
        return None
    return panel_markup(wording("holds.title", language), tag("ul", *items, class_="c-states"))


def _past(one: Hold, language: str) -> Markup:
    until = day(one.released_on) if one.released_on else ""
    period = wording("holds.period", language, since=day(one.since), until=until)
    why = wording("holds.why", language, what=one.what().text(language), reason=one.reason(language))
    key = "holds.released" if one.released_by else "holds.released_plain"
    ended = wording(key, language, until=until, who=one.released_by, reason=one.released_why)
    return tag(
        "li", tag("div", tag("span", period, class_="c-second")), tag("p", why), tag("p", ended, class_="c-quiet"),
        tag("p", _to_case(one, language)) if one.case_id else None,
    )  # fmt: skip


def _to_case(one: Hold, language: str) -> Child:
    return link(wording("impact.to_case", language, case=one.case), f"/impact/{one.case_id}")
