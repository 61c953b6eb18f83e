"""The components in a real browser: accessible, narrow enough for a phone, nothing fetched from elsewhere."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong on a page, one line for each rule."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {[node['html'][:120] for node in one['nodes']]}" for one in found]


@pytest.mark.parametrize("path", ["/", "/job"])
@pytest.mark.parametrize("dark", ["", "?dark=1"])
def test_axe_finds_nothing_in_light_and_dark(page: Page, gallery: str, path: str, dark: str) -> None:
    """No component breaks a rule of axe-core, in light nor in dark."""
    page.goto(gallery + path + dark)
    page.locator(".c-result").first.wait_for()
    page.wait_for_timeout(600)
    assert violations(page) == []


def test_axe_would_find_a_mistake(page: Page, gallery: str) -> None:
    """The check of accessibility sees a field without a name, so that its silence means something."""
    page.goto(gallery)
    page.locator(".c-result").first.wait_for()
    page.evaluate("document.querySelector('.c-label').remove()")
    assert any(one.startswith("label") for one in violations(page))


@pytest.mark.parametrize("path", ["/", "/job"])
def test_a_phone_needs_no_sideways_scroll(chromium: Browser, gallery: str, path: str) -> None:
    """At 390 pixels no page is wider than the screen, and axe-core finds nothing there either."""
    page = chromium.new_page(viewport={"width": 390, "height": 844}, locale="vi-VN")
    page.goto(gallery + path)
    page.locator(".c-result").first.wait_for()
    page.wait_for_timeout(600)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert violations(page) == []
    page.close()


def test_vietnamese_is_drawn_with_our_letters(page: Page, gallery: str) -> None:
    """The fonts cut at the first start are the ones that draw the page, the narrow space among them."""
    page.goto(gallery)
    page.locator(".c-result").first.wait_for()
    page.evaluate("document.fonts.ready")
    loaded = page.evaluate("[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family + f.style)")
    assert {"Plexnormal", "Plexitalic", "Thinnormal"} <= set(loaded)


def test_a_reason_too_short_is_refused_and_kept(page: Page, gallery: str) -> None:
    """The dialog keeps what was typed and says how many characters are missing."""
    page.goto(gallery)
    page.get_by_role("button", name="Trả lại, ghi lý do…").click()
    page.get_by_label("Lý do").fill("ngắn")
    page.get_by_role("button", name="Trả lại để sửa").click()
    page.get_by_text("Lý do có 4 ký tự, cần ít nhất 10.").wait_for()
    assert page.get_by_label("Lý do").input_value() == "ngắn"
    page.get_by_label("Lý do").fill("thiếu nhiệt độ ở điểm 90 mm")
    page.get_by_role("button", name="Trả lại để sửa").click()
    page.get_by_text("Trả lại cho Nguyễn Thị Hằng?").wait_for(state="hidden")


def test_words_stand_in_the_middle_of_a_button(page: Page, gallery: str) -> None:
    """Whatever a button is made of, its words stand as far from its upper edge as from its lower one."""
    page.goto(gallery)
    page.locator(".c-result").first.wait_for()
    off = page.evaluate(
        """() => [...document.querySelectorAll('.c-btn')].map(one => {
            const words = one.querySelector('.c-btn__words') ?? one.querySelector('.block');
            const [outer, inner] = [one, words ?? one].map(box => box.getBoundingClientRect());
            return [one.textContent, Math.abs(outer.top + outer.bottom - inner.top - inner.bottom) / 2];
        })"""
    )
    assert len(off) > 5
    assert [one for one in off if one[1] > 1] == []


def test_the_keyboard_sees_where_it_is(page: Page, gallery: str) -> None:
    """Whatever the Tab key comes to is marked: by an outline, or by a ring where the outline is taken away."""
    page.goto(gallery)
    page.locator(".c-result").first.wait_for()
    unmarked = []
    for _ in range(40):
        page.keyboard.press("Tab")
        unmarked += page.evaluate(
            """() => {
                const one = document.activeElement, look = getComputedStyle(one);
                const marked = look.outlineStyle !== 'none' || look.boxShadow !== 'none';
                const inside = one.closest('.q-field, .ag-root, .c-seek') || one === document.body;
                return marked || inside ? [] : [one.outerHTML.slice(0, 120)];
            }"""
        )
    assert unmarked == []
