"""The readings grid: one row per act at the bench, every cell saved when it is left.

AG Grid holds texts only, so that digits stay as they were typed. The functions given to it as ':…' options are
constants of this file; what people typed travels as data and is drawn as text.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from nicegui import events, ui

from ui.components.pasted_cells import PastedCell, spread

State = Literal["saved", "wrong", "unusual", "left-out", "none", "locked"]
ColumnKind = Literal["reading", "index", "fixed", "middle", "load", "computed"]
OnCell = Callable[[str, str, str], Awaitable[None] | None]
OnPaste = Callable[[tuple[PastedCell, ...]], Awaitable[None] | None]

# A reading is drawn as the server last showed it; while the browser holds a newer text, that text stands there.
_SHOWN: Final = "p => { const d = p.data, f = p.colDef.field; return p.value === d._typed[f] ? d._shown[f] : p.value; }"
_EDITABLE: Final = "p => !(p.data._states[p.colDef.field] || '').includes('locked')"
# What was left and not yet answered stands in `window.unsaved`: while something does, the page asks before it goes.
_MARK_LATE: Final = """p => {
  const field = p.colDef.field, typed = p.newValue;
  window.unsaved = (window.unsaved || new Map()).set(p.data.identity + ' ' + field, typed);
  setTimeout(() => {
    if (p.data[field] === typed && p.data._typed[field] !== typed) {
      p.data._late = { ...p.data._late, [field]: true };
      p.api.refreshCells({ rowNodes: [p.node], force: true });
    }
  }, 400);
}"""
_ANSWERED: Final = """p => {
  if (window.unsaved) p.api.forEachNode(node => {
    for (const field in node.data._typed) {
      const cell = node.data.identity + ' ' + field;
      if (node.data[field] === node.data._typed[field]) window.unsaved.delete(cell);
    }
  });
}"""
_LOAD: Final = """p => {
  const badge = document.createElement('span');
  if (!(p.valueFormatted || p.value)) return badge;
  badge.className = p.data._load ? 'c-load c-load--' + p.data._load : 'c-load';
  badge.textContent = p.valueFormatted || p.value || '';
  return badge;
}"""
# The grid would leave the cell downwards after Esc as it does after Enter: what is typed next belongs to this cell.
_ESCAPE: Final = """p => {
  if (!p.editing || p.event.key !== 'Escape') return false;
  const index = p.node.rowIndex, column = p.column;
  p.api.stopEditing(true);
  p.api.setFocusedCell(index, column);
  return true;
}"""
_PASTE: Final = """e => {
  const cell = document.activeElement && document.activeElement.closest('.ag-cell');
  const row = cell && cell.closest('.ag-row');
  const text = (e.clipboardData || window.clipboardData).getData('text');
  if (!row || !text) return;
  if (document.activeElement.tagName === 'INPUT' && !/[\\t\\r\\n]/.test(text.replace(/[\\r\\n]+$/, ''))) return;
  e.preventDefault();
  emit({ row: row.getAttribute('row-id'), column: cell.getAttribute('col-id'), text: text });
}"""


@dataclass(frozen=True)
class GridColumn:
    """A column.

    Attributes:
        key: of the cells.
        head: with its unit, as shown.
        kind: "reading" is typed; "index", "fixed", "middle" and "load" are given; "computed" comes from the readings.
        width: in pixels; 0 takes what is left.
        least: width of a column that takes what is left, in pixels.
        on_phone: whether it stays on a phone.
        pinned: whether it stays where the others are moved sideways.
    """

    key: str
    head: str
    kind: ColumnKind = "fixed"
    width: int = 0
    least: int = 110
    on_phone: bool = True
    pinned: bool = False


@dataclass(frozen=True)
class GridCell:
    """A cell: the text as typed (or given), the text as shown, its state, whether a correction stands behind it."""

    typed: str
    shown: str
    state: State = "saved"
    corrected: bool = False
    reason: str = ""


@dataclass(frozen=True)
class GridRow:
    """A row: its identity, its cells by column, whether a series ends with it, whose reading it is."""

    identity: str
    cells: dict[str, GridCell] = field(default_factory=dict)
    ends_series: bool = False
    load: Literal["", "reference", "item"] = ""


class ReadingsGrid:
    """The grid on a page, with what the page may do to it."""

    def __init__(
        self, columns: tuple[GridColumn, ...], rows: tuple[GridRow, ...], label: str, on_cell: OnCell, on_paste: OnPaste
    ) -> None:
        """Draw the grid where the page stands.

        Args:
            columns: from left to right.
            rows: in the order of the bench; Enter follows it.
            label: what the grid holds, for those who do not see it.
            on_cell: called with row, column and text when a cell that was changed is left.
            on_paste: called with the cells that a pasted block falls on, from the focused cell on.
        """
        self._columns, self._rows = columns, rows
        self._on_cell, self._on_paste = on_cell, on_paste
        self.element = ui.aggrid(self._options(), theme="quartz", auto_size_columns=False)
        self.element.classes("c-readings").props["aria-label"] = label
        self._under_way: Counter[str] = Counter()
        self.element.on("cellValueChanged", self._cell_left, args=["rowId", "colId", "newValue"])
        self.element.on("paste", self._pasted, js_handler=_PASTE)

    def show(self, rows: tuple[GridRow, ...]) -> None:
        """Draw the same rows anew: what is being typed in another cell is not disturbed.

        Only rows that are different are sent, since drawing a row anew takes a cell that is open in it from the hand;
        a row with an answer under way waits for it: what is drawn may have been read before.
        """
        shown = {row.identity: row for row in self._rows}
        self._rows = rows
        self._send(row for row in rows if shown.get(row.identity) != row and not self._under_way[row.identity])

    def _send(self, rows: Iterable[GridRow]) -> None:
        changed = [self._data(row) for row in rows]
        if changed:
            self.element.run_grid_method("applyTransaction", {"update": changed})

    def go_to(self, row: str, column: str, *, edit: bool = False) -> None:
        """Put the focus on a cell, the first to be mended for example."""
        index = next(index for index, one in enumerate(self._rows) if one.identity == row)
        self.element.run_grid_method("ensureIndexVisible", index)
        if edit:
            self.element.run_grid_method("startEditingCell", {"rowIndex": index, "colKey": column})
        else:
            self.element.run_grid_method("setFocusedCell", index, column)

    async def _cell_left(self, event: events.GenericEventArguments) -> None:
        row, column, text = (event.args.get(key) for key in ("rowId", "colId", "newValue"))
        if not self._is_reading(row, column):
            return
        name = str(row)
        self._under_way[name] += 1
        try:
            await _done(self._on_cell(name, str(column), "" if text is None else str(text)))
        finally:
            self._under_way[name] -= 1
            if not self._under_way[name]:  # the browser shows what was typed; the answer may be another text
                self._send(one for one in self._rows if one.identity == name)

    async def _pasted(self, event: events.GenericEventArguments) -> None:
        row, column, text = (event.args.get(key) for key in ("row", "column", "text"))
        if self._is_reading(row, column):
            readings = [one.key for one in self._columns if one.kind == "reading"]
            cells = spread(str(text), str(row), str(column), [one.identity for one in self._rows], readings)
            await _done(self._on_paste(cells))
            self._send(one for one in self._rows if not self._under_way[one.identity])

    def _is_reading(self, row: object, column: object) -> bool:
        """Whether an event names a cell of this grid: what a browser sends is not believed."""
        return any(one.identity == row for one in self._rows) and any(
            one.key == column and one.kind == "reading" for one in self._columns
        )

    def _options(self) -> dict[str, Any]:
        return {
            "columnDefs": [_column(column) for column in self._columns],
            "defaultColDef": {
                "cellDataType": "text", "sortable": False, "resizable": False, "suppressMovable": True,
                "suppressHeaderMenuButton": True, "suppressHeaderFilterButton": True,
            },
            "rowData": [self._data(row) for row in self._rows],
            ":getRowId": "p => p.data.identity",
            ":onCellValueChanged": _MARK_LATE,
            ":onRowDataUpdated": _ANSWERED,
            ":onFirstDataRendered": "p => window.typeHeld(p.api)",
            ":singleClickEdit": "innerWidth < 760",
            "rowClassRules": {"c-row--end": "data._end"},
            "domLayout": "autoHeight",
            "enterNavigatesVertically": True,
            "enterNavigatesVerticallyAfterEdit": True,
            "stopEditingWhenCellsLoseFocus": True,
            "suppressMoveWhenColumnDragging": True,
            "suppressColumnVirtualisation": True,
            "ensureDomOrder": True,
            "suppressFieldDotNotation": True,
            "tooltipShowDelay": 300,
        }  # fmt: skip

    def _data(self, row: GridRow) -> dict[str, Any]:
        cells = {column.key: row.cells.get(column.key, GridCell("", "")) for column in self._columns}
        marks = {key: f"{one.state} corrected" if one.corrected else one.state for key, one in cells.items()}
        return {
            "identity": row.identity, "_end": row.ends_series, "_load": row.load, "_late": {}, "_states": marks,
            "_typed": {key: one.typed for key, one in cells.items()},
            "_shown": {key: one.shown for key, one in cells.items()},
            "_reason": {key: one.reason for key, one in cells.items()},
            **{key: one.typed for key, one in cells.items()},
        }  # fmt: skip


def _column(column: GridColumn) -> dict[str, Any]:
    definition: dict[str, Any] = {
        "field": column.key,
        "headerName": column.head,
        "cellClass": f"c-cell--{column.kind}" if column.kind == "reading" else f"c-cell--fixed c-cell--{column.kind}",
        ":valueFormatter": _SHOWN,
        ":tooltipValueGetter": "p => p.data._reason[p.colDef.field] || null",
    }
    definition |= {"width": column.width} if column.width else {"flex": 1, "minWidth": column.least}
    if column.pinned:
        definition["pinned"] = "left"
    if not column.on_phone:
        definition[":hide"] = "innerWidth < 760"
    if column.kind in ("reading", "index", "computed"):
        definition["headerClass"] = "c-cell--right"
    elif column.kind in ("middle", "load"):
        definition["headerClass"] = "c-cell--middle"
    if column.kind == "reading":
        definition[":editable"] = _EDITABLE
        definition[":suppressKeyboardEvent"] = _ESCAPE
        definition[":cellClassRules"] = _rules(("wrong", "unusual", "left-out", "none", "locked", "corrected"))
    if column.kind == "load":
        definition[":cellRenderer"] = _LOAD
    return definition


def _rules(states: tuple[str, ...]) -> str:
    """Class rules by the state of the very cell; late means the answer of the server is awaited for 400 ms."""
    each = [
        f"'c-cell--{state}': p => (p.data._states[p.colDef.field] || '').split(' ').includes('{state}')"
        for state in states
    ]
    each.append("'c-cell--saving': p => !!(p.data._late && p.data._late[p.colDef.field])")
    return "({" + ", ".join(each) + "})"


async def _done(answer: Awaitable[None] | None) -> None:
    if answer is not None:
        await answer
