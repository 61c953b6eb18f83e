"""Amendments: a further document with its own number, the amended file untouched, and what may not be amended."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree
from sqlmodel import select

from certificates.agreement import agreement
from certificates.content import Bilingual, CertificateContent
from certificates.dcc_schema import read_schemas, safe_parser
from instruments.models import Calibration
from lims import calibration, certificate_lists, numbering, service_labels, verifying
from lims.amendable import amendable_fields
from lims.amendment_sheet import amendment_sheet
from lims.amendments import NewText
from lims.dcc import digital_certificate
from lims.errors import Refused, Stated
from lims.record import read_record
from lims.sanity import examine
from lims.store.tables import Certificate, Job
from tests.certificates.reading import one_spaced, text_of
from tests.laboratories import REASON, SmallLaboratory, copied
from tests.laboratory_fixtures import Templates
from tests.lims.conftest import Command
from uncertainty.wording import wording

RENAMED = NewText("customer.name", "Công ty cổ phần Cân Hồng Hà")
SCRATCHED = NewText("item.condition", "Nguyên vẹn, có một vết xước", "Undamaged, one scratch")
WHY = "Khách hàng báo tên ghi sai trong yêu cầu"
WHY_IN_ENGLISH = "The customer reports a wrong name in the request"


def prepared(small: SmallLaboratory, *stated: NewText, by: str = "binh", **given: str) -> str:
    """An amendment of the issued job; the id of its edition."""
    words = {"reason": WHY, "reason_en": WHY_IN_ENGLISH} | given
    return calibration.prepare_amendment(
        small.lab, small.actors[by], small.ids["ISSUED"], stated=list(stated), **words
    ).id


def answered(small: SmallLaboratory, *stated: NewText, **given: str) -> str:
    """What the laboratory answers to an amendment that it refuses."""
    with pytest.raises(Stated) as answer:
        prepared(small, *stated, **given)
    return answer.value.key


@pytest.fixture(scope="module")
def made(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallLaboratory]:
    """A laboratory with a certificate (`first`) that was amended (`second`), and the file before (`file`)."""
    template, _ = templates.get("sqlite", "staged")
    small = copied(template, tmp_path_factory.mktemp("amendments") / "home")
    with small.lab.store.reading() as session:
        found = session.exec(select(Certificate).where(Certificate.job_id == small.ids["ISSUED"])).one()
    small.ids["first"] = found.number
    small.ids["edition"] = prepared(small, RENAMED, SCRATCHED)
    small.reviewed(small.ids["edition"])
    small.ids["second"] = small.issued(small.ids["edition"])
    yield small
    small.lab.close()


def file_of(small: SmallLaboratory, name: str) -> bytes:
    """The file of a certificate as its customer has it."""
    return bytes(calibration.download(small.lab, small.actors["khach1"], small.ids[name]))


def test_an_amendment_takes_the_same_steps_and_leaves_the_file_alone(staged: SmallLaboratory) -> None:
    """Prepared, reviewed, approved by another and issued with a number of its own; the old file stays as it was."""
    small, job_id = staged, staged.ids["ISSUED"]
    with small.lab.store.reading() as session:
        first = session.exec(select(Certificate).where(Certificate.job_id == job_id)).one()
    small.ids["first"] = first.number
    before = file_of(small, "first")
    edition = prepared(small, RENAMED, by="trang")
    assert (small.job(edition).state, small.job(edition).edition) == ("IN_REVIEW", 2)
    small.reviewed(edition)
    with pytest.raises(Refused) as own:
        small.approved(edition)
    assert own.value.key == "lims.own_work"  # who prepared it neither reviews nor approves it
    calibration.cancel(small.lab, small.actors["quang"], edition, reason=REASON)
    again = prepared(small, RENAMED)
    small.reviewed(again)
    small.ids["second"] = small.issued(again)
    assert small.ids["second"] == f"{first.number}-SD1"
    assert file_of(small, "first") == before
    assert agreement(file_of(small, "second")).state == "agrees"
    standing = verifying.of_file(small.lab, before)
    assert (standing.verdict.verdict, [one for one, _ in standing.amended_by]) == ("genuine", [small.ids["second"]])


def test_the_paper_says_what_was_and_what_is_and_no_result(made: SmallLaboratory) -> None:
    """Title, the number that is amended, before and now, the reason in both languages; no result and no mark."""
    text = one_spaced(text_of(file_of(made, "second")))
    for said in (
        "SỬA ĐỔI GIẤY CHỨNG NHẬN", "Amendment to calibration certificate No.", made.ids["first"], made.ids["second"],
        RENAMED.vi, SCRATCHED.vi, SCRATCHED.en, "Undamaged, clean", WHY, WHY_IN_ENGLISH, "HẾT BẢN SỬA ĐỔI",
        "Người lập bản sửa đổi", "Lê Văn Bình",
    ):  # fmt: skip
        assert said in text, said
    assert "10 000,025" not in text and "k = 2" not in text


def test_the_dcc_carries_the_amendment(made: SmallLaboratory, dcc_folder: Path) -> None:
    """It is valid, names what it amends with the hash of that file, holds the new facts and no result of its own."""
    file = digital_certificate(made.lab, made.actors["trang"], made.ids["second"])
    read_schemas(dcc_folder).check(etree.fromstring(file, safe_parser()), "3.3.0")
    text, before = file.decode(), verifying.of_file(made.lab, file_of(made, "first")).file_sha256
    assert "<dcc:typeOfChange>amended</dcc:typeOfChange>" in text
    assert f"<dcc:replacedUniqueIdentifier>{made.ids['first']}</dcc:replacedUniqueIdentifier>" in text
    assert before in text and RENAMED.vi in text and "<si:" not in text


def test_everyone_is_told_to_read_both(made: SmallLaboratory, command: Command) -> None:
    """The public record, the list of the customer and the command name the amendment, and what it amends."""
    old, new = (verifying.of_file(made.lab, file_of(made, name)) for name in ("first", "second"))
    assert (old.verdict.verdict, old.amended_by[0][0], old.amends) == ("genuine", made.ids["second"], "")
    assert (new.verdict.verdict, new.amended_by, new.amends) == ("genuine", (), made.ids["first"])
    rows = {one.number: one for one in certificate_lists.certificates(made.lab, made.actors["khach1"])}
    assert rows[made.ids["first"]].amended_by == (made.ids["second"],)
    assert rows[made.ids["second"]].amends == made.ids["first"]
    path = made.lab.settings.home / "given.pdf"
    for name, key, other in (("first", "amended_by", [made.ids["second"]]), ("second", "amends", made.ids["first"])):
        path.write_bytes(file_of(made, name))
        status, said, _ = command("certificate", "verify", path, "--home", made.lab.settings.home, "--json")
        assert (status, said["verdict"], said[key]) == (0, "genuine", other)
    assert said["dcc"]["amends"] == made.ids["first"]


def test_the_registry_keeps_the_result_of_the_certificate(made: SmallLaboratory) -> None:
    """An amendment enters no calibration, has no label, and leaves that of its certificate as it was."""
    with made.lab.store.reading() as session:
        row = made.certificate(made.ids["second"])
        assert session.exec(select(Calibration).where(Calibration.own_certificate_id == row.id)).first() is None
        assert row.replaces_id is None and row.amends_id == made.certificate(made.ids["first"]).id
    with pytest.raises(Refused) as refused:
        service_labels.service_label(made.lab, made.actors["hang"], made.ids["second"])
    assert refused.value.key == "amendment.no_label"
    assert service_labels.service_label(made.lab, made.actors["hang"], made.ids["first"]).values["number"]
    assert [one for one in examine(made.lab, rehash=True).findings if one.grave] == []


def test_the_form_shows_what_stands_with_its_amendments(made: SmallLaboratory) -> None:
    """The next amendment begins from the amended text; another centre's people and customers see no such form."""
    said = {one.place: text for one, text in amendment_sheet(made.lab, made.actors["hang"], made.ids["first"]).fields}
    assert said["customer.name"].vi == RENAMED.vi and said["item.condition"].en == SCRATCHED.en
    assert answered(made, RENAMED) == "amendment.nothing"
    assert not amendment_sheet(made.lab, made.actors["hang"], made.ids["second"]).possible
    with pytest.raises(Refused):
        amendment_sheet(made.lab, made.actors["khach1"], made.ids["first"])


@pytest.mark.parametrize(
    ("stated", "key"),
    [
        ((NewText("results", "10000.026"),), "amendment.needs_replacement"),
        ((NewText("performance.finished_on", "2026-11-17"),), "amendment.needs_replacement"),
        ((NewText("conformity.verdict", "pass"),), "amendment.needs_replacement"),
        ((), "amendment.nothing"),
        ((NewText("item.maker", "Xưởng A"), NewText("item.maker", "Xưởng B")), "amendment.twice"),
        ((NewText("customer.name", "  "),), "amendment.not_empty"),
        ((NewText("item.name", "Quả cân"),), "amendment.both_languages"),
        ((NewText("customer.name", "Công ty \u202eA"),), "uncertainty.text_character"),
    ],
)
def test_what_bears_on_results_is_refused_with_the_remedy(
    made: SmallLaboratory, stated: tuple[NewText, ...], key: str
) -> None:
    """Results, days and conclusions call for a replacement; texts that cannot be printed are refused by name."""
    assert answered(made, *stated) == key


def test_an_amendment_is_not_measured_amended_or_returned_to_the_bench(made: SmallLaboratory) -> None:
    """It is cancelled and prepared again; while one is open there is no other, and nothing replaces its certificate."""
    edition = prepared(made, NewText("item.maker", ""))
    try:
        with pytest.raises(Refused) as bench:
            calibration.return_for_correction(made.lab, made.actors["bao"], edition, reason=REASON)
        assert bench.value.key == "amendment.no_bench"
        assert answered(made, NewText("item.model", "M2")) == "lims.amendment_open"
        with made.lab.store.reading() as session:
            assert read_record(session, session.get_one(Job, edition)).readings == {}
    finally:
        calibration.cancel(made.lab, made.actors["trang"], edition, reason=REASON)
    for act, more in (
        (calibration.amend, {"remeasure": False}),
        (calibration.prepare_amendment, {"stated": [RENAMED]}),
    ):
        with pytest.raises(Refused) as refused:
            act(made.lab, made.actors["trang"], made.ids["edition"], reason=REASON, **more)
        assert refused.value.key == "amendment.of_amendment" and made.ids["first"] in str(refused.value)


@pytest.mark.parametrize("name", ["lan", "khach1", "admin2"])
def test_others_prepare_no_amendment(made: SmallLaboratory, name: str) -> None:
    """Reception, customers and administrators are refused."""
    with pytest.raises(Refused):
        prepared(made, NewText("item.maker", "Xưởng khác"), by=name)


def test_a_reason_in_one_language_is_never_printed_under_the_other(made: SmallLaboratory) -> None:
    """An English reason has no Vietnamese text; a language that is none, or a missing English one, is refused."""
    edition = prepared(made, NewText("item.maker", ""), reason=WHY_IN_ENGLISH, reason_en="", reason_language="en")
    job = made.job(edition)
    assert (job.amendment_reason, job.amendment_reason_en) == ("", WHY_IN_ENGLISH)
    calibration.cancel(made.lab, made.actors["trang"], edition, reason=REASON)
    assert answered(made, NewText("item.maker", ""), reason_language="fr") == "amendment.reason_language"


def test_the_end_of_a_certificate_ends_its_amendments(staged: SmallLaboratory) -> None:
    """What replaces a certificate replaces its amendments, lists what changed since, and gives the reason as given."""
    small, job_id = staged, staged.ids["ISSUED"]
    first = prepared(small, RENAMED)
    small.reviewed(first)
    number = small.issued(first)
    after = calibration.amend(
        small.lab, small.actors["trang"], job_id, remeasure=False, reason=WHY_IN_ENGLISH, reason_language="en"
    ).id
    small.reviewed(after)
    new = small.issued(after)
    record = verifying.of_file(small.lab, calibration.download(small.lab, small.actors["khach1"], number))
    assert (record.verdict.verdict, record.replaced_by) == ("replaced", new)
    content = CertificateContent.from_json(json.loads(small.certificate(new).content))
    assert content.replaces is not None and content.replaces.reason == Bilingual("", WHY_IN_ENGLISH)
    assert [one.place for one in content.replaces.changes] == ["customer"]  # the registry still has the old name


def test_numbers_of_amendments_are_data(made: SmallLaboratory) -> None:
    """They begin with the number that they amend and count on; a second one of the same certificate is -SD2."""
    edition = prepared(made, NewText("statements", "Tem cũ đã hết hạn.", "The old label is void."))
    made.reviewed(edition)
    assert made.issued(edition) == f"{made.ids['first']}-SD2"
    with made.lab.store.reading() as session:
        first = made.certificate(made.ids["first"])
        given = {"code": "MB", "discipline": "KL", "year": 2027, "amended": first}
        bound = numbering.bound(session, first.centre_id, "amendment", **given)
        assert (bound.number, bound.year) == (f"{first.number}-SD3", first.year)


def test_every_field_that_may_be_amended_is_one_of_the_content(made: SmallLaboratory) -> None:
    """The data names fields that are there, each with a name in both languages."""
    sheet = amendment_sheet(made.lab, made.actors["hang"], made.ids["first"])
    assert [one.place for one, _ in sheet.fields] == list(amendable_fields())
    for one in amendable_fields().values():
        assert wording(one.label, "vi") != wording(one.label, "en")
