"""The readings grid by keyboard and by paste, in a real browser."""

import re

from playwright.sync_api import Page, expect


def cell(page: Page, row: int) -> "object":
    """The cell of a reading."""
    return page.locator(f'.ag-row[row-id="r{row}"] .ag-cell[col-id="reading"]')


def opened(page: Page, gallery: str) -> None:
    """The page with the grid, drawn."""
    page.goto(f"{gallery}/job")
    page.locator('.ag-row[row-id="r12"]').wait_for()


def focused(page: Page) -> str:
    """Row and column of the focused cell."""
    found = page.evaluate(
        "(() => { const c = document.activeElement.closest('.ag-cell');"
        "return c.closest('.ag-row').getAttribute('row-id') + ' ' + c.getAttribute('col-id'); })()"
    )
    return str(found)


def test_enter_saves_and_goes_down(page: Page, gallery: str) -> None:
    """A reading typed and left with Enter reaches Python as it was typed, and the focus goes down."""
    opened(page, gallery)
    cell(page, 9).click()
    page.keyboard.type("100,0020")
    page.keyboard.press("Enter")
    expect(page.locator("#log")).to_have_text("('r9', 'reading', '100,0020')")
    assert focused(page) == "r10 reading"
    expect(cell(page, 9)).to_have_text("100,0020")


def test_escape_gives_back_what_stood_there(page: Page, gallery: str) -> None:
    """Esc while typing leaves the cell as it was and tells Python nothing."""
    opened(page, gallery)
    cell(page, 3).click()
    page.keyboard.type("77")
    page.keyboard.press("Escape")
    expect(cell(page, 3)).to_have_text(re.compile("^10.000,009$"))
    expect(page.locator("#log")).to_have_text("")


def test_a_wrong_text_keeps_its_mark_and_its_digits(page: Page, gallery: str) -> None:
    """A wrong reading is marked, not grouped, and the other cells are not disturbed by an answer."""
    opened(page, gallery)
    expect(cell(page, 11)).to_have_class(re.compile("c-cell--wrong"))
    expect(cell(page, 11)).to_have_text("100000,026")
    expect(cell(page, 6)).to_have_class(re.compile("c-cell--corrected"))
    cell(page, 12).click()
    page.keyboard.type("9999,998")
    page.keyboard.press("Enter")
    expect(cell(page, 12)).not_to_have_class(re.compile("c-cell--none"))
    expect(cell(page, 11)).to_have_class(re.compile("c-cell--wrong"))


def test_a_mended_cell_loses_its_mark(page: Page, gallery: str) -> None:
    """A wrong reading typed again is plain after the answer, grouped as the others."""
    opened(page, gallery)
    cell(page, 11).click()
    page.keyboard.type("10000,026")
    page.keyboard.press("Tab")
    expect(cell(page, 11)).not_to_have_class(re.compile("c-cell--wrong"))
    expect(cell(page, 11)).to_have_text(re.compile("^10.000,026$"))


def test_a_spreadsheet_column_is_pasted_down(page: Page, gallery: str) -> None:
    """Ctrl V with a column of a spreadsheet fills from the focused cell down; what does not fit is told, not lost."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened(page, gallery)
    page.evaluate("navigator.clipboard.writeText('1,5\\r\\n2,5\\r\\n3,5\\r\\n')")
    cell(page, 11).click()
    page.keyboard.press("Control+v")
    expect(page.locator("#log")).to_contain_text("PastedCell(row='r11', column='reading', text='1,5')")
    expect(page.locator("#log")).to_contain_text("PastedCell(row='', column='', text='3,5')")


def test_one_number_pasted_into_an_open_cell_is_text(page: Page, gallery: str) -> None:
    """Ctrl V of one number while typing puts it into the cell, as any field does."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened(page, gallery)
    page.evaluate("navigator.clipboard.writeText('42,25')")
    cell(page, 10).click()
    page.keyboard.press("F2")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+v")
    page.keyboard.press("Enter")
    expect(page.locator("#log")).to_have_text("('r10', 'reading', '42,25')")
