"""Complete example contents: the published EA-4/02 calibrations as three invented centres would certify them."""

from __future__ import annotations

import dataclasses
import datetime as dt

from certificates.content import (
    AnswerLine,
    AnswerPanel,
    Bilingual,
    Budget,
    BudgetLine,
    CertificateContent,
    ChainNode,
    Column,
    Conformity,
    CoverageStatement,
    CustomerFields,
    EnvironmentLine,
    IssueFields,
    IssuingBody,
    ItemFields,
    ItemProperty,
    People,
    Performance,
    Replaces,
    ResultTable,
    Signatory,
)

B = Bilingual

NORTH = IssuingBody(
    code="HN",
    parent=B("Tên cơ quan chủ quản", "Name of the parent body"),
    name=B("Trung tâm Đo lường miền Bắc", "Northern Metrology Centre"),
    address=B("Số 1 phố Mẫu Chuẩn, Hà Nội", "1 Mau Chuan Street, Ha Noi"),
    telephone="(024) 0000 0000",
    city=B("Hà Nội", "Ha Noi"),
    monogram="B",
    accent="#12365C",
    national_header=True,
)
CENTRAL = dataclasses.replace(
    NORTH,
    code="DN",
    name=B("Trung tâm Đo lường miền Trung", "Central Metrology Centre"),
    address=B("Số 2 đường Mẫu Chuẩn, Đà Nẵng", "2 Mau Chuan Road, Da Nang"),
    telephone="(0236) 000 0000",
    city=B("Đà Nẵng", "Da Nang"),
    monogram="T",
    accent="#0B4F4C",
)
SOUTH = dataclasses.replace(
    NORTH,
    code="HCM",
    name=B("Trung tâm Đo lường miền Nam", "Southern Metrology Centre"),
    address=B("Số 3 đường Mẫu Chuẩn, TP. Hồ Chí Minh", "3 Mau Chuan Road, Ho Chi Minh City"),
    telephone="(028) 0000 0000",
    city=B("TP. Hồ Chí Minh", "Ho Chi Minh City"),
    monogram="N",
    accent="#5E3A0E",
)

ISSUE = IssueFields(
    number="HN-KL-26-004127",
    issued_on=dt.date(2026, 11, 20),
    approved_at="2026-11-20T16:42:05+07:00",
    token="3q9Jw5uYk0bXcT7hZ2mA4g",
    check_code="7K4M-92QF-3TXA",
    verify_url="https://tracuu.example/verify/3q9Jw5uYk0bXcT7hZ2mA4g",
    audit_head="9f3c61d0a4be77250c18e2b5f7a1963d4c80be12d7f6a35900417c8de2fb6a91",
)

TEMPERATURE = B("Nhiệt độ", "Temperature")
HUMIDITY = B("Độ ẩm tương đối", "Relative humidity")
PRESSURE = B("Áp suất khí quyển", "Air pressure")


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
    mass = B("Khối lượng quy ước", "Conventional mass")
    return CertificateContent(
        kind="calibration",
        languages=languages,
        demonstration=True,
        body=body,
        customer=CustomerFields(
            "Công ty Cổ phần Thiết bị Cân Thăng Long", "Số 25 phố Nguyễn Huy Tưởng, quận Thanh Xuân, Hà Nội"
        ),
        item=_weight_item(),
        performance=Performance(
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
        ),
        results=(
            ResultTable(
                columns=(
                    Column("nominal", B("Giá trị danh nghĩa", "Nominal value"), "kg"),
                    Column("m_X", mass, "g", emphasis=True),
                    Column("deviation", B("Sai lệch", "Deviation"), "g", signed=True),
                    Column("U", B("Độ không đảm bảo đo mở rộng", "Expanded uncertainty"), "g", "U", emphasis=True),
                    Column("k", B("Hệ số phủ", "Coverage factor"), "1", "k"),
                ),
                rows=(("10", "10000.025", "0.025", "0.059", "2"),),
            ),
        ),
        answer=AnswerPanel(
            label=mass,
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
        budget=Budget(
            unit="mg",
            lines=(
                BudgetLine(B("Quả cân chuẩn", "reference weight"), "B", "22.5", "59"),
                BudgetLine(B("Trôi của quả cân chuẩn", "drift of the reference"), "B", "8.7", "9"),
                BudgetLine(B("Lặp lại của phép so sánh", "repeatability of the comparison"), "A", "14.4", "24"),
                BudgetLine(B("Bộ so sánh: lệch tâm, từ tính", "comparator: eccentricity, magnetism"), "B", "5.8", "4"),
                BudgetLine(B("Lực đẩy không khí", "air buoyancy"), "B", "5.8", "4"),
            ),
            combined="29.3",
        ),
        conformity=Conformity(
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
        ),
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
        "Ghi sai khối lượng riêng: 7 700 kg/m³ sửa thành 7 100 kg/m³. Kết quả và độ không đảm bảo đo không đổi.",
        "Density misprinted: 7 700 kg/m³ corrected to 7 100 kg/m³. Result and uncertainty unchanged.",
    )
    return dataclasses.replace(
        weight(), issue=issue, replaces=Replaces("HN-KL-26-004127", dt.date(2026, 11, 20), reason)
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
        item=ItemFields(
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
        ),
        performance=dataclasses.replace(
            base.performance,
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
        ),
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
        traceability=(
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
        ),
        statements=(),
        budget=None,
        conformity=None,
        other_equipment=(),
    )


def resistor(*, issued: bool = True, body: IssuingBody = SOUTH) -> CertificateContent:
    """EA-4/02 M:2022, S3: a standard resistor of 10 kOhm, (10 000,178 ± 0,017) ohm, without budget or conformity."""
    base = weight(issued=issued, body=body)
    resistance = B("Điện trở", "Resistance")
    chain = base.traceability
    return dataclasses.replace(
        base,
        issue=dataclasses.replace(ISSUE, number="HCM-DI-26-002250") if issued else None,
        customer=CustomerFields(
            "Công ty TNHH Điện tử Phước Long", "Đường số 8, Khu chế xuất Tân Thuận, TP. Hồ Chí Minh"
        ),
        item=ItemFields(
            name=B("Điện trở chuẩn 10 kΩ", "Standard resistor, 10 kΩ"),
            maker="Hãng thiết bị đo (minh họa)",
            model="SR-104",
            serial_number="MY 5300 4471",
            customer_asset_code="EL-RES-022",
            accuracy_class=None,
            material=None,
            condition=B("Nguyên vẹn; bốn cực nối sạch", "Undamaged; four terminals clean"),
            received_on=dt.date(2026, 11, 10),
            customer_supplied=("customer_asset_code",),
        ),
        performance=dataclasses.replace(
            base.performance,
            place=B("Phòng Điện, TP. Hồ Chí Minh", "Electrical laboratory, Ho Chi Minh City"),
            environment=(
                EnvironmentLine(TEMPERATURE, "(23.0 ± 0.2)", "degC"),
                EnvironmentLine(HUMIDITY, "(50 ± 5)", "% RH"),
            ),
            method=B(
                "Thay thế với điện trở chuẩn cùng giá trị danh nghĩa bằng ôm mét số",
                "Substitution against a standard resistor of the same nominal value with a digital ohmmeter",
            ),
            method_documents=("EA-4/02 M:2022, S3",),
            procedure_id="resistance-substitution",
        ),
        results=(
            ResultTable(
                columns=(
                    Column("nominal", B("Giá trị danh nghĩa", "Nominal value"), "kohm"),
                    Column("R_X", resistance, "ohm", emphasis=True),
                    Column("U", B("Độ không đảm bảo đo mở rộng", "Expanded uncertainty"), "ohm", "U", emphasis=True),
                    Column("k", B("Hệ số phủ", "Coverage factor"), "1", "k"),
                ),
                rows=(("10", "10000.178", "0.017", "2"),),
            ),
        ),
        answer=AnswerPanel(
            label=resistance,
            value="10000.178",
            expanded_uncertainty="0.017",
            unit="ohm",
            coverage_factor="2",
            coverage_probability="0.9545",
        ),
        coverage_statement=CoverageStatement(coverage_factor="2", coverage_probability="0.9545", normal=True),
        traceability=(
            dataclasses.replace(
                chain[0], name=B("SI: ôm", "SI: ohm"), laboratory=B("hằng số von Klitzing", "von Klitzing constant")
            ),
            dataclasses.replace(
                chain[1], name=B("Chuẩn quốc gia điện trở", "National standard of resistance"), code="CQG-DI-1"
            ),
            dataclasses.replace(
                chain[3],
                name=B("Điện trở chuẩn 10 kΩ", "Standard resistor 10 kΩ"),
                code="DI-R10K-1",
                laboratory=B("Viện Đo lường quốc gia (minh họa)", "National institute (demonstration)"),
                certificate_number="VQG-DI-26-000018",
                expanded_uncertainty="0.010",
                unit="ohm",
            ),
            dataclasses.replace(
                chain[4],
                name=B("Đối tượng", "This item"),
                code="MY 5300 4471",
                expanded_uncertainty="0.017",
                unit="ohm",
            ),
        ),
        statements=(),
        budget=None,
        conformity=None,
        other_equipment=(B("ôm mét số DI-OM-05", "digital ohmmeter DI-OM-05"),),
    )
