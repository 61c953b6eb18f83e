"""A column among many values: found as one by one, on the databases that are used."""

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql
from sqlmodel import col, select

from instruments.among import among
from instruments.models import Body
from tests.instruments.network import registry_in_memory

CODES = ["A", "á", "a'b", 'a"b', "a\\b", "%", "a,b", "[1]", ""]


@given(st.sets(st.sampled_from(CODES)))
def test_what_is_among_the_values_is_found_and_nothing_else(wanted: set[str]) -> None:
    """Quotes, brackets and letters with marks are values like any other; among none stands nothing."""
    with registry_in_memory() as session:
        session.add_all([Body(code=one, kind="customer") for one in CODES])
        session.flush()
        assert set(session.exec(select(Body.code).where(among(col(Body.code), wanted)))) == wanted


def test_postgresql_gets_the_values_as_one_array() -> None:
    """However many values there are, the statement has one parameter and one text."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    texts = set()
    for count in (1, 3000):
        compiled = select(Body.id).where(among(col(Body.code), map(str, range(count)))).compile(dialect=dialect)
        assert len(compiled.params) == 1
        texts.add(str(compiled))
    assert len(texts) == 1
