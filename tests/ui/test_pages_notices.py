"""Notices in a real browser: the reception records how a customer wants to be told, the quality manager what failed."""

import re

from playwright.sync_api import Page, expect

from lims import notices, wishes
from tests.served import Served
from tests.served_fixtures import AtBrowser
from tests.ui.test_gallery import violations

ADDRESS = re.compile("^Địa chỉ .*để trống nếu không đổi")


def choose(page: Page, label: str, option: str) -> None:
    """Choose an option of a field, as a hand does."""
    page.get_by_label(label, exact=True).click()
    page.get_by_role("option", name=re.compile(option)).click()


def test_a_wish_is_recorded_and_a_failed_notice_sent_again(at_browser: AtBrowser, served: Served) -> None:
    """A wrong address is refused and stays; a right one is in use at once; what failed is sent to it again."""
    lab, ids = served.small.lab, served.small.ids
    page = at_browser("lan", path="/notices")
    choose(page, "Khách hàng", "KH-1")
    choose(page, "Cách gửi", "gửi kèm tệp")
    page.get_by_label(ADDRESS).fill("đo@khach.example")
    page.get_by_role("button", name="Ghi mong muốn").click()
    expect(page.get_by_text("không phải địa chỉ thư điện tử")).to_be_visible()
    job_id = served.small.job_in("ISSUED")
    assert served.small.job(job_id).state == "ISSUED"
    page.get_by_label(ADDRESS).fill("phong.do@khach.example")
    page.get_by_role("button", name="Ghi mong muốn").click()
    expect(page.get_by_text("Địa chỉ đang dùng: phong.do@khach.example")).to_be_visible()
    assert wishes.told_how(lab, served.small.actors["lan"], ids["customer"]).way == "file"
    page = at_browser("trang", path="/")
    page.get_by_role("link", name="1 thư báo gửi hỏng").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thư báo cấp giấy chứng nhận")
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_load_state("networkidle")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width
    page.get_by_role("button", name="Gửi lại").click()
    expect(page.get_by_text("chờ gửi")).to_be_visible()
    (row,) = notices.notices(lab, served.small.actors["trang"]).rows
    assert (row.email, row.state) == ("phong.do@khach.example", "waiting")
    staff, given = served.small.actors["lan"], {"centre_id": ids["centre"], "customer_id": ids["customer"]}
    wishes.record_wish(lab, staff, **given, name=wishes.NOTICE, text=wishes.NO_NOTICE)  # others use this laboratory
    wishes.record_contact(lab, staff, **given, email=row.email, ended=True)
