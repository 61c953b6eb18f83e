"""Every component on one page, for pictures and for the accessibility check; served on the loopback address only.

python -m tests.ui.gallery PORT FOLDER-OF-FONTS
"""

import sys
from pathlib import Path

from nicegui import app, ui

from tests.ui import samples
from ui.components.audit_list import audit_list, correction
from ui.components.budget_table import budget_table
from ui.components.button import button, button_link
from ui.components.chain_graph import chain_graph
from ui.components.chain_line import chain_line
from ui.components.check_list import check_list, findings_panel
from ui.components.chip import STATES, state_chip
from ui.components.confirm_reason import confirm_reason
from ui.components.data_table import Column, Group, data_table, named
from ui.components.empty_state import empty_state
from ui.components.error_note import error_note
from ui.components.facts_strip import facts_strip
from ui.components.field import choice, field
from ui.components.interval_strip import interval_strip
from ui.components.markup import code, join, link, tag
from ui.components.page_head import PageHead, page_head
from ui.components.panel import panel, panel_markup
from ui.components.readings_grid import ReadingsGrid
from ui.components.result_panel import result_panel
from ui.components.series_plot import series_plot
from ui.components.share_bar import stacked_shares
from ui.components.step_bar import step_bar
from ui.components.toast import toast
from ui.components.top_bar import bottom_bar, demo_line, top_bar
from ui.fonts import screen_fonts
from ui.theme import dress, serve_theme
from uncertainty.errors import Refused

SEEN: list[tuple[str, ...]] = []


def frame(language: str) -> None:
    """Top bar, demonstration line and the bar of the phone."""
    ui.html(top_bar(samples.BAR, language))
    ui.html(demo_line(language))
    ui.html(bottom_bar(samples.BAR.links, language))


@ui.page("/")
def components(dark: bool = False, language: str = "vi") -> None:
    """The components that are markup, and buttons, fields, chips."""
    dress(language, "dark" if dark else "light")
    frame(language)
    with ui.element("div").classes("c-page").props("id=content"):
        crumbs = (("Công việc của tôi", "/"), ("KL-2026-0412", ""))
        head = PageHead("Thành phần giao diện", "KL-2026-0412", "Ấn định độ không đảm bảo đo", crumbs)
        with ui.element("div").classes("c-head"):
            ui.html(page_head(head, language))
        with ui.element("div").classes("c-stack"):
            with panel("Nút"):
                buttons(language)
            figures(language)
            drawings(language)
            lists(language)
            with panel("Mẫu"), ui.element("div").classes("c-form"):
                fields()


def buttons(language: str) -> None:
    """Buttons and chips."""
    with ui.element("div").classes("c-form__acts"):
        button("Gửi soát xét", look="main", key="Ctrl ↵")
        button("Tạm dừng")
        button("Nhật ký", look="text", icon="history")
        button("Gửi soát xét", look="blocked")
        button("Trả lại, ghi lý do…", ask, look="danger", icon="undo-2")
        button("Nhỏ", lambda: toast("Đã gửi KL-2026-0412 cho Trần Quốc Bảo soát xét."), size="small")
        ui.html(button_link("Xem hồ sơ đã duyệt", "/jobs"))
    ui.html(tag("p", join(*(join(state_chip(state, language), " ") for state in sorted(STATES)))))


def figures(language: str) -> None:
    """Steps, facts, the result, its budget and strips."""
    ui.html(step_bar(samples.STEPS, language))
    ui.html(facts_strip(samples.FACTS, "Điều kiện"))
    with ui.element("section").classes("c-panel"):
        ui.html(result_panel(samples.RESULT, language))
    ui.html(panel_markup("Thành phần độ không đảm bảo đo", budget_table(samples.BUDGET, language), padded=False))
    ui.html(panel_markup("Phần", stacked_shares(samples.SHARES, language)))
    intervals = (samples.INSIDE, samples.CUT, samples.OUTSIDE)
    strips = [tag("p", interval_strip(one, language)) for one in intervals]
    strips += [interval_strip(one, language, in_list=True) for one in intervals]
    ui.html(panel_markup("Kết quả ± U trong giới hạn", *strips))


def drawings(language: str) -> None:
    """Plots and chains."""
    ui.html(panel_markup("Hiệu Δm theo loạt", series_plot(samples.SERIES, language), hint="mg, vạch đứng: s gộp 25 mg"))
    ui.html(panel_markup("Sai số theo điểm", series_plot(samples.ERRORS, language)))
    lines = [chain_line(one, language) for one in (samples.CHAIN, samples.BROKEN_CHAIN)]
    ui.html(panel_markup("Chuỗi liên kết chuẩn vào ngày đo", *lines))
    with ui.element("div").classes("c-columns c-columns--instrument"):
        ui.html(panel_markup("Chuỗi đứt", chain_graph(samples.BROKEN_CHAIN, language)))
        ui.html(panel_markup("Chuỗi liên kết chuẩn", chain_graph(samples.CHAIN, language)))


def lists(language: str) -> None:
    """Findings, checks, the record, notes, a table."""
    ui.html(findings_panel(samples.FINDINGS, "so với 41 lần đo cùng loại", language))
    ui.html(check_list(samples.CHECKS, language))
    ui.html(panel_markup("Nhật ký", audit_list(samples.AUDIT, language), padded=False))
    act = button_link("Xem", "/", small=True)
    ui.html(empty_state("Chưa có hồ sơ chờ phê duyệt", "Hồ sơ đã soát xét sẽ hiện ở đây.", act))
    ui.html(error_note("32,0 °C ngoài giới hạn 18…22 °C của quy trình.", "Kiểm tra nhiệt kế NA-MT-011."))
    ui.html(error_note("Q2-2025-1288 đã được thay bằng Q2-2025-1310.", "Bản cũ vẫn tra cứu được.", weight="brass"))
    ui.html(work_table())


def fields() -> None:
    """Fields of a form, one of them refused."""
    with ui.element("div"):
        bad = field("Nhiệt độ, °C", value="32,0")
        bad.refuse("32,0 °C ngoài giới hạn 18…22 °C của quy trình.", "Kiểm tra nhiệt kế NA-MT-011.")
    with ui.element("div"):
        choice("Quy trình", {"a": "Quả cân, so sánh", "b": "Thước cặp"}, value="a")
    with ui.element("div"):
        field("Mật khẩu của bạn", kind="password", autocomplete="current-password")
    with ui.element("div").classes("c-form__wide"):
        field("Ghi chú", kind="lines", hint="không bắt buộc")


def work_table() -> str:
    """The table of a technician's work."""
    columns = (
        Column("Số việc", place="off"),
        Column("Thiết bị", place="first"),
        Column("Khách hàng", place="line"),
        Column("Trạng thái", place="line"),
        Column("Hẹn trả", right=True, place="due"),
        Column("Việc kế tiếp", right=True, hidden=True, place="act"),
    )
    row = (
        link(code("KL-2026-0412"), "/jobs/1"),
        named("Quả cân 10 kg, cấp M1", "KL-2026-0412 · số 30127"),
        tag("span", "Công ty CP Dược phẩm Sông Hàn · Hiệu chuẩn", class_="c-second"),
        join(state_chip("measuring", "vi"), " ", tag("span", "10/12 số chỉ", class_="c-small")),
        named(tag("span", "Hôm nay", class_="c-warn"), "16:30"),
        button_link("Nhập tiếp số chỉ", "/jobs/1", look="main", small=True),
    )
    groups = (Group((row, row), "Hôm nay và quá hạn"), Group((row,), "Tuần này"))
    return tag("div", data_table(columns, groups, "Công việc của tôi"), class_="c-panel c-clip")


def ask() -> None:
    """The dialog that asks for a reason."""

    async def act(reason: str) -> None:
        if "từ chối" in reason:
            raise Refused("screens.reason_short", count=1, least=10)
        SEEN.append(("reason", reason))

    confirm_reason(
        "Trả lại cho Nguyễn Thị Hằng?",
        "Hồ sơ về bước Đo. Số chỉ được giữ nguyên. Người đo đọc được lý do này.",
        "Trả lại để sửa",
        "Không trả lại",
        act,
        "vi",
    )


@ui.page("/job")
def job(dark: bool = False) -> None:
    """The readings grid beside the result."""
    dress("vi", "dark" if dark else "light")
    frame("vi")
    readings = list(samples.READINGS)
    log = ui.label().props("id=log").classes("c-hidden")

    def on_cell(row: str, column: str, text: str) -> None:
        readings[int(row[1:]) - 1] = text.replace(",", ".")
        SEEN.append((row, column, text))
        log.set_text(repr(SEEN[-1]))
        grid.show(samples.grid_rows(tuple(readings)))

    def on_paste(cells: tuple[object, ...]) -> None:
        log.set_text(repr(cells))

    with ui.element("div").classes("c-page").props("id=content"):
        ui.html(
            page_head(
                PageHead(
                    "Quả cân 10 kg, cấp M1",
                    "số 30127",
                    "Hiệu chuẩn",
                    (("Công việc của tôi", "/"), ("KL-2026-0412", "")),
                ),
                "vi",
            )
        )
        with ui.element("div").classes("c-stack"):
            ui.html(step_bar(samples.STEPS, "vi"))
            ui.html(facts_strip(samples.FACTS, "Điều kiện"))
            with ui.element("div").classes("c-columns c-columns--job"):
                with panel("Số chỉ", padded=False):
                    grid = ReadingsGrid(samples.COLUMNS, samples.grid_rows(), "Số chỉ", on_cell, on_paste)
                    ui.html(
                        error_note(
                            "Dòng 11: 100000,026 lớn gấp 10 lần ba số chỉ X kia",
                            "Số đã gõ được giữ, chưa dùng để tính.",
                        )
                    )
                    ui.html(correction(samples.AUDIT[0], "vi"))
                with ui.element("div").classes("c-stack"):
                    with ui.element("section").classes("c-panel"):
                        ui.html(result_panel(samples.RESULT, "vi"))
                    ui.html(
                        panel_markup("Thành phần độ không đảm bảo đo", budget_table(samples.BUDGET, "vi"), padded=False)
                    )
                    ui.html(panel_markup("Hiệu Δm theo loạt", series_plot(samples.SERIES, "vi"), hint="mg"))


if __name__ in {"__main__", "__mp_main__"}:
    app.on_exception(lambda error: print("exception:", repr(error), file=sys.stderr))
    serve_theme(screen_fonts(Path(sys.argv[2])))
    ui.run(host="127.0.0.1", port=int(sys.argv[1]), show=False, reload=False, language="vi", tailwind=False)
