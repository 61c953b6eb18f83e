"""The weight of EA-4/02 S2 as a certificate, and the certificate that replaces it."""

import dataclasses
import datetime as dt

from certificates.changes import changes
from certificates.content import (
    AnswerPanel,
    Budget,
    BudgetLine,
    CertificateContent,
    ChainNode,
    Column,
    Conformity,
    CoverageStatement,
    CustomerFields,
    EnvironmentLine,
    IssuingBody,
    ItemFields,
    ItemProperty,
    People,
    Performance,
    Replaces,
    ResultTable,
    Signatory,
)
from tests.certificates.example_bodies import HUMIDITY, ISSUE, NORTH, PRESSURE, TEMPERATURE, B

MASS = B("Khối lượng quy ước", "Conventional mass")


def _weight_performance() -> Performance:
    """When, where and how the weight was calibrated."""
    return Performance(
        started_on=dt.date(2026, 11, 18),
        finished_on=dt.date(2026, 11, 19),
        place=B("Phòng Khối lượng, Hà Nội", "Mass laboratory, Ha Noi"),
        environment=(
            EnvironmentLine(TEMPERATURE, "(20.1 ± 0.3)", "degC"),
            EnvironmentLine(HUMIDITY, "(52 ± 4)", "% RH"),
            EnvironmentLine(PRESSURE, "(1008 ± 2)", "hPa"),
        ),
        method=B(
            "So sánh với quả cân chuẩn theo phép cân thay thế ABBA",
            "Comparison with a reference weight by ABBA substitution weighing",
        ),
        method_documents=("EA-4/02 M:2022, S2",),
        procedure_id="mass-weight-comparison",
        procedure_edition="2026-1",
    )


def _weight_results() -> ResultTable:
    """The one row of the weight."""
    return ResultTable(
        columns=(
            Column("nominal", B("Giá trị danh nghĩa", "Nominal value"), "kg"),
            Column("m_X", MASS, "g", emphasis=True),
            Column("deviation", B("Sai lệch", "Deviation"), "g", signed=True),
            Column("U", B("Độ không đảm bảo đo mở rộng", "Expanded uncertainty"), "g", "U", emphasis=True),
            Column("k", B("Hệ số phủ", "Coverage factor"), "1", "k"),
        ),
        rows=(("10", "10000.025", "0.025", "0.059", "2"),),
    )


def _weight_budget() -> Budget:
    """The contributions as published."""
    return Budget(
        unit="mg",
        lines=(
            BudgetLine(B("Quả cân chuẩn", "reference weight"), "B", "22.5", "59"),
            BudgetLine(B("Trôi của quả cân chuẩn", "drift of the reference"), "B", "8.7", "9"),
            BudgetLine(B("Lặp lại của phép so sánh", "repeatability of the comparison"), "A", "14.4", "24"),
            BudgetLine(B("Bộ so sánh: lệch tâm, từ tính", "comparator: eccentricity, magnetism"), "B", "5.8", "4"),
            BudgetLine(B("Lực đẩy không khí", "air buoyancy"), "B", "5.8", "4"),
        ),
        combined="29.3",
    )


def _weight_conformity() -> Conformity:
    """Class M1 with a guard band of U."""
    return Conformity(
        specification=B("cấp chính xác M₁, OIML R 111-1:2004", "accuracy class M₁, OIML R 111-1:2004"),
        verdict="pass",
        rule="guarded",
        unit="mg",
        limit_lower="-500",
        limit_upper="500",
        guard_band="59",
        value="25",
        expanded_uncertainty="59",
        short=B("cấp M₁", "class M₁"),
        source=B("OIML R 111-1, mục 5.2 và 5.3", "OIML R 111-1, 5.2 and 5.3"),
    )


def _weight_item() -> ItemFields:
    """The weight of EA-4/02 S2."""
    return ItemFields(
        name=B("Quả cân 10 kg", "Weight, 10 kg"),
        maker="Xưởng Cơ khí Chính xác Hà Đông",
        model=None,
        serial_number="QC-1204",
        customer_asset_code=None,
        accuracy_class="M₁",
        material=B("Gang đúc, sơn phủ", "Cast iron, painted"),
        condition=B(
            "Nguyên vẹn, sạch, hốc hiệu chỉnh kẹp chì còn nguyên",
            "Undamaged, clean; seal of the adjusting cavity intact",
        ),
        received_on=dt.date(2026, 11, 16),
        properties=(ItemProperty(B("Khối lượng riêng", "Density"), B("(7 100 ± 300) kg/m³", "(7 100 ± 300) kg/m³")),),
        customer_supplied=("accuracy_class",),
    )


def _weight_chain(number: str | None) -> tuple[ChainNode, ...]:
    """Five nodes from the SI to the item."""
    return (
        ChainNode("si", B("SI: kilôgam", "SI: kilogram"), laboratory=B("hằng số Planck h", "Planck constant h")),
        ChainNode(
            "national",
            B("Chuẩn quốc gia khối lượng", "National mass standard"),
            code="CQG-KL-1",
            laboratory=B("Viện Đo lường quốc gia (minh họa)", "National institute (demonstration)"),
        ),
        ChainNode(
            "principal",
            B("Bộ quả cân E₂", "Class E₂ weights"),
            code="KL-E2-01",
            laboratory=B("Viện Đo lường quốc gia (minh họa)", "National institute (demonstration)"),
            certificate_number="VQG-KL-25-000031",
            performed_on=dt.date(2025, 5, 12),
            expanded_uncertainty="5.0",
            unit="mg",
        ),
        ChainNode(
            "working",
            B("Quả cân chuẩn F₂", "Class F₂ reference"),
            code="KL-F2-10",
            laboratory=B("Trung tâm Đo lường miền Bắc", "Northern Metrology Centre"),
            certificate_number="HN-KL-26-000311",
            performed_on=dt.date(2026, 2, 3),
            expanded_uncertainty="45",
            unit="mg",
        ),
        ChainNode(
            "item",
            B("Đối tượng, M₁", "This item"),
            code="QC-1204",
            certificate_number=number,
            performed_on=dt.date(2026, 11, 19),
            expanded_uncertainty="59",
            unit="mg",
            is_item=True,
        ),
    )


def weight(*, issued: bool = True, languages: str = "vi-en", body: IssuingBody = NORTH) -> CertificateContent:
    """EA-4/02 M:2022, S2: a weight of nominal value 10 kg, (10 000,025 ± 0,059) g, demonstration."""
    return CertificateContent(
        kind="calibration",
        languages=languages,
        demonstration=True,
        body=body,
        customer=CustomerFields(
            "Công ty Cổ phần Thiết bị Cân Thăng Long", "Số 25 phố Nguyễn Huy Tưởng, quận Thanh Xuân, Hà Nội"
        ),
        item=_weight_item(),
        performance=_weight_performance(),
        results=(_weight_results(),),
        answer=AnswerPanel(
            label=MASS,
            value="10000.025",
            expanded_uncertainty="0.059",
            unit="g",
            coverage_factor="2",
            coverage_probability="0.9545",
        ),
        coverage_statement=CoverageStatement(coverage_factor="2", coverage_probability="0.9545", normal=True),
        traceability=_weight_chain(None),
        people=People(
            "Đỗ Hữu Nghĩa", "Nguyễn Thị Ngọc Ánh", Signatory("Phạm Quỳnh Hương", B("Phó Giám đốc", "Deputy Director"))
        ),
        issue=ISSUE if issued else None,
        statements=(
            B(
                "Khối lượng quy ước ứng với phép cân trong không khí có khối lượng riêng 1,2 kg/m³, ở 20 °C, "
                "với quả cân chuẩn có khối lượng riêng 8 000 kg/m³ (OIML D 28).",
                "The conventional mass refers to weighing in air of density 1.2 kg/m³ at 20 °C against a reference "
                "of density 8 000 kg/m³ (OIML D 28).",
            ),
        ),
        budget=_weight_budget(),
        conformity=_weight_conformity(),
        other_equipment=(
            B("bộ so sánh khối lượng KL-CP-02", "mass comparator KL-CP-02"),
            B("nhiệt ẩm kế MT-07", "thermo-hygrometer MT-07"),
            B("áp kế khí quyển MT-11", "barometer MT-11"),
        ),
    )


def replacement() -> CertificateContent:
    """The weight's second certificate, which replaces the first."""
    issue = dataclasses.replace(
        ISSUE,
        number="HN-KL-26-004305",
        issued_on=dt.date(2026, 12, 2),
        approved_at="2026-12-02T10:08:31+07:00",
        token="Zq8mN2vLr5tYx0KdW7pJ6A",
        check_code="H3GS-QK58-1VNP",
        verify_url="https://tracuu.example/verify/Zq8mN2vLr5tYx0KdW7pJ6A",
    )
    reason = B(
        "Ghi sai khối lượng riêng trong hồ sơ nhận thiết bị; kết quả và độ không đảm bảo đo không đổi.",
        "Density misprinted in the record of reception; result and uncertainty unchanged.",
    )
    base = weight()
    label, wrong = base.item.properties[0].label, "(7 700 ± 300) kg/m³"
    item = dataclasses.replace(base.item, properties=(ItemProperty(label, B(wrong, wrong)),))
    said = changes(dataclasses.replace(base, item=item), base)
    before = Replaces("HN-KL-26-004127", dt.date(2026, 11, 20), reason, changes=said)
    return dataclasses.replace(base, issue=issue, replaces=before)
