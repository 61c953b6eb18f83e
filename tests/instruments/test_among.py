"""A column among many values: found as one by one, on both databases."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql
from sqlmodel import Session, col, select

from instruments.among import among
from instruments.models import Body

CODES = ["A", "á", "a'b", 'a"b', "a\\b", "%", "a,b", "{1}", "[1]", "NULL", ""]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(wanted=st.sets(st.sampled_from([*CODES, "B"])))
def test_what_is_among_the_values_is_found_and_nothing_else(session: Session, wanted: set[str]) -> None:
    """Quotes, brackets and letters with marks are values like any other; among none stands nothing."""
    if session.exec(select(Body.id).where(Body.code == "A")).first() is None:
        session.add_all([Body(code=one, kind="customer") for one in CODES])
        session.flush()
    found = session.exec(select(Body.code).where(among(session, col(Body.code), wanted))).all()
    assert sorted(found) == sorted(wanted - {"B"})


def test_postgresql_gets_the_values_as_one(session: Session) -> None:
    """However many there are, the statement has one text there, with one parameter."""
    if session.get_bind().dialect.name != "postgresql":
        return
    asked = [
        select(Body.id)
        .where(among(session, col(Body.code), map(str, range(count))))
        .compile(dialect=postgresql.dialect())  # type: ignore[no-untyped-call]
        for count in (1, 3000)
    ]
    assert len({str(one) for one in asked}) == 1
    assert [len(one.params) for one in asked] == [1, 1]
