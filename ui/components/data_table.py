"""A table of rows in groups, which becomes cards on a phone."""

from dataclasses import dataclass, field
from typing import Literal

from markupsafe import Markup

from ui.components.markup import Child, tag

# Where a cell goes on a phone's card: name and due date share the first line, the act takes the last.
Place = Literal["first", "due", "line", "act", "beside", "off"]


@dataclass(frozen=True)
class Column:
    """A column: its head (spoken only where `hidden`), on which side it stands, where it goes on a card."""

    head: str
    right: bool = False
    hidden: bool = False
    place: Place = "beside"


@dataclass(frozen=True)
class Group:
    """Rows under one heading; an empty heading gives none. A cell is text or markup."""

    rows: tuple[tuple[Child, ...], ...]
    heading: str = ""
    here: frozenset[int] = field(default=frozenset())


def data_table(columns: tuple[Column, ...], groups: tuple[Group, ...], caption: str, *, cards: bool = True) -> Markup:
    """The table.

    Args:
        columns: as many as every row has cells.
        groups: in their order.
        caption: what the table holds, for those who do not see it.
        cards: whether rows become cards on a phone; otherwise the table scrolls sideways in its own field.
    """
    head = tag("tr", *(_head(column) for column in columns))
    bodies = [tag("tbody", *_rows(columns, group)) for group in groups]
    table = tag(
        "table",
        tag("caption", caption, class_="c-hidden"),
        tag("thead", head),
        *bodies,
        class_="c-table c-table--cards" if cards else "c-table",
    )
    if cards:
        return table
    return tag("div", table, class_="c-scroll", tabindex="0", role="region", aria_label=caption)


def named(name: Child, more: Child = None) -> Markup:
    """A cell with a name and a second, quieter line."""
    return tag("div", tag("span", name, class_="c-name"), tag("span", more, class_="c-name__more") if more else None)


def _head(column: Column) -> Markup:
    words = tag("span", column.head, class_="c-hidden") if column.hidden else column.head
    return tag("th", words, scope="col", class_="c-right" if column.right else None)


def _rows(columns: tuple[Column, ...], group: Group) -> list[Markup]:
    rows: list[Markup] = []
    if group.heading:
        title = tag("th", group.heading, tag("span", f" · {len(group.rows)}"), colspan=len(columns), scope="colgroup")
        rows.append(tag("tr", title, class_="c-group"))
    for index, row in enumerate(group.rows):
        cells = [_cell(column, cell) for column, cell in zip(columns, row, strict=True)]
        rows.append(tag("tr", *cells, class_="c-table__here" if index in group.here else None))
    return rows


def _cell(column: Column, cell: Child) -> Markup:
    classes = [f"c-card__{column.place}"] + (["c-right"] if column.right else [])
    if not cell:
        classes.append("c-card__off")
    return tag("td", cell, class_=" ".join(classes))
