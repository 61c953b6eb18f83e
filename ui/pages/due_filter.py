"""What the due calendar and its recall list are narrowed to: a form without script, so that it has an address."""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from instruments.models import INSTRUMENT_KINDS
from lims.due_dates import AHEAD_MONTHS, KEPT, WHOSE, Asked, DuePage
from lims.shift_text import day_of
from ui.components.error_note import error_note, split_sentence
from ui.components.markup import join, tag
from ui.numbers import day
from ui.typed_day import day_form
from uncertainty.wording import wording

QUERY = ("kind", "owner", "months", "whose", "centre", "first", "last")
"""The words of an address that narrow the calendar."""
_MONTHS = (3, 6, 12, 24, 60)


def asked_of(kind: str, owner: str, months: str, whose: str, centre: str, first: str, last: str) -> Asked:
    """What an address asks for.

    Raises:
        Invalid: a day in it is no day.
    """
    ahead = int(months) if months.isascii() and months.isdigit() and len(months) < 4 else AHEAD_MONTHS
    return Asked(kind[:20], owner[:40], ahead, whose[:20] or KEPT, centre[:40], _day(first), _day(last))


def _day(typed: str) -> date | None:
    return day_of(typed[:20]) if typed.strip() else None


def query_of(asked: Asked, found: DuePage) -> dict[str, str]:
    """The same as the words of an address; an owner that stands nowhere in the calendar is left out."""
    words = {
        "kind": asked.kind, "owner": asked.body if asked.body in found.owners else "", "months": str(asked.months),
        "whose": "" if asked.whose == KEPT else asked.whose, "centre": asked.centre,
        "first": asked.first.isoformat() if asked.first else "", "last": asked.last.isoformat() if asked.last else "",
    }  # fmt: skip
    return {name: word for name, word in words.items() if word}


@dataclass(frozen=True)
class Typed:
    """Days as they were typed where one of them is none, and what is wrong."""

    first: str
    last: str
    refused: str


def due_filter(
    action: str, asked: Asked, found: DuePage, language: str, *, staff: bool, typed: Typed | None = None
) -> Markup:
    """The form: whose, which centre and owner, which kind, and the period; what is wrong with it stands below."""
    every = wording("due.filter_all", language)
    boxes = []
    if staff:
        whose = {one: wording(f"recall.whose_{one}", language) for one in WHOSE}
        boxes.append(_box(wording("recall.filter_whose", language), _select("whose", whose, asked.whose)))
    if len(found.centres) > 1:
        centres = {"": every} | {code: name.text(language) for code, name in found.centres.items()}
        boxes.append(_box(wording("recall.filter_centre", language), _select("centre", centres, asked.centre)))
    owners = {"": every} | {code: name.text(language) for code, name in found.owners.items()}
    boxes.append(_box(wording("due.filter_owner", language), _select("owner", owners, asked.body)))
    if asked.whose == KEPT:
        kinds = {"": every} | {one: wording(f"pages.kind_{one}", language) for one in INSTRUMENT_KINDS}
        boxes.append(_box(wording("due.filter_kind", language), _select("kind", kinds, asked.kind)))
    months = {str(one): str(one) for one in sorted({*_MONTHS, asked.months})}
    boxes += [
        _box(wording("due.filter_months", language), _select("months", months, str(asked.months))),
        _box(wording("recall.filter_first", language),
             _typed_day("first", typed.first if typed else asked.first, wording("recall.any_day", language))),
        _box(wording("recall.filter_last", language),
             _typed_day("last", typed.last if typed else asked.last, day_form(language))),
    ]  # fmt: skip
    show = tag("button", wording("due.filter_show", language), type="submit", class_="c-btn")
    form = tag("form", *boxes, show, method="get", action=action, class_="c-form c-form--filter")
    return join(form, error_note(*split_sentence(typed.refused))) if typed else form


def _box(words: str, inside: Markup) -> Markup:
    return tag("label", tag("span", words, class_="c-label"), inside, class_="c-box")


def _select(name: str, options: dict[str, str], value: str) -> Markup:
    made = [
        tag("option", words, value=key, selected="selected" if key == value else None) for key, words in options.items()
    ]
    return tag("select", *made, name=name, class_="c-input")


def _typed_day(name: str, value: date | str | None, empty: str) -> Markup:
    """A day as it is typed, like 20/11/2026."""
    shown = day(value) if isinstance(value, date) else value
    return tag(
        "input", type="text", name=name, value=shown or None, placeholder=empty, maxlength=10,
        autocomplete="off", class_="c-input",
    )  # fmt: skip
