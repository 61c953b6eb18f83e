"""The lists of instruments, page by page."""

import pytest

from lims import registry_sheets
from tests.laboratories import SmallLaboratory


def test_a_list_of_instruments_is_read_page_by_page(staged: SmallLaboratory, monkeypatch: pytest.MonkeyPatch) -> None:
    """With two rows a page every instrument stands on one page once, by code within its kind, searched or not."""
    lab, trang = staged.lab, staged.actors["trang"]
    kinds = ("standard", "equipment")

    def pages(**asked: object) -> list[list[str]]:
        found, after = [], ""
        while not found or after:
            page = registry_sheets.instrument_page(lab, trang, after=after, **asked)
            found.append([row.code for row in page.rows])
            after = page.after
        return found

    for asked in ({}, {"kinds": kinds}, {"text": "CT"}, {"text": "kg", "kinds": kinds}):
        (whole,) = pages(**asked)
        with monkeypatch.context() as small_pages:
            small_pages.setattr(registry_sheets, "PAGE_ROWS", 2)
            parts = pages(**asked)
        assert sorted(code for part in parts for code in part) == sorted(whole), asked
        assert all(len(part) == 2 for part in parts[:-1])
    assert registry_sheets.instrument_page(lab, trang, text="khôngcó").rows == ()
    assert pages(kinds=kinds)[0] == [
        row.code for kind in kinds for row in registry_sheets.instruments(lab, trang, kind=kind)
    ]
