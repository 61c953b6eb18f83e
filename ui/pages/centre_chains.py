"""The chains of one centre: every standard with its upward link, its gap, its due date, and one light with a word."""

from itertools import groupby
from typing import Final

from nicegui import ui

from instruments.levels import levels
from lims import centre_chains
from lims.centre_chains import CentreChains, ChainRow
from lims.laboratory import Laboratory
from ui.components.chip import Kind, chip
from ui.components.data_table import Column, Group, data_table, named
from ui.components.empty_state import empty_state
from ui.components.markup import Child, code, link, tag
from ui.components.next_page import next_page
from ui.components.page_head import PageHead
from ui.components.panel import panel_markup
from ui.desk import call
from ui.entrance import page
from ui.frame import frame
from ui.numbers import day
from ui.session import Visit
from ui.sockets import Sockets
from uncertainty.wording import wording

_LIGHTS: Final[dict[str, tuple[Kind, str]]] = {
    "sound": ("ok", "circle-check"), "soon": ("soon", "hourglass"), "broken": ("bad", "unlink"),
    "held": ("bad", "ban"), "out": ("outlined", "circle-x"),
}  # fmt: skip


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the page."""

    @page(lab, sockets, "/centres/{code}/chains")
    async def chains(visit: Visit, code: str, after: str = "") -> None:
        _draw(visit, await call(visit, centre_chains.centre_chains, code[:40], after=after[:220]), paged=bool(after))


def _draw(visit: Visit, found: CentreChains, *, paged: bool) -> None:
    language = visit.language
    title = wording("scopes.chains_title", language, centre=found.name)
    with frame(visit, PageHead(title, found.code, wording("scopes.chains_line", language)), here="/standards"):
        if not found.rows:
            empty = empty_state(wording("scopes.chains_empty", language), wording("scopes.chains_empty_when", language))
            ui.html(empty)
            return
        columns = tuple(
            Column(wording(f"scopes.chain_column_{key}", language), place=place)  # type: ignore[arg-type]
            for key, place in (
                ("standard", "first"), ("link", "line"), ("gap", "line"), ("due", "due"), ("light", "beside"),
            )
        )  # fmt: skip
        groups = tuple(
            Group(tuple(_cells(row, language) for row in some), _level(level, language))
            for level, some in groupby(found.rows, key=lambda row: row.level)
        )
        sound = sum(row.light in ("sound", "soon") for row in found.rows)
        hint = wording("scopes.chains_count", language, sound=sound, count=len(found.rows))
        if paged or found.after:
            hint = wording("paging.chains", language, sound=sound, count=len(found.rows), all=found.standards)
        ui.html(
            panel_markup(
                wording("scopes.chain_column_standard", language),
                data_table(columns, groups, title),
                hint=hint,
                padded=False,
            )
        )
        ui.html(next_page(f"/centres/{found.code}/chains", {}, found.after, language))


def _level(level: str | None, language: str) -> str:
    known = levels().get(level or "")
    return known.text(language) if known else wording("scopes.level_none", language)


def _cells(row: ChainRow, language: str) -> tuple[Child, ...]:
    name = named(link(row.name.text(language), f"/instruments/{row.code}", "c-name"), row.code)
    above: Child = (
        wording("scopes.no_link", language)
        if not row.certificate
        else tag("span", code(row.certificate), class_="c-name")
    )
    if row.upward is not None:
        upward = tag("span", f"{row.upward.instrument_code} · {row.upward.certificate}", class_="c-nowrap")
        above = named(code(row.certificate), upward)
    gaps = tag("div", *(tag("p", gap.text(language)) for gap in row.gaps), class_="c-second c-told") if row.gaps else ""
    light = chip(wording(f"scopes.light_{row.light}", language), *_LIGHTS[row.light])
    return name, above, gaps, day(row.due) if row.due else "–", light
