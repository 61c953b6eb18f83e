"""Lists of certificates take as few statements for many as for one, and say the same as each certificate alone."""

import pytest
from sqlalchemy import event

from lims import calibration, certificate_lists
from lims.people import OPERATOR_ACTOR
from tests.laboratories import REASON, SmallLaboratory


def test_a_list_says_what_each_certificate_says(staged: SmallLaboratory) -> None:
    """Rows, their number, how many are current and the words that are looked for agree with the certificates."""
    trang, lab = staged.actors["trang"], staged.lab
    every = certificate_lists.certificates(lab, trang)
    assert every
    assert every == [certificate_lists.certificate(lab, trang, row.number) for row in every]
    page = certificate_lists.certificate_page(lab, trang)
    assert (page.rows, page.count) == (tuple(every), len(every))
    assert page.current == sum(row.status == "issued" for row in every)
    found = certificate_lists.certificate_page(lab, trang, text=every[-1].number.lower())
    assert (found.rows, found.count) == ((every[-1],), 1)
    assert certificate_lists.certificate_page(lab, trang, text="không có").count == 0
    assert certificate_lists.certificates(lab, OPERATOR_ACTOR) == every


def test_a_list_is_read_by_a_few_statements(staged: SmallLaboratory) -> None:
    """However many certificates there are, the list asks for all of them at once, and never for their content."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "FROM certificate " in statement or "FROM certificate\n" in statement:
            said.append(statement)

    event.listen(staged.lab.store.reader, "before_cursor_execute", note)
    try:
        certificate_lists.certificate_page(staged.lab, staged.actors["trang"])
    finally:
        event.remove(staged.lab.store.reader, "before_cursor_execute", note)
    assert len(said) <= 2
    assert not [one for one in said if "certificate.content" in one]


def test_a_list_is_searched_and_read_page_by_page(small: SmallLaboratory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each reader pages through the own certificates, newest first, once each; every word typed narrows the list."""
    first, _ = small.whole_job()
    second = small.job_in("REVIEWED", customer="other_customer", item="other_item")
    small.issued(second)
    lab, hang, khach1 = small.lab, small.actors["hang"], small.actors["khach1"]
    everything = certificate_lists.certificates(lab, hang)
    assert [one.job_id for one in everything] == [second, first]
    assert [one.job_id for one in certificate_lists.certificates(lab, khach1)] == [first]
    assert [one.job_id for one in certificate_lists.certificates(lab, hang, job_id=first)] == [first]
    assert certificate_lists.certificates(lab, OPERATOR_ACTOR) == everything
    monkeypatch.setattr(certificate_lists, "PAGE_ROWS", 1)
    one = certificate_lists.certificate_page(lab, hang)
    two = certificate_lists.certificate_page(lab, hang, after=one.after)
    assert [*one.rows, *two.rows] == everything
    assert (one.count, one.current, bool(one.after), two.after) == (2, 2, True, "")
    row = everything[1]
    texts = (row.number.lower(), row.instrument, row.customer_name.vi.upper(), f"{row.serial_number} {row.item.vi}")
    for text in texts:
        assert row in certificate_lists.certificates(lab, hang, text=text), text
    assert certificate_lists.certificate_page(lab, hang, text=row.number).count == 1
    for text in ("không có từ này", "100%", f"{row.number} không"):
        assert certificate_lists.certificate_page(lab, hang, text=text).count == 0
    calibration.withdraw(lab, small.actors["trang"], row.id, reason=REASON)
    assert certificate_lists.certificate_page(lab, hang, text=row.number).current == 0
    assert certificate_lists.certificates(lab, khach1)[0].status == "withdrawn"
