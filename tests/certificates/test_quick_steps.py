"""The faster steps in place of the library's."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from asn1crypto.x509 import Name
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic

from certificates import quick_steps

LIBRARY_READS: Any = quick_steps._digit_by_digit
LIBRARY_PREPARES: Any = quick_steps._prepare
LIBRARY_COMPARES: Any = quick_steps._part_by_part


def _outcome(step: Callable[..., Any], *said: Any) -> tuple[object, ...]:
    """What a step gives or raises."""
    try:
        found = step(*said)
    except Exception as problem:  # noqa: BLE001  (whatever it is, it must be the same)
        return type(problem), str(problem)
    return type(found), found, getattr(found, "autodetected_encoding", None)


def test_the_faster_steps_are_in_place() -> None:
    """A process that verifies signatures takes the faster steps."""
    assert generic.read_hex_string_from_stream is quick_steps.hexadecimal
    before = quick_steps.prepared.cache_info().hits
    same = [Name.build({"common_name": name}) for name in ("An Bình", "an  BÌNH", "An Bình")]
    assert same[0] == same[1] == same[2]
    assert quick_steps.prepared.cache_info().hits > before


@settings(max_examples=200, deadline=None)
@given(st.text("0123456789abcdefABCDEF<>( %\n\0g", max_size=60), st.text(max_size=5))
@example("feff00c4>", "")
@example("5>", "x")
@example("", "")
def test_digits_are_read_as_the_library_reads_them(digits: str, after: str) -> None:
    """Any bytes after an opening bracket give the same text, the same place in the file, or the same refusal."""
    file = f"x<{digits}{after}".encode()
    found = []
    for step in (quick_steps.hexadecimal, LIBRARY_READS):
        stream = io.BytesIO(file)
        stream.seek(1)
        outcome = _outcome(step, stream)
        found.append((outcome, stream.tell() if isinstance(outcome[0], type(str)) and len(outcome) > 2 else None))
    assert found[0] == found[1]


@pytest.mark.parametrize("length", [quick_steps.LONGEST - 2, quick_steps.LONGEST - 1, quick_steps.LONGEST + 7])
def test_long_digits_are_read_whole(length: int) -> None:
    """A signature as long as what is read at once, or a little longer, loses nothing."""
    stream = io.BytesIO(b"<" + b"a7" * (length // 2) + b"a" * (length % 2) + b">/Next")
    assert len(quick_steps.hexadecimal(stream)) == (length + 1) // 2
    assert stream.read() == b"/Next"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=12))
@example("Viện Đo lường  Miền Bắc")
@example("\u05d0a")
@example("\ue000")
def test_names_are_prepared_as_the_library_prepares_them(part: str) -> None:
    """Any part of a name gives the same to compare, or the same refusal, the first time and the second."""
    expected = _outcome(LIBRARY_PREPARES, None, part)
    assert _outcome(quick_steps.prepared, part) == expected
    assert _outcome(quick_steps.prepared, part) == expected


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(["An Bình", "an  BÌNH", "An Binh", "a", "A", ""]), min_size=2, max_size=2), st.booleans()
)
def test_names_are_equal_where_the_library_finds_them_equal(parts: tuple[str, str], longer: bool) -> None:
    """Spelling, case, blanks and length count as the library counts them; another kind of thing is never equal."""
    one, other = (Name.build({"common_name": part, "organization_name": "Viện"}).chosen for part in parts)
    if longer:
        other = Name.build({"common_name": parts[1], "organization_name": "Viện", "country_name": "VN"}).chosen
    assert quick_steps.same_name(one, other) is LIBRARY_COMPARES(one, other) is (one == other)
    assert quick_steps.same_name(one, one.copy()) and not quick_steps.same_name(one, parts[0])
