"""Readings to be looked through: a row for each repetition, a column for each act at the bench, as typed."""

from dataclasses import dataclass

from markupsafe import Markup

from ui.components.markup import Child, tag
from uncertainty.wording import wording


@dataclass(frozen=True)
class MatrixCell:
    """One reading as typed and grouped; its state, what stood there before, and why it was corrected."""

    text: str
    state: str
    earlier: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True)
class ReadingsMatrix:
    """One table of readings.

    Attributes:
        title: of the table.
        unit: of all its readings, as shown.
        columns: heads, in the order at the bench.
        loads: the load's letter of each column, or nothing.
        rows: point (or nothing), number of the repetition, cells, what the repetition gives (or nothing).
    """

    title: str
    unit: str
    columns: tuple[str, ...]
    loads: tuple[str, ...]
    rows: tuple[tuple[str, str, tuple[MatrixCell, ...], str], ...]


def readings_matrix(matrix: ReadingsMatrix, language: str) -> Markup:
    """The table in its panel; it scrolls sideways by itself where it is wider."""
    points = any(row[0] for row in matrix.rows)
    gives = any(row[3] for row in matrix.rows)

    def word(key: str) -> str:
        return wording(f"pages.{key}", language)

    heads: list[Markup] = [tag("th", word("column_point"), scope="col")] if points else []
    heads.append(tag("th", word("column_repetition"), scope="col"))
    heads += [_head(words, load) for words, load in zip(matrix.columns, matrix.loads, strict=True)]
    if gives:
        heads.append(tag("th", word("column_gives"), scope="col", class_="c-right"))
    rows = [_row(row, language, points=points, gives=gives) for row in matrix.rows]
    caption = tag("caption", matrix.title, class_="c-hidden")
    table = tag("table", caption, tag("thead", tag("tr", *heads)), tag("tbody", *rows), class_="c-table c-matrix")
    scroll = tag("div", table, class_="c-scroll", tabindex="0", role="region", aria_label=matrix.title)
    title = tag("h2", matrix.title, class_="c-section")
    head = tag("div", title, tag("span", matrix.unit, class_="c-hint"), class_="c-panel__head")
    return tag("section", head, scroll, class_="c-panel")


def _head(words: str, load: str) -> Markup:
    kind = {"S": " c-load--reference", "X": " c-load--item"}.get(load, "")
    badge = tag("span", load, class_=f"c-load{kind}") if load else None
    return tag("th", badge, " ", words, scope="col", class_="c-right")


def _row(row: tuple[str, str, tuple[MatrixCell, ...], str], language: str, *, points: bool, gives: bool) -> Markup:
    point, repetition, cells, given = row
    first: list[Child] = [tag("td", point)] if points else []
    last = [tag("td", given, class_="c-number c-matrix__gives")] if gives else []
    return tag("tr", *first, tag("td", repetition, class_="c-quiet"), *(_cell(cell, language) for cell in cells), *last)


def _cell(cell: MatrixCell, language: str) -> Markup:
    before = tag("span", wording("pages.reading_before", language), " ", class_="c-hidden") if cell.earlier else None
    struck = [tag("s", text, class_="c-struck c-matrix__before") for text in cell.earlier]
    why = tag("span", cell.why, class_="c-name__more c-matrix__why") if cell.why else None
    state = {"corrected": " c-matrix__corrected", "unusual": " c-matrix__unusual"}.get(cell.state, "")
    if cell.earlier:
        state = " c-matrix__corrected"
    return tag(
        "td", before, *struck, tag("span", cell.text or "–", class_="c-matrix__text"), why, class_=f"c-number{state}"
    )
