"""The figures of EA-4/02 S2 and invented ones around them, as the screens get them."""

from ui.components.audit_list import AuditLine
from ui.components.budget_table import Budget, BudgetLine
from ui.components.chain_line import ChainNode
from ui.components.check_list import Check, Finding
from ui.components.chip import chip
from ui.components.facts_strip import Fact
from ui.components.interval_strip import Interval
from ui.components.markup import join, tag
from ui.components.readings_grid import GridCell, GridColumn, GridRow
from ui.components.result_panel import Methods, Result
from ui.components.series_plot import SeriesPlot, SeriesPoint
from ui.components.share_bar import Share
from ui.components.step_bar import StepPart
from ui.components.top_bar import NavLink, Person, TopBar
from ui.numbers import as_typed

INSIDE = Interval("25", "59", "-500", "500", "mg")
CUT = Interval("460", "59", "-500", "500", "mg")
OUTSIDE = Interval("530", "45", "-500", "500", "mg")

RESULT = Result(
    label="Khối lượng quy ước",
    symbol="m_X",
    value="10000.025",
    expanded="0.062",
    unit="g",
    coverage_factor="2.00",
    coverage_probability="95",
    degrees_of_freedom="∞",
    provisional="từ 2/3 loạt",
    interval=INSIDE,
    limits="MPE cấp M1",
    methods=Methods(agree=True),
)

BUDGET = Budget(
    symbol="m_X",
    unit="mg",
    estimate="10000.025",
    estimate_unit="g",
    uncertainty="31.0",
    coverage_factor="2.00",
    expanded="62",
    lines=(
        BudgetLine("m_S", "Chuẩn CT-KL-017", "10000.005", "g", "22.5", "chuẩn", 0.527),
        BudgetLine("δm_D", "Độ trôi của chuẩn", "0", "mg", "8.7", "đều", 0.078),
        BudgetLine("Δm", "Hiệu số chỉ, TB 2 loạt", "20.0", "mg", "17.7", "loại A", 0.325),
        BudgetLine("δm_C", "Bộ so sánh khối lượng", "0", "mg", "5.8", "đều", 0.035),
        BudgetLine("δB", "Lực đẩy không khí", "0", "mg", "5.8", "đều", 0.035),
    ),
)

SHARES = tuple(Share(line.symbol, line.part) for line in BUDGET.lines)

STEPS = (
    StepPart("Tiếp nhận", "18/11 · Lò Văn Pánh", "done"),
    StepPart("Phân công", "18/11 · Trần Quốc Bảo", "done"),
    StepPart("Đo", "Đang đo · 10/12 số chỉ đúng", "now"),
    StepPart("Soát xét", "Trần Quốc Bảo", "ahead"),
    StepPart("Phê duyệt", "Phạm Thu Trang", "ahead"),
    StepPart("Cấp giấy", "Hẹn trả hôm nay 16:30", "ahead"),
)

FACTS = (
    Fact("Nhiệt độ", "20,3 °C", "18…22", icon="thermometer"),
    Fact("Độ ẩm", "52 %RH", "40…60", icon="droplets"),
    Fact("Áp suất", "1 008,4 hPa", icon="gauge", state="bad"),
    Fact(
        "Chuẩn công tác",
        "CT-KL-017",
        "10 000,005 g ± 45 mg",
        badge=tag("span", "S", class_="c-load c-load--reference"),
        href="/instruments/CT-KL-017",
        chip=chip("4 cấp, liền mạch", "ok", "link"),
        wide=True,
    ),
    Fact("Bộ so sánh khối lượng", "TB-KL-006", "d = 1 mg", icon="scale", href="/instruments/TB-KL-006", wide=True),
)

SERIES = SeriesPlot(
    "Hiệu Δm theo loạt",
    "mg",
    (
        SeriesPoint("Loạt 1", "10.0", "25"),
        SeriesPoint("Loạt 2", "30.0", "25"),
        SeriesPoint("Loạt 3", None, note="chờ sửa dòng 11"),
    ),
    mean="20.0",
    mean_uncertainty="17.7",
)

ERRORS = SeriesPlot(
    "Sai số theo điểm",
    "mm",
    tuple(
        SeriesPoint(str(nominal), f"{error:.2f}", "0.03", lower="-0.05", upper="0.05")
        for nominal, error in ((0, 0), (25, 0.01), (50, 0.02), (75, 0.02), (90, 0.04), (120, 0.03), (150, -0.01))
    ),
)

CHAIN = (
    ChainNode(
        "Chuẩn quốc gia", "Chuẩn khối lượng 1 kg", "", "VMI, Hà Nội · 14/2006/QĐ-TTg", "40 µg", 4e-8, "national", "top"
    ),
    ChainNode(
        "Chuẩn đầu",
        "Bộ quả cân E1, 10 kg",
        "CC-KL-001",
        "VMI, Hà Nội · VMI-KL-2025-014 · 02/2025",
        "1,5 mg",
        1.5e-7,
        "standard",
        "valid",
    ),
    ChainNode(
        "Chuẩn chính",
        "Quả cân E2 10 kg",
        "CC-KL-002",
        "Miền Trung · VMI-KL-2025-077 · 05/2025",
        "5 mg",
        5e-7,
        "standard",
        "valid",
        href="/instruments/CC-KL-002",
    ),
    ChainNode(
        "Chuẩn công tác",
        "Quả cân F2 10 kg",
        "CT-KL-017",
        "Miền Trung · Q2-2026-0088 · 14/03/2026",
        "45 mg",
        4.5e-6,
        "standard",
        "valid",
        here=True,
    ),
    ChainNode(
        "Phương tiện đo",
        "Quả cân M1 10 kg",
        "số 30127",
        "Dược phẩm Sông Hàn · đang đo KL-2026-0412",
        "59 mg",
        5.9e-6,
        "item",
        "pending",
    ),
)
BROKEN_CHAIN = tuple(
    ChainNode(
        one.level,
        one.name,
        one.code,
        one.detail,
        one.expanded,
        one.relative,
        one.kind,
        "broken" if one.code == "CT-KL-017" else one.joint,
        "không có giấy chứng nhận vào ngày 21/11/2026",
    )
    for one in CHAIN
)

CHECKS = (
    Check("Chuẩn CT-KL-017 còn hạn vào ngày đo", "hết hạn 14/03/2027"),
    Check("Chuỗi liên kết chuẩn liền mạch tới chuẩn quốc gia", "4 cấp"),
    Check("Môi trường trong giới hạn suốt 52 phút đo", "20,1…20,5 °C · 50…55 %RH"),
    Check("U không nhỏ hơn CMC, trong phạm vi công nhận", "41 mg < 50 mg", holds=False),
)
FINDINGS = (
    Finding(
        "Dòng 6 được sửa 8 phút sau khi đọc",
        join(tag("s", "10 000,082"), " → ", tag("b", "10 000,028 g"), ", lý do “đọc nhầm 2 thành 8”."),
    ),
    Finding("Tăng 61 mg so với 2025, bằng 1,0 U", "2025: −36 ± 62 mg. Hai kết quả vẫn phù hợp."),
)

AUDIT = (
    AuditLine("21/11 10:04", "Nguyễn Thị Hằng", "Sửa số chỉ, dòng 6", "đọc nhầm", "10 000,082", "10 000,028"),
    AuditLine("21/11 09:12", "Nguyễn Thị Hằng", "Bắt đầu đo"),
    AuditLine("20/11 16:00", "Trần Quốc Bảo", "Phê duyệt", "Người đo không thể phê duyệt.", refused=True),
)

BAR = TopBar(
    Person("Nguyễn Thị Hằng", "Kỹ thuật viên · Trung tâm miền Trung"),
    (
        NavLink("Công việc", "/", "clipboard-list", here=True, count=6),
        NavLink("Thiết bị", "/instruments", "scale"),
        NavLink("Chuẩn đo lường", "/standards", "layers"),
        NavLink("Quy trình", "/procedures", "file-text"),
    ),
    "light",
    "/",
)

COLUMNS = (
    GridColumn("number", "TT", "index", 46),
    GridColumn("series", "Loạt", "middle", 54, on_phone=False),
    GridColumn("load", "Tải", "load", 56),
    GridColumn("reading", "Số chỉ, g", "reading"),
    GridColumn("at", "Giờ", "fixed", 66, on_phone=False),
    GridColumn("difference", "Δm, mg", "computed", 92),
)
READINGS = (
    "9999.998",
    "10000.011",
    "10000.009",
    "10000.002",
    "10000.001",
    "10000.028",
    "10000.033",
    "10000.000",
    "9999.999",
    "10000.022",
    "100000.026",
    "",
)


def grid_rows(readings: tuple[str, ...] = READINGS) -> tuple[GridRow, ...]:
    """The twelve rows of three series, one wrong and one corrected."""
    return tuple(_row(index, text) for index, text in enumerate(readings))


def _row(index: int, text: str) -> GridRow:
    place, series = index % 4, index // 4
    wrong = text == "100000.026"
    shown = text.replace(".", ",") if wrong else as_typed(text, "vi") or "–"
    reading = GridCell(
        text.replace(".", ","),
        shown,
        "wrong" if wrong else "saved" if text else "none",
        index == 5,
        "lớn gấp 10 lần" * wrong,
    )
    load = "S" if place in (0, 3) else "X"
    return GridRow(
        f"r{index + 1}",
        {
            "number": GridCell(str(index + 1), str(index + 1)),
            "series": GridCell("", str(series + 1) if place == 0 else ""),
            "load": GridCell(load, load),
            "reading": reading,
            "at": GridCell("", f"09:{12 + 3 * index:02d}" if text else ""),
            "difference": GridCell("", ("+10,0", "+30,0", "")[series] if place == 3 else ""),
        },
        ends_series=place == 3 and series < 2,
        load="reference" if load == "S" else "item",
    )
