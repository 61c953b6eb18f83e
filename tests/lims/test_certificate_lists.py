"""Lists of certificates take as few statements for many as for one, and say the same as each certificate alone."""

from sqlalchemy import event

from lims import registry_sheets
from lims.people import OPERATOR_ACTOR
from tests.laboratories import SmallLaboratory


def test_a_list_says_what_each_certificate_says(staged: SmallLaboratory) -> None:
    """Rows, their number, how many are current and the words that are looked for agree with the certificates."""
    trang, lab = staged.actors["trang"], staged.lab
    every = registry_sheets.certificates(lab, trang)
    assert every
    assert every == [registry_sheets.certificate(lab, trang, row.number) for row in every]
    page = registry_sheets.certificate_list(lab, trang, most=1)
    assert (page.rows, page.count) == (tuple(every[:1]), len(every))
    assert page.current == sum(row.status == "issued" for row in every)
    found = registry_sheets.certificate_list(lab, trang, text=every[-1].number.lower(), most=5)
    assert (found.rows, found.count) == ((every[-1],), 1)
    assert registry_sheets.certificate_list(lab, trang, text="không có", most=5).count == 0
    assert registry_sheets.certificates(lab, OPERATOR_ACTOR) == every


def test_a_list_is_read_by_a_few_statements(staged: SmallLaboratory) -> None:
    """However many certificates there are, the list asks for all of them at once, and never for their content."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "FROM certificate " in statement or "FROM certificate\n" in statement:
            said.append(statement)

    event.listen(staged.lab.store.reader, "before_cursor_execute", note)
    try:
        registry_sheets.certificate_list(staged.lab, staged.actors["trang"], most=200)
    finally:
        event.remove(staged.lab.store.reader, "before_cursor_execute", note)
    assert len(said) <= 2
    assert not [one for one in said if "certificate.content" in one]
