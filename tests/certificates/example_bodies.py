"""Three invented centres and what issuing adds, for the example contents."""

import dataclasses
import datetime as dt

from certificates.content import Bilingual, IssueFields, IssuingBody

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
