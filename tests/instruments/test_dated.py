"""Dated rows: exactly one or none holds on a day, and what was once said stays readable."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from instruments.dated import each_in_force, in_force, in_force_or_first
from instruments.models import BodyPolicy

START = date(2026, 1, 1)


def _policy(
    number: int, start: int, length: int | None = None, *, ended: bool = False, name: str = "cmc"
) -> BodyPolicy:
    begin = START + timedelta(days=start)
    return BodyPolicy(
        id=f"{number:036d}",
        body_id="b",
        name=name,
        text=str(number),
        valid_from=begin,
        valid_to=None if length is None else begin + timedelta(days=length),
        ended=ended,
    )


def _on(rows: list[BodyPolicy], day: int) -> str | None:
    row = in_force(rows, START + timedelta(days=day))
    return None if row is None else row.text


def test_nothing_holds_before_the_first_day() -> None:
    """A row says nothing about the day before it begins."""
    assert _on([_policy(1, 10)], 9) is None
    assert _on([_policy(1, 10)], 10) == "1"


def test_the_last_day_of_a_period_is_inside() -> None:
    """Both ends of a period belong to it."""
    rows = [_policy(1, 10, 5)]
    assert [_on(rows, day) for day in (10, 15, 16)] == ["1", "1", None]


def test_a_newer_row_takes_over_and_an_older_one_never_comes_back() -> None:
    """When a newer row's period is over, what was said before it stays over."""
    rows = [_policy(1, 0), _policy(2, 10, 5)]
    assert [_on(rows, day) for day in (9, 10, 15, 16)] == ["1", "2", "2", None]


def test_an_ending_row_ends() -> None:
    """A row that ends says that nothing holds from its day on."""
    rows = [_policy(1, 0, 100), _policy(2, 10, ended=True)]
    assert [_on(rows, day) for day in (9, 10, 50)] == ["1", None, None]


def test_of_two_rows_of_one_day_the_later_entered_holds() -> None:
    """A typing mistake is answered by a second row of the same day."""
    assert _on([_policy(2, 0), _policy(1, 0)], 3) == "2"


def test_each_subject_has_its_own_row() -> None:
    """Rows about different subjects do not take over from each other."""
    rows = [_policy(1, 0), _policy(2, 0, name="reviewer_may_approve"), _policy(3, 5)]
    assert {row.text for row in each_in_force(rows, START + timedelta(days=6))} == {"2", "3"}


ROWS = st.lists(
    st.tuples(st.integers(0, 30), st.one_of(st.none(), st.integers(0, 10)), st.booleans()), min_size=1, max_size=8
)


@given(ROWS, st.integers(-1, 45), st.randoms(use_true_random=False))
def test_the_answer_does_not_depend_on_the_order_of_the_rows(given_rows: list, day: int, random) -> None:  # type: ignore[type-arg,no-untyped-def]
    """Whatever the order in which rows are read, the same row holds, and it covers the day."""
    rows = [_policy(n, start, length, ended=ended) for n, (start, length, ended) in enumerate(given_rows)]
    answer = _on(rows, day)
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert _on(shuffled, day) == answer
    if answer is not None:
        row = rows[int(answer)]
        assert not row.ended
        assert row.valid_from <= START + timedelta(days=day) <= (row.valid_to or date.max)


def test_before_the_first_day_the_first_row_can_stand_in() -> None:
    """Where asked for, a day before all rows takes the first of them; a day whose row ended still has none."""
    rows = [_policy(2, 20), _policy(1, 10, 5)]
    for days, number in ((0, "1"), (12, "1"), (16, None), (25, "2")):
        found = in_force_or_first(rows, START + timedelta(days=days))
        assert (found.text if found else None) == number
    assert in_force_or_first([], START) is None
