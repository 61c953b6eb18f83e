"""Results wider or longer than a page: a matrix of range and frequency, many columns, remarks of several lines."""

import dataclasses

from certificates.content import Bilingual, CertificateContent, Column, ResultTable
from tests.certificates.example_caliper import caliper

B = Bilingual
FREQUENCIES = (
    "10 Hz",
    "20 Hz",
    "55 Hz",
    "0.1 kHz",
    "0.4 kHz",
    "1 kHz",
    "5 kHz",
    "10 kHz",
    "20 kHz",
    "50 kHz",
    "100 kHz",
)
"""Canonical: the page prints "0,1 kHz"."""
REMARK = (
    "Mặt đo di động có vết mòn nhẹ, không ảnh hưởng đến kết quả; đã làm sạch và khử từ trước khi đo",
    "Slight wear of the sliding face, without influence on the result; cleaned and demagnetised before the measurement",
)


def matrix(frequencies: int, levels: int, *, k: bool = False) -> ResultTable:
    """The error of an AC voltage at so many levels in the rows and frequencies in the columns, each with its U."""
    columns = [Column("nominal", B("Giá trị danh định", "Nominal value"), "V", role="nominal")]
    expanded, factor = B("Độ không đảm bảo đo mở rộng", "Expanded uncertainty"), B("Hệ số phủ", "Coverage factor")
    error, role = B("Sai số", "Error"), "measurement_error"
    for name in FREQUENCIES[:frequencies]:
        at, key = B(name, name), name.replace(" ", "")
        columns += [
            Column(f"error_{key}", error, "mV", emphasis=True, signed=True, role=role, span=at),
            Column(f"U_{key}", expanded, "mV", symbol="U", emphasis=True, span=at),
            *([Column(f"k_{key}", factor, "1", symbol="k", span=at)] if k else []),
        ]
    rows = []
    for level in range(levels):
        row: list[str | None] = [str(10 * (level + 1))]
        for place in range(frequencies):
            row += [f"{(level - 3) * 0.13 + place * 0.021:.3f}", f"{0.12 + 0.013 * place + 0.001 * level:.3f}"]
            row += [f"{1.9 + place / 100:.2f}"] if k else []
        rows.append(tuple(row))
    return ResultTable(tuple(columns), tuple(rows), title=B("Điện áp xoay chiều", "AC voltage"))


def remarked(length: int = 1, rows: int = 3) -> ResultTable:
    """Results with remarks of several lines in two columns of words."""
    columns = (
        Column("place", B("Vị trí", "Position"), kind="bilingual"),
        Column("remark", B("Nhận xét", "Remark"), kind="bilingual"),
        Column("error", B("Sai số chỉ thị", "Error of indication"), "mm", emphasis=True, signed=True),
        Column("U", B("Độ không đảm bảo đo mở rộng", "Expanded uncertainty"), "mm", symbol="U", emphasis=True),
        Column("note", B("Ghi chú của người thực hiện", "Note of the technician"), kind="text"),
    )
    first, second = (" ".join([text] * length) for text in REMARK)
    made = tuple(
        (f"Mặt đo {row + 1}|Face {row + 1}", f"{first}|{second}", f"0.{row + 11}", "0.06", first) for row in range(rows)
    )
    return ResultTable(columns, made)


def with_tables(*tables: ResultTable, languages: str = "vi-en") -> CertificateContent:
    """The caliper's certificate with these results."""
    return dataclasses.replace(caliper(), results=tables, languages=languages)
