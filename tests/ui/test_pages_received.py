"""What comes from outside in a real browser: a list of instruments, a DCC, and the way out again."""

import mimetypes
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from instruments.models import Instrument
from lims import dcc
from tests.certificates.foreign_dccs import BOMB, foreign
from tests.served import PICTURE, Served
from tests.served_fixtures import AtBrowser
from tests.ui.test_gallery import violations

PATHS = ("/instruments/import", "/export", "/instruments/CT-KL-017/dcc", "/instruments/CT-KL-017/files")


def give(page: Page, name: str, content: bytes) -> None:
    """Choose a file, as a hand does."""
    page.wait_for_load_state("networkidle")
    kind = mimetypes.guess_type(name)[0] or "text/csv"
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": kind, "buffer": content})


@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(at_browser: AtBrowser, path: str) -> None:
    """No rule of axe-core is broken on the pages of import and export, and a phone needs no sideways scroll."""
    page = at_browser("trang", path=path, viewport={"width": 390, "height": 900})
    page.wait_for_load_state("networkidle")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_list_is_shown_cell_by_cell_then_its_good_rows_are_imported(at_browser: AtBrowser, served: Served) -> None:
    """The wrong cell is named with its remedy; the good row goes into the register, the wrong one does not."""
    page = at_browser("trang", path="/instruments/import")
    head = "Tên;Hãng;Kiểu;Số máy;Danh định;Đơn vị\n"
    give(page, "chuan.csv", f"{head}Cân A;H;T;BR-1;10;kg\nCân B;H;T;BR-2;10;kgg\n".encode())
    expect(page.get_by_text("F3", exact=True)).to_be_visible()
    expect(page.get_by_text("1 dòng đúng", exact=True)).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Chỉ nhập 1 dòng đúng").click()
    expect(page.get_by_text("Đã nhập 1 thiết bị")).to_be_visible()
    with served.small.lab.store.reading() as session:
        found = session.exec(select(Instrument.serial_number).where(Instrument.maker == "H")).all()
    assert found == ["BR-1"]
    give(page, "again.csv", f"{head}Cân A;H;T;BR-01;10;kg\nCân C;H;T;BR-3;10;kg\n".encode())
    page.get_by_label("Dòng 2").click()
    page.get_by_role("option", name="phương tiện khác").click()
    assert violations(page) == []
    page.get_by_role("button", name="Xét lại").last.click()
    expect(page.get_by_role("button", name="Nhập cả 2 dòng")).to_be_visible()


def test_a_dcc_is_judged_before_anything_is_stored(at_browser: AtBrowser, served: Served, dcc_folder: Path) -> None:
    """A bomb is refused in words; a DCC of another instrument and laboratory shows both, and stores nothing."""
    dcc.add_schemas(served.small.lab.settings, dcc_folder)
    page = at_browser("trang", path="/instruments/CT-KL-017/dcc")
    give(page, "bomb.xml", foreign(prologue=BOMB))
    expect(page.get_by_text("DOCTYPE")).to_be_visible()
    give(page, "dcc.xml", foreign())
    expect(page.get_by_text("D-K-99999 / 0815 2026-03")).to_be_visible()
    expect(page.get_by_text("Musterlabor").first).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Nhận làm kết quả hiệu chuẩn").click()
    expect(page.get_by_text("DCC không nhập được")).to_be_visible()
    assert not served.small.lab.received.hashes() or page.url.endswith("/dcc")


def test_a_photograph_is_attached_seen_and_withdrawn(at_browser: AtBrowser) -> None:
    """A file that is none is refused in words and the title stays; a picture stands there at once, and goes again."""
    page = at_browser("trang", path="/instruments/CT-KL-017/files", viewport={"width": 390, "height": 900})
    page.get_by_label("Tên gọi").fill("Biển máy")
    give(page, "plate.jpg", b"<svg/>")
    expect(page.get_by_role("alert")).to_contain_text("plate.jpg")
    assert page.get_by_label("Tên gọi").input_value() == "Biển máy"
    give(page, "plate.png", PICTURE)
    drawn = page.get_by_role("img", name="Biển máy")
    expect(drawn).to_be_visible()
    assert drawn.evaluate("one => one.decode().then(() => one.naturalWidth)") == 1
    assert violations(page) == [] and page.evaluate("document.documentElement.scrollWidth") == 390
    page.get_by_role("button", name="Rút lại").click()
    page.get_by_label("Lý do").fill("Ảnh chụp nhầm thiết bị khác")
    page.get_by_role("dialog").get_by_role("button", name="Rút lại").click()
    expect(page.get_by_text("Chưa có ảnh hoặc tài liệu")).to_be_visible()
