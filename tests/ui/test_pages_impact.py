"""Impact cases in a real browser: the ranking while a shift is typed, the case opened, decided, written about."""

import pytest
from playwright.sync_api import Page, expect

from instruments.impact import Amount, Shift
from lims import impact_cases, registering
from lims.registering import NewCalibration, NewInstrument, NewResult
from tests.laboratories import REASON
from tests.served import Served
from tests.served_fixtures import AtBrowser
from tests.ui.test_gallery import violations


@pytest.fixture(scope="module")
def standard(served: Served) -> str:
    """The code of a standard below which a customer's standard stands; nobody else's tests use it."""
    small, code = served.small, "CT-AH-01"
    trang = small.sign_in("trang")
    above = ""
    for name, owner, u in ((code, "centre", "45"), ("CT-AH-02", "customer", "90")):
        item = registering.register_standard(
            small.lab, trang, centre_id=small.ids["centre"], owner_id=small.ids[owner],
            new=NewInstrument(
                "Quả cân chuẩn 10 kg", "Weight, 10 kg", code=name, quantity="conventional mass", nominal="10",
                nominal_unit="kg", kind="standard", level="working",
            ),
        )  # fmt: skip
        result = NewResult("conventional mass", "10000.005", "g", u, "mg", nominal="10", nominal_unit="kg")
        day = small.clock.moment.date()
        new = NewCalibration(
            small.ids["centre"], f"{name}-1", day, day, None, "ilac", results=[result],
            upstream=[above] if above else [], sensitivity="1" if above else "",
        )  # fmt: skip
        above = registering.record_calibration(small.lab, trang, item.id, new=new).id
    return code


def opened(served: Served, standard: str) -> str:
    """Open a case about the standard; its address."""
    small = served.small
    case = impact_cases.open_impact_case(
        small.lab, small.sign_in("trang"), centre_id=small.ids["centre"], kind="out_of_tolerance", named=standard,
        shift=Shift((Amount("300", "mg"),)), reason=REASON,
    )  # fmt: skip
    return f"/impact/{case.id}"


def sound(page: Page, width: int) -> None:
    """No rule of axe-core is broken, and nothing scrolls sideways."""
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_are_read_on_a_desk_and_on_a_phone(
    at_browser: AtBrowser, served: Served, standard: str, width: int
) -> None:
    """List, form and case break no rule of accessibility and fit the screen; the standard says that it is held."""
    case = opened(served, standard)
    page = at_browser("trang", path="/impact", viewport={"width": width, "height": 900})
    for path in ("/impact", "/impact/new", case, f"/instruments/{standard}"):
        page.goto(served.url(path))
        page.wait_for_load_state("networkidle")
        sound(page, width)
    expect(page.get_by_text("Bị tạm giữ, không được dùng").first).to_be_visible()


def test_a_case_goes_from_the_typed_shift_to_the_sent_letter(
    at_browser: AtBrowser, served: Served, standard: str
) -> None:
    """The ranking follows what is typed; then the case is opened, decided for a whole group, and its letter sent."""
    page = at_browser("trang", path=f"/impact/new?of={standard}")
    page.get_by_label("Độ dịch, mới trừ cũ").fill("300 mg")
    expect(page.get_by_text("Dịch hơn ⅓ U").first).to_be_visible()
    expect(page.get_by_text("+300 mg").or_(page.get_by_text("+0,3 g")).first).to_be_visible()
    page.get_by_role("button", name="Mở hồ sơ ảnh hưởng").click()
    page.get_by_role("dialog").get_by_label("Lý do").fill("Lệch khi hiệu chuẩn lại")
    page.get_by_role("dialog").get_by_role("button", name="Mở hồ sơ ảnh hưởng").click()
    expect(page.get_by_text("Thư gửi khách hàng")).to_be_visible()
    page.get_by_role("button", name="Gọi lại").first.click()
    page.get_by_role("dialog").get_by_label("Lý do").fill("Dịch năm lần U, phải đo lại")
    page.get_by_role("dialog").get_by_role("button", name="Ghi: gọi lại").click()
    expect(page.get_by_text("sẵn sàng gửi").first).to_be_visible()
    page.get_by_role("button", name="Đã gửi bưu điện").first.click()
    expect(page.get_by_text("đã gửi").first).to_be_visible()
    letter = page.get_by_role("link", name="Mở thư").first.get_attribute("href")
    assert letter is not None
    answer = page.request.get(served.url(letter))
    assert answer.headers["content-type"] == "application/pdf" and answer.body().startswith(b"%PDF")
