"""The job of a bench multimeter whose AC voltage is a matrix of ranges and frequencies, as a table like `documents`."""

from typing import Any

from tests.documents import DocumentJob

FREQUENCIES = ("20 Hz", "1 kHz", "20 kHz", "50 kHz", "100 kHz")
RELATIVE = ("0.00006", "0.00004", "0.00006", "0.00012", "0.0004")
"""Relative U of the calibrator's certificate at each frequency."""
LEVELS = (("0.1", 5), ("1", 5), ("10", 5), ("100", 5), ("700", 3))
"""Voltages of the calibrator's certificate, and at how many frequencies."""


def ac_calibrator(code: str) -> dict[str, Any]:
    """A multifunction calibrator with results at every voltage and frequency of the matrix."""
    return {
        "instrument": {
            "name_vi": "Máy hiệu chuẩn đa năng", "name_en": "Multifunction calibrator", "code": code,
            "quantity": "multifunction electrical",
        },
        "services": [(f"ac voltage, {one}", "0.01", "1000", "V", "0.000001", "V") for one in FREQUENCIES],
        "results": [
            (f"ac voltage, {one}", level, "V", f"{float(level) * (1 + (at - 1) * 1e-5):.6f}", "V",
             f"{float(level) * float(relative):.8f}".rstrip("0"), "V")
            for level, count in LEVELS
            for at, (one, relative) in enumerate(zip(FREQUENCIES[:count], RELATIVE, strict=False))
        ],
    }  # fmt: skip


AC_VOLTAGE = DocumentJob(
    procedure=("electricity-ac-voltage-multimeter", "2026-1"),
    item={
        "name_vi": "Đồng hồ vạn năng để bàn", "name_en": "Bench multimeter",
        "maker": "Hãng thiết bị đo (mẫu)", "model": "DB-65", "serial_number": "DB-1183",
        "quantity": "multifunction electrical",
    },
    item_properties={},
    standards={"reference": ac_calibrator("CT-DN-02")},
    equipment={},
    conditions={"temperature": "23,0", "humidity": "48"},
    readings=[
        text
        for row in (
            "100,0121 100,0083 99,9936 100,0312 100,1474",
            "0,100011 0,100008 0,099993 0,100030 0,100142",
            "1,000104 1,000062 0,999921 1,000284 1,001405",
            "1,00012 1,00007 0,99991 1,00029 1,00138",
            "10,00118 10,00066 9,99917 10,00301 10,01352",
            "10,0014 10,0009 9,9990 10,0034 10,0141",
            "100,0132 100,0075 99,9902 100,0318 100,7215",
            "700,083 700,051 699,917",
        )
        for text in row.split()
    ],
    conformity={"rule": "simple"},
)  # fmt: skip
"""A bench multimeter within its limits but for 100 V at 100 kHz; at 700 V two frequencies are not measured."""
