"""Competences as the components want them: the matrix of procedures and functions, and one authorisation in words."""

from datetime import date
from typing import Final

from markupsafe import Markup

from lims.people import FUNCTIONS
from lims.procedures import Library
from lims.registry_sheets import CompetenceRow
from ui.components.chip import chip
from ui.components.data_table import Column, Group, data_table, named
from ui.components.markup import Child, join, tag
from ui.components.panel import panel_markup
from ui.numbers import day
from uncertainty.wording import wording

_SOON_DAYS: Final = 60


def procedure_titles(procedures: Library, language: str) -> dict[str, str]:
    """The titles of the procedures that are offered, by id."""
    return {one.id: one.title.text(language) for one in procedures.values()}


def matrix(rows: list[CompetenceRow], procedures: Library, language: str) -> Markup:
    """Who may do what: a row for each procedure, a column for each function; an empty place stands out.

    Args:
        rows: the authorisations in force.
        procedures: all that are offered, so that one nobody is authorised for is seen.
        language: `vi` or `en`.
    """
    titles = procedure_titles(procedures, language)
    service = {one.id: one.service for one in procedures.values()}
    heads = [Column(wording("screens.procedure", language), place="first")]
    heads += [Column(wording(f"screens.function_{one}", language), place="line") for one in FUNCTIONS]
    shown: list[tuple[Child, ...]] = []
    for key in sorted(titles, key=lambda one: titles[one]):
        said = f"{wording(f'screens.service_{service[key]}', language)} · {key}"
        cells = (
            _people([row.person for row in rows if (row.procedure_id, row.function) == (key, one)], one, language)
            for one in FUNCTIONS
        )
        shown.append((named(titles[key], said), *cells))
    title = wording("pages.competence_matrix", language)
    return panel_markup(title, data_table(tuple(heads), (Group(tuple(shown)),), title), padded=False)


def _people(names: list[str], function: str, language: str) -> Markup:
    narrow = tag("span", wording(f"screens.function_{function}", language), ": ", class_="c-narrow-inline c-quiet")
    if not names:
        return join(narrow, chip(wording("pages.nobody", language), "soon", "triangle-alert"))
    return join(narrow, tag("span", ", ".join(dict.fromkeys(sorted(names))), class_="c-second"))


def entry_words(row: CompetenceRow, today: date, language: str) -> Markup:
    """One authorisation: whose, for what, from when to when, on which evidence, by whom."""
    function = wording(f"screens.function_{row.function}", language)
    dates = wording("screens.valid_between", language, start=day(row.valid_from), end=day(row.valid_until))
    granted = wording("screens.granted_by", language, name=row.granted_by, evidence=row.evidence)
    left = (row.valid_until - today).days
    mark: Child = None
    if row.withdrawn_on is not None:
        mark = chip(wording("pages.competence_withdrawn", language, day=day(row.withdrawn_on)), "outlined", "circle-x")
    elif not row.in_force and row.valid_from > today:
        mark = chip(wording("pages.competence_later", language), "waiting", "hourglass")
    elif not row.in_force:
        mark = chip(wording("pages.competence_expired", language), "outlined", "clock")
    elif left <= _SOON_DAYS:
        mark = chip(wording("pages.days_left", language, days=left), "soon", "clock")
    return tag(
        "div",
        tag("p", tag("span", row.person, class_="c-name"), " · ", function, " ", mark),
        tag("p", f"{dates} · {granted}", class_="c-second"),
    )
