"""A DCC from another laboratory as the components want it: what it says, what was found, the rows of a column."""

from collections.abc import Iterable, Sequence
from typing import Final

from markupsafe import Markup

from lims.dcc_received import ReceivedDcc
from lims.foreign_results import MARKED, NOTED, REFUSED, Finding, ForeignColumn
from lims.registering import NewResult
from ui.components.chip import Kind, chip
from ui.components.data_table import Column, Group, data_table
from ui.components.facts_strip import Fact, facts_strip
from ui.components.markup import Child, tag
from ui.numbers import quantity
from uncertainty.units import display_unit
from uncertainty.wording import wording

_WEIGHTS: Final[dict[str, tuple[Kind, str]]] = {
    REFUSED: ("bad", "ban"),
    MARKED: ("soon", "triangle-alert"),
    NOTED: ("ok", "circle-check"),
}
_SIGNATURES: Final = {"none": "warn", "untrusted": "warn", "sound": "plain"}
MOST_ROWS: Final = 200


def _word(key: str, language: str, **values: object) -> str:
    return wording(f"received_pages.{key}", language, **values)


def facts_of_dcc(received: ReceivedDcc, language: str) -> Markup:
    """Who has calibrated what, when, under which number, and by whom it is signed."""
    says = received.says
    item = says.items[0] if says.items else None
    numbers = ", ".join(one.value for one in item.identifications) if item else ""
    found = (
        Fact(_word("says_number", language), says.number[:80]),
        Fact(_word("says_laboratory", language), says.laboratory.name.text(language)[:120], says.laboratory.code[:40]),
        Fact(_word("says_item", language), item.name.text(language)[:120] if item else "–", numbers[:80]),
        Fact(_word("says_performed", language), f"{says.finished_on:%d/%m/%Y}"),
        Fact(
            _word("says_signature", language),
            _word(f"signature_{received.signature.state}", language),
            received.signature.signer,
            _SIGNATURES[received.signature.state],  # type: ignore[arg-type]
        ),
    )
    hashed = tag("p", _word("says_hash", language), " ", tag("code", received.file.sha256), class_="c-second c-hash")
    return tag("div", facts_strip(found, _word("dcc_says", language)), hashed)


def findings_list(findings: Iterable[Finding], language: str) -> Markup:
    """What was found, the gravest first."""
    order = (REFUSED, MARKED, NOTED)
    rows: list[Child] = []
    for one in sorted(findings, key=lambda one: order.index(one.weight)):
        mark = chip(_word(f"weight_{one.weight}", language), *_WEIGHTS[one.weight])
        rows.append(tag("li", mark, tag("span", one.text(language)), class_="c-found__one"))
    return tag("ul", *rows, class_="c-found")


def column_table(column: ForeignColumn, language: str) -> Markup:
    """The rows of a column as they would be kept."""
    return results_table(column.rows, column.name.text(language), language)


def results_table(results: Sequence[NewResult], title: str, language: str) -> Markup:
    """Results before they are kept: point, value, U, k, range and phase; the first two hundred."""
    heads = ("point", "value", "u", "k", "phase")
    columns = tuple(
        Column(_word(f"head_{key}", language), right=key in ("point", "value", "u", "k"), place="line") for key in heads
    )
    rows = tuple(_row(one, language) for one in results[:MOST_ROWS])
    more = len(results) - len(rows)
    table = data_table(columns, (Group(rows),), title, cards=False)
    tail = tag("p", _word("rows_more", language, count=more), class_="c-second") if more > 0 else None
    return tag("div", tag("p", title, class_="c-name"), table, tail)


def _row(one: NewResult, language: str) -> tuple[Child, ...]:
    def said(number: str, unit: str) -> str:
        return quantity(number, display_unit(unit, language) if unit else "", language) if number else "–"

    coverage = quantity(one.coverage_factor, "", language) if one.coverage_factor else "–"
    phase = _word(f"phase_{one.phase}", language) if one.phase else ""
    place = " · ".join(filter(None, (one.measuring_range, phase)))
    expanded = said(one.expanded_uncertainty, one.uncertainty_unit)
    return said(one.nominal, one.nominal_unit), said(one.value, one.unit), expanded, coverage, place
