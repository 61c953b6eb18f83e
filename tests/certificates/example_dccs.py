"""Contents that show what a DCC must be able to say beyond the three examples: phases, ranges, words, verdicts."""

import dataclasses
import datetime as dt

from certificates.changes import changes
from certificates.content import (
    Bilingual,
    CertificateContent,
    ChainNode,
    Column,
    Conformity,
    CustomerFields,
    EnvironmentLine,
    Mark,
    Replaces,
    ResultTable,
    UnitRow,
)
from certificates.curve_content import Coefficient, Curve
from tests.certificates.example_bodies import B
from tests.certificates.examples import caliper, replacement, resistor, weight

HASH = "0123456789abcdef" * 4


def thermometer() -> CertificateContent:
    """A thermometer found and left: corrections in degC, humidity read between two limits, verdicts row by row."""
    columns = (
        Column("t_ref", B("Nhiệt độ chuẩn", "Reference temperature"), "degC", role="reference"),
        Column("t_ind", B("Số chỉ", "Indication"), "degC", role="indication"),
        Column("C", B("Số hiệu chính", "Correction"), "degC", emphasis=True, signed=True, role="correction"),
        Column("U", B("Độ không đảm bảo đo", "Expanded uncertainty"), "degC", "U", emphasis=True),
        Column("k", B("Hệ số phủ", "Coverage factor"), "1", "k"),
        Column("verdict", B("Kết luận", "Verdict"), kind="verdict"),
        Column("remark", B("Ghi chú", "Remark"), kind="text"),
    )
    found = ResultTable(
        columns,
        (
            ("0.010", "0.30", "-0.29", "0.05", "2.00", "fail", "số chỉ trôi"),
            ("50.00", None, None, None, None, None, None),
        ),
        title=B("Trước hiệu chỉnh", "As found"),
        phase="as_found",
    )
    left = dataclasses.replace(
        found,
        rows=(
            ("0.010", "0.02", "-0.01", "0.05", "2.00", "pass", None),
            ("50.00", "49.97", "0.03", "0.06", "2.02", "pass", None),
        ),
        title=B("Sau hiệu chỉnh", "As left"),
        phase="as_left",
    )
    base = resistor()
    return dataclasses.replace(
        base,
        body=dataclasses.replace(
            base.body, marks=(Mark(B("Công nhận (minh họa)", "Accreditation (demonstration)"), "X 000"),)
        ),
        performance=dataclasses.replace(
            base.performance,
            environment=(
                EnvironmentLine(B("Nhiệt độ", "Temperature"), "19.8 … 20.4", "degC"),
                EnvironmentLine(B("Độ ẩm", "Humidity"), "50.0", "%"),
                EnvironmentLine(B("Ánh sáng", "Light"), "không đo", "lx"),
            ),
            decisions=(B("Đo ngoài giờ theo quyết định", "Measured after hours as decided"),),
            location="customer",
        ),
        results=(found, left),
        coverage_statement=dataclasses.replace(base.coverage_statement, coverage_factor=None, normal=False),
        conformity=Conformity(
            specification=B("Sai số cho phép ± 0,1 °C", "Permissible error ± 0.1 °C"),
            verdict="cannot_be_stated",
            rule="simple",
            unit="degC",
            limit_lower="-0.10",
            limit_upper="0.10",
        ),
    )


def multimeter() -> CertificateContent:
    """A multimeter with a range in mV and one in V, U in another unit, and the hashes of two certificates above."""
    table = ResultTable(
        columns=(
            Column("nominal", B("Điểm", "Point"), "V"),
            Column("E", B("Sai số", "Error"), "V", emphasis=True, signed=True),
            Column("U", B("U", "U"), "V", "U", emphasis=True),
        ),
        rows=(("100", "0.0012", "2.5"), ("-100", "-0.0008", "2.5"), ("1", "0.000012", "0.000020")),
        ranges=(
            UnitRow(0, B("Thang 100 mV", "Range 100 mV"), ("mV", "mV", "uV")),
            UnitRow(2, B("Thang 1 V", "Range 1 V"), ("V", "V", "V")),
        ),
    )
    base = resistor()
    chain = tuple(
        dataclasses.replace(node, certificate_sha256=HASH) if node.certificate_number and not node.is_item else node
        for node in weight().traceability
    )
    return dataclasses.replace(base, results=(table,), traceability=chain, measurand=None)


def psi_gauge() -> CertificateContent:
    """A gauge in psi, a unit that D-SI does not know, and a U that no power of ten brings into it."""
    table = ResultTable(
        columns=(
            Column("nominal", B("Điểm", "Point"), "psi"),
            Column("p", B("Áp suất", "Pressure"), "psi", emphasis=True),
            Column("U", B("U", "U"), "%", "U", emphasis=True),
        ),
        rows=(("100", "100.2", "0.15"),),
    )
    return dataclasses.replace(resistor(), results=(table,))


def amended() -> CertificateContent:
    """The weight's second certificate with the hash of the first, by a measurand that good practice names."""
    content = replacement()
    before = content.replaces
    assert before is not None
    return dataclasses.replace(
        content, replaces=dataclasses.replace(before, file_sha256=HASH), measurand="conventional mass"
    )


def amendment(reason: Bilingual | None = None) -> CertificateContent:
    """An amendment of the weight's certificate: another customer and serial number, no result."""
    base = weight()
    content = dataclasses.replace(
        base,
        customer=CustomerFields("Công ty cổ phần Cân Hồng Hà", "12 đường Láng, Hà Nội"),
        item=dataclasses.replace(base.item, serial_number="HH-2024-0172"),
        body=dataclasses.replace(base.body, marks=()),
    )
    assert base.issue is not None
    why = reason or B("Tên ghi sai trong yêu cầu.", "Wrong name in the request.")
    before = Replaces(base.issue.number, base.issue.issued_on, why, HASH, "amended", changes(base, content))
    issue = dataclasses.replace(base.issue, number=f"{base.issue.number}-SD1")
    return dataclasses.replace(content, replaces=before, issue=issue)


def polynomial() -> CertificateContent:
    """A resistance thermometer's function of the third degree: its last coefficients are over powers of ten."""
    rows = (
        ("100.00412", "0.00021", "ohm"), ("0.390832", "0.000011", "ohm/K"), ("-5.7752e-5", "0.0123e-5", "ohm/K^2"),
        ("1.2345e-10", "0.0021e-10", "ohm/K^3"),
    )  # fmt: skip
    correlations = tuple(tuple("1.0000" if row == column else "-0.5321" for column in range(4)) for row in range(4))
    curve = Curve("R", "t", "degC", "ohm", tuple(Coefficient(*one) for one in rows), correlations, "0", "100")
    return dataclasses.replace(resistor(), curve=curve)


def interval() -> CertificateContent:
    """An asymmetric coverage interval in the panel."""
    base = resistor()
    answer = dataclasses.replace(base.answer, lower="10000.160", upper="10000.201")
    return dataclasses.replace(base, answer=answer)


def no_chain_certificates() -> CertificateContent:
    """A standard without certificate number: a realisation in the house."""
    node = ChainNode("working", B("Thể hiện tại chỗ", "Realised in the house"), code="X-1")
    item = ChainNode("item", B("Đối tượng", "Item"), performed_on=dt.date(2026, 11, 19), is_item=True)
    return dataclasses.replace(resistor(), traceability=(node, item))


DCCS = {
    "weight": weight,
    "replacement": replacement,
    "amended": amended,
    "amendment": amendment,
    "amendment with a reason in English": lambda: amendment(B("", "Wrong name in the request.")),
    "caliper": caliper,
    "one-point caliper": lambda: caliper(points=1),
    "resistor": resistor,
    "English": lambda: weight(languages="en"),
    "thermometer": thermometer,
    "multimeter": multimeter,
    "psi gauge": psi_gauge,
    "interval": interval,
    "polynomial of small coefficients": polynomial,
    "no chain certificates": no_chain_certificates,
}
"""Every shape of certificate that the tests write as DCC, by name."""
