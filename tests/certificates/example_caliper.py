"""The vernier caliper of EA-4/02 S10 as a certificate with many points."""

import dataclasses
import datetime as dt

from certificates.content import (
    AnswerLine,
    AnswerPanel,
    CertificateContent,
    ChainNode,
    Column,
    CoverageStatement,
    CustomerFields,
    EnvironmentLine,
    IssuingBody,
    ItemFields,
    ItemProperty,
    Performance,
    ResultTable,
)
from tests.certificates.example_bodies import CENTRAL, HUMIDITY, ISSUE, TEMPERATURE, B
from tests.certificates.example_weight import weight


def _caliper_item() -> ItemFields:
    """The caliper."""
    return ItemFields(
        name=B("Thước cặp du xích 150 mm", "Vernier caliper, 150 mm"),
        maker="Hãng dụng cụ đo (minh họa)",
        model="VC-150",
        serial_number="500-8821",
        customer_asset_code="SH/TC/014",
        accuracy_class=None,
        material=B("Thép không gỉ", "Stainless steel"),
        condition=B("Hoạt động bình thường, mỏ đo sạch", "Working normally, jaws clean"),
        received_on=dt.date(2026, 11, 9),
        properties=(ItemProperty(B("Giá trị độ chia", "Scale interval"), B("0,05 mm", "0.05 mm")),),
        customer_supplied=("customer_asset_code",),
    )


def _caliper_chain() -> tuple[ChainNode, ...]:
    """From the metre to the caliper."""
    return (
        ChainNode("si", B("SI: mét", "SI: metre"), laboratory=B("tốc độ ánh sáng c", "speed of light c")),
        ChainNode(
            "national",
            B("Chuẩn quốc gia độ dài", "National length standard"),
            code="CQG-DD-1",
            laboratory=B("Viện Đo lường quốc gia (minh họa)", "National institute (demonstration)"),
        ),
        ChainNode(
            "working",
            B("Bộ căn mẫu cấp 1", "Grade 1 gauge blocks"),
            code="DD-CM-03",
            laboratory=B("Trung tâm Đo lường miền Trung", "Central Metrology Centre"),
            certificate_number="DN-DD-26-000102",
            performed_on=dt.date(2026, 1, 15),
            expanded_uncertainty="0.30",
            unit="um",
        ),
        ChainNode(
            "item",
            B("Đối tượng", "This item"),
            code="500-8821",
            performed_on=dt.date(2026, 11, 19),
            expanded_uncertainty="0.06",
            unit="mm",
            is_item=True,
        ),
    )


def _caliper_performance() -> Performance:
    """When, where and how the caliper was calibrated."""
    return dataclasses.replace(
        weight().performance,
        place=B("Phòng Độ dài, Đà Nẵng", "Length laboratory, Da Nang"),
        environment=(
            EnvironmentLine(TEMPERATURE, "(20.0 ± 1.2)", "degC"),
            EnvironmentLine(HUMIDITY, "(55 ± 5)", "% RH"),
        ),
        method=B(
            "So sánh số chỉ của thước với căn mẫu cấp 1", "Comparison of the indication with grade 1 gauge blocks"
        ),
        method_documents=("EA-4/02 M:2022, S10",),
        procedure_id="length-vernier-caliper",
    )


def caliper(*, issued: bool = True, points: int = 8, body: IssuingBody = CENTRAL) -> CertificateContent:
    """EA-4/02 M:2022, S10: a vernier caliper at several points; at 150 mm U = 0,06 mm, rectangular, k = 1,83."""
    error = B("Sai số chỉ", "Error of indication")
    nominals = [f"{(0.5 + index * 150 / max(points - 1, 1)):.1f}" for index in range(points)]
    errors = ["0.00", "0.00", "0.05", "0.00", "-0.05", "0.05", "0.10", "0.10"]
    rows = tuple(
        (nominal, f"{float(nominal) + float(errors[index % 8]):.2f}", errors[index % 8], "0.06", "1.83")
        for index, nominal in enumerate(nominals)
    )
    base = weight(issued=issued, body=body)
    issue = dataclasses.replace(ISSUE, number="DN-DD-26-001893") if issued else None
    return dataclasses.replace(
        base,
        issue=issue,
        customer=CustomerFields("Công ty TNHH Cơ khí Sông Hàn", "Lô 12 Khu công nghiệp Hòa Khánh, Đà Nẵng"),
        item=_caliper_item(),
        performance=_caliper_performance(),
        results=(
            ResultTable(
                columns=(
                    Column("nominal", B("Độ dài căn mẫu", "Gauge block"), "mm"),
                    Column("indication", B("Số chỉ", "Indication"), "mm"),
                    Column("E_X", error, "mm", emphasis=True, signed=True),
                    Column("U", B("Độ không đảm bảo đo mở rộng", "Expanded uncertainty"), "mm", "U", emphasis=True),
                    Column("k", B("Hệ số phủ", "Coverage factor"), "1", "k"),
                ),
                rows=rows,
            ),
        ),
        answer=AnswerPanel(
            label=error,
            points=points,
            lines=(
                AnswerLine(B("Sai số lớn nhất", "Largest error"), "0.10", "mm", signed=True),
                AnswerLine(B("U lớn nhất", "Largest U"), "0.06", "mm"),
            ),
        ),
        coverage_statement=CoverageStatement(
            coverage_factor="1.83",
            coverage_probability="0.95",
            normal=False,
            distribution=B("hình thang", "trapezoidal"),
        ),
        traceability=_caliper_chain(),
        statements=(),
        budget=None,
        conformity=None,
        other_equipment=(),
    )
