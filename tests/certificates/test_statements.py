"""The statement about U says where k comes from, and the panel says what it shows."""

import dataclasses
from pathlib import Path

import pytest

from certificates.content import AnswerPanel, Bilingual, CoverageStatement
from certificates.edition import Edition
from certificates.pdf import render
from certificates.result_sections import approval_time, uncertainty_statement
from tests.certificates.examples import weight
from tests.certificates.reading import raw_text_of

pytestmark = pytest.mark.usefixtures("font_cache")


@pytest.mark.parametrize(
    ("stated", "vi", "en"),
    [
        (CoverageStatement("2", "0.9545", normal=True), "khoảng 95\u00a0% khi phân bố là chuẩn", "of about 95\u00a0%"),
        (
            CoverageStatement("1.83", "0.95", normal=False, distribution=Bilingual("hình thang", "trapezoidal")),
            "1,83. Phân bố của kết quả không phải là phân bố chuẩn (hình thang)",
            "1.83. The distribution of the result is not normal (trapezoidal)",
        ),
        (
            CoverageStatement("2.37", "0.9545", normal=False, effective_dof="7"),
            "bậc tự do hiệu dụng *ν*\u00a0=\u00a07",
            "7 effective degrees of freedom",
        ),
        (CoverageStatement("1.65", "0.95", normal=False), "không phải là phân bố chuẩn", "which is not normal"),
        (CoverageStatement(None, "0.9545", normal=False), "*k* ghi ở từng dòng", "*k* stated in each row"),
        (CoverageStatement("3", "0.9973", normal=True), "99,73\u00a0%", "99.73\u00a0%"),
    ],
)
def test_the_statement_names_the_origin_of_k(stated: CoverageStatement, vi: str, en: str) -> None:
    """k = 2 of a normal result, a t factor, an own distribution and a column of k have each their sentence."""
    said = uncertainty_statement(dataclasses.replace(weight(), coverage_statement=stated), Edition("vi-en"))
    assert vi in said.vi
    assert en in said.en


@pytest.mark.usefixtures("poppler")
def test_an_asymmetric_interval_is_printed_by_its_ends(font_cache: Path) -> None:
    """A result whose interval is not symmetric shows the interval and says so."""
    answer = AnswerPanel(
        Bilingual("Điện áp", "Voltage"),
        value="1.25",
        lower="1.234",
        upper="1.299",
        unit="mV",
        coverage_factor="2",
        coverage_probability="0.95",
    )
    raw = raw_text_of(render(dataclasses.replace(weight(), answer=answer), fonts=font_cache))
    assert "[1,234; 1,299] mV" in raw
    assert "Khoảng phủ" in raw


@pytest.mark.usefixtures("poppler")
@pytest.mark.parametrize("value", ["540", "-540", "0", "499", "-441"])
@pytest.mark.parametrize("sides", [("-500", "500"), (None, "500"), ("-500", None)])
def test_the_bar_of_any_result_is_drawn(font_cache: Path, value: str, sides: tuple[str | None, str | None]) -> None:
    """Results within, at and beyond one or two limits are drawn with their number."""
    base = weight().conformity
    assert base
    stated = dataclasses.replace(base, value=value, limit_lower=sides[0], limit_upper=sides[1], verdict="fail")
    raw = raw_text_of(render(dataclasses.replace(weight(), conformity=stated), fonts=font_cache))
    shown = Edition("vi-en").number(value, signed=True)
    assert f"{shown} ± 59" in raw
    assert "Không đạt" in raw


def test_the_time_of_approval_keeps_its_offset() -> None:
    """The printed time of approval is that of the record, with its offset from UTC."""
    assert approval_time("2026-11-20T16:42:05+07:00") == "20/11/2026 16:42:05 +07:00"
    assert approval_time("2026-11-20T16:42:05.123456+07:00") == "20/11/2026 16:42:05 +07:00"
