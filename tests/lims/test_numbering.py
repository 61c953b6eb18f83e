"""Numbers of jobs and certificates, tokens and check codes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lims import numbering
from lims.errors import Broken
from tests.laboratories import SmallLaboratory


def test_a_number_says_centre_series_year_and_place() -> None:
    """The printed number holds the centre's code, the series, two digits of the year and six of the place."""
    assert numbering.certificate_number("HN", "KL", 2026, 4127) == "HN-KL-26-004127"
    assert numbering.certificate_number("HN", "KL", 2101, 1) == "HN-KL-01-000001"


def test_numbers_follow_each_other_without_gap(small: SmallLaboratory) -> None:
    """Jobs and certificates are numbered in their order, also where jobs in between were given up."""
    first, second, third = small.job_in("REVIEWED"), small.job_in("CANCELLED"), small.job_in("REVIEWED")
    assert [small.job(one).number for one in (first, second, third)] == [
        "KL-2026-0001", "KL-2026-0002", "KL-2026-0003",
    ]  # fmt: skip
    assert small.issued(third) == "MB-KL-26-000001"
    assert small.issued(first) == "MB-KL-26-000002"


def test_the_year_turns_in_the_legal_time_zone(small: SmallLaboratory) -> None:
    """At 00:30 on 1 January in Hanoi, which is 17:30 of the old year in UTC, both series begin anew."""
    small.whole_job()
    small.clock.put(datetime(2026, 12, 31, 16, 30, tzinfo=UTC))
    small.everyone_signs_in()
    old = small.job_in("RECEIVED")
    small.later(timedelta(hours=1))
    job_id, number = small.whole_job()
    assert small.job(old).number == "KL-2026-0002"
    assert small.job(job_id).number == "KL-2027-0001"
    assert number == "MB-KL-27-000001"
    assert small.certificate(number).issued_on.isoformat() == "2027-01-01"


def test_tokens_and_check_codes_cannot_be_guessed() -> None:
    """A token has 128 random bits; a check code twelve signs without I, L and O; no two are equal."""
    tokens = {numbering.new_token() for _ in range(2000)}
    assert len(tokens) == 2000
    assert all(len(one) == 32 and set(one) <= set("0123456789abcdef") for one in tokens)
    codes = {numbering.new_check_code() for _ in range(2000)}
    assert len(codes) == 2000
    assert all(len(one) == 14 and set(one) <= {*numbering.CHECK_ALPHABET, "-"} for one in codes)
    assert not set("ILO") & set(numbering.CHECK_ALPHABET)
    assert len(numbering.CHECK_ALPHABET) ** 12 > 2**58


def test_the_series_of_a_kind_and_a_centre_are_data(tmp_path: Path) -> None:
    """A kind has its series, a centre its own before that; one that no number can carry is refused by name."""
    assert numbering.certificate_series("verification", "MB", "KL") == "KL"
    file = tmp_path / "series.toml"
    file.write_text(
        '[calibration]\nseries = "$discipline"\n'
        '[verification]\nseries = "KD-$discipline"\ncentres = { MN = "KDMN", MT = "kiểm định" }\n'
    )
    of = [numbering.certificate_series("verification", code, "KL", file) for code in ("MB", "MN")]
    assert of == ["KD-KL", "KDMN"] and numbering.certificate_series("calibration", "MN", "KL", file) == "KL"
    for kind, code in (("verification", "MT"), ("testing", "MB")):
        with pytest.raises(Broken) as answer:
            numbering.certificate_series(kind, code, "KL", file)
        assert kind in answer.value.text("vi")
