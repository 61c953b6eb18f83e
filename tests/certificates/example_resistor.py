"""The standard resistor of EA-4/02 S3 as a certificate."""

import dataclasses
import datetime as dt

from certificates.content import (
    AnswerPanel,
    CertificateContent,
    ChainNode,
    Column,
    CoverageStatement,
    CustomerFields,
    EnvironmentLine,
    IssuingBody,
    ItemFields,
    ResultTable,
)
from tests.certificates.example_bodies import HUMIDITY, ISSUE, SOUTH, TEMPERATURE, B
from tests.certificates.example_weight import weight


def _resistor_item() -> ItemFields:
    """The resistor."""
    return ItemFields(
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
    )


def _resistor_chain() -> tuple[ChainNode, ...]:
    """From the ohm to the resistor."""
    chain = weight().traceability
    return (
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
    )


def resistor(*, issued: bool = True, body: IssuingBody = SOUTH) -> CertificateContent:
    """EA-4/02 M:2022, S3: a standard resistor of 10 kOhm, (10 000,178 ± 0,017) ohm, without budget or conformity."""
    base = weight(issued=issued, body=body)
    resistance = B("Điện trở", "Resistance")
    return dataclasses.replace(
        base,
        issue=dataclasses.replace(ISSUE, number="HCM-DI-26-002250") if issued else None,
        customer=CustomerFields(
            "Công ty TNHH Điện tử Phước Long", "Đường số 8, Khu chế xuất Tân Thuận, TP. Hồ Chí Minh"
        ),
        item=_resistor_item(),
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
        traceability=_resistor_chain(),
        statements=(),
        budget=None,
        conformity=None,
        other_equipment=(B("ôm mét số DI-OM-05", "digital ohmmeter DI-OM-05"),),
    )
