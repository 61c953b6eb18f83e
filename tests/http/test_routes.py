"""Rights over HTTP: every route of the application, asked for by every role and by nobody."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

import httpx
import pypdfium2
import pytest
import zxingcpp
from sqlmodel import select

from instruments.impact import Amount, Shift
from instruments.models import Instrument
from lims import attaching, calibration, impact_cases, impact_sheets
from lims.approval_sheet import approval_sheet
from lims.store.impact_tables import ImpactLetter
from lims.store.tables import Certificate, CertificateIssue
from tests.laboratories import REASON, SmallLaboratory
from tests.served import COOKIE, PICTURE, Served, routes_of

PEOPLE: Final = {
    "technician": "hang", "reviewer": "bao", "quality_manager": "trang", "reception": "lan", "administrator": "admin",
    "customer": "khach1", "other customer": "khach2", "nobody": "",
}  # fmt: skip
STAFF: Final = frozenset({"technician", "reviewer", "quality_manager", "reception"})
CUSTOMERS: Final = frozenset({"customer", "other customer"})
ANYONE: Final = frozenset(PEOPLE)


@dataclass(frozen=True)
class Expected:
    """Who gets what a route has to give, and a text by which one sees that it was given."""

    roles: frozenset[str]
    sign: str
    path: str = ""


ROUTES: Final = {
    ("GET", "/"): Expected(STAFF, "Số việc", ""),
    ("GET", "/reception"): Expected(frozenset({"technician", "reception"}), "KH-1"),
    ("GET", "/jobs/{job_id}"): Expected(STAFF, "30127-item"),
    ("GET", "/jobs/{job_id}/review"): Expected(STAFF, "30127-item"),
    ("GET", "/jobs/{job_id}/preview/{number}.png"): Expected(STAFF, "\x89PNG"),
    ("GET", "/jobs/{job_id}/preview.pdf"): Expected(STAFF, "%PDF-"),
    ("GET", "/instruments"): Expected(STAFF, "30127-item"),
    ("GET", "/standards"): Expected(STAFF, "CT-KL-017"),
    ("GET", "/instruments/{code}"): Expected(STAFF, "VDL-26-0088"),
    ("GET", "/standards/new"): Expected(frozenset({"quality_manager"}), "c-field"),
    ("GET", "/instruments/{code}/calibration"): Expected(frozenset({"quality_manager"}), "c-field"),
    ("GET", "/instruments/{code}/identification"): Expected(frozenset({"technician", "reception"}), "c-field"),
    ("GET", "/instruments/{code}/property"): Expected(frozenset({"quality_manager"}), "c-field"),
    ("GET", "/instruments/duplicates"): Expected(frozenset({"quality_manager"}), "giống nhau khi bỏ qua cách viết"),
    ("GET", "/instruments/{code}/merge"): Expected(frozenset({"quality_manager"}), "Mã của hồ sơ trùng"),
    ("GET", "/instruments/{code}/facts"): Expected(frozenset({"quality_manager"}), "c-field"),
    ("GET", "/instruments/{code}/files"): Expected(STAFF | {"customer"}, "Biển máy thử"),
    ("GET", "/files/{code}/{sha256}"): Expected(STAFF | {"customer"}, "\x89PNG"),
    ("GET", "/files/{code}/{sha256}/thumbnail"): Expected(STAFF | {"customer"}, "JFIF"),
    ("GET", "/instruments/{code}/label"): Expected(STAFF, "/labels.pdf"),
    ("GET", "/labels.pdf"): Expected(STAFF, "%PDF-"),
    ("GET", "/8004/{code}"): Expected(STAFF, "VDL-26-0088"),
    ("GET", "/I/{code}"): Expected(STAFF, "VDL-26-0088"),
    ("GET", "/instruments/{code}/check"): Expected(frozenset({"technician", "quality_manager"}), "c-field"),
    ("GET", "/instruments/{code}/adjustment"): Expected(frozenset({"quality_manager"}), "c-field"),
    ("GET", "/due"): Expected(STAFF | CUSTOMERS, "Lịch riêng"),
    ("GET", "/due/recall.csv"): Expected(STAFF | CUSTOMERS, "Mã tài sản"),
    ("GET", "/due/recall.pdf"): Expected(STAFF | CUSTOMERS, "%PDF-"),
    ("GET", "/calendar/{token}.ics"): Expected(frozenset(), "BEGIN:VCALENDAR"),
    ("GET", "/notices"): Expected(STAFF, "Thư báo cấp giấy"),
    ("GET", "/who-can"): Expected(STAFF | CUSTOMERS | {"administrator"}, "Cần hiệu chuẩn gì"),
    ("GET", "/centres/{centre}/chains"): Expected(STAFF, "CQG-1"),
    ("GET", "/starter-data"): Expected(STAFF, "mục ·"),
    ("GET", "/instruments/import"): Expected(frozenset({"quality_manager"}), "c-field"),
    ("GET", "/instruments/{code}/dcc"): Expected(frozenset({"quality_manager"}), "c-file"),
    ("GET", "/export"): Expected(frozenset({"quality_manager"}), "Parquet"),
    ("GET", "/impact"): Expected(STAFF, "MB-AH-26-"),
    ("GET", "/impact/new"): Expected(frozenset({"quality_manager"}), "c-field"),
    ("GET", "/impact/{case_id}"): Expected(STAFF, "{issued}"),
    ("GET", "/letters/{letter_id}.pdf"): Expected(STAFF, "%PDF-"),
    ("GET", "/scopes"): Expected(frozenset({"quality_manager"}), "c-field"),
    ("GET", "/bodies"): Expected(STAFF | {"administrator"}, "VDL"),
    ("GET", "/bodies/{code}"): Expected(STAFF | {"administrator"}, "8 phố Mẫu"),
    ("GET", "/static/{path}"): Expected(ANYONE, "c-btn"),
    ("GET", "/fonts/{path}"): Expected(ANYONE, "wOF"),
    ("GET", "/competences"): Expected(STAFF, "Biên bản đánh giá số 1"),
    ("GET", "/accounts"): Expected(frozenset({"administrator"}), "admin2"),
    ("GET", "/certificates"): Expected(STAFF | {"customer"}, "{issued}"),
    ("GET", "/certificates/{number}"): Expected(STAFF | {"customer"}, "{file_hash}"),
    ("GET", "/certificates/{number}/file"): Expected(STAFF | {"customer"}, "%PDF-"),
    ("GET", "/certificates/{number}/page/{page}.png"): Expected(STAFF | {"customer"}, "\x89PNG"),
    ("GET", "/certificates/{number}/label.pdf"): Expected(STAFF, "%PDF-"),
    ("POST", "/certificates/{number}/label-due"): Expected(frozenset({"quality_manager", "customer"}), ""),
    ("POST", "/certificates/{number}/amend"): Expected(frozenset({"quality_manager"}), ""),
    ("GET", "/certificates/{number}/amendment"): Expected(
        frozenset({"technician", "reviewer", "quality_manager"}), "customer.address"
    ),
    ("POST", "/certificates/{number}/amendment"): Expected(
        frozenset({"technician", "reviewer", "quality_manager"}), "customer.address"
    ),
    ("POST", "/certificates/{number}/withdraw"): Expected(frozenset({"quality_manager"}), ""),
    ("POST", "/certificates/{number}/naming"): Expected(frozenset({"quality_manager", "customer"}), ""),
    ("GET", "/certificates/archive.zip"): Expected(STAFF | {"customer"}, "index.csv"),
    ("POST", "/certificates/naming"): Expected(CUSTOMERS, ""),
    ("GET", "/certificates/renewals"): Expected(
        frozenset({"quality_manager", "administrator"}), "Gia hạn dấu thời gian lưu trữ"
    ),
    ("POST", "/certificates/renewals"): Expected(frozenset({"quality_manager", "administrator"}), ""),
    ("GET", "/certificates/{number}/renewed"): Expected(frozenset(), "%PDF-"),
    ("GET", "/issuing"): Expected(frozenset({"quality_manager", "reviewer"}), "30127-item"),
    ("POST", "/issuing"): Expected(frozenset({"quality_manager", "reviewer"}), ""),
    ("POST", "/issuing/{run_id}/cancel"): Expected(frozenset({"quality_manager", "reviewer"}), ""),
    ("GET", "/verify"): Expected(ANYONE, "check_code"),
    ("POST", "/verify"): Expected(ANYONE, "c-verdict"),
    ("GET", "/verify/{token}"): Expected(ANYONE, "{issued}"),
    ("POST", "/verify/file"): Expected(ANYONE, "c-verdict"),
    ("GET", "/sign-in"): Expected(ANYONE, "user_name"),
    ("POST", "/sign-in"): Expected(ANYONE, "user_name"),
    ("POST", "/sign-out"): Expected(ANYONE, ""),
    ("GET", "/invitation/{token}"): Expected(ANYONE, "password"),
    ("POST", "/invitation/{token}"): Expected(ANYONE, "password"),
    ("GET", "/language/{language}"): Expected(ANYONE, ""),
    ("GET", "/appearance/{appearance}"): Expected(ANYONE, ""),
}
"""What a route gives to whom: a route that is not here fails the test below."""


@dataclass(frozen=True)
class Objects:
    """What the routes are asked for: a reviewed job, an issued certificate of the first customer."""

    job_id: str
    certificate: Certificate
    file_hash: str
    font: str
    item_code: str
    case_id: str
    letter_id: str
    sha256: str

    def path(self, pattern: str, seen: str = "") -> str:
        """A route's path with its places filled in; `seen` is the content's hash as the one who asks was shown it."""
        values = {
            "path": "chuan.css" if "static" in pattern else self.font,
            "job_id": self.job_id,
            "code": self._code(pattern), "sha256": self.sha256,
            "case_id": self.case_id, "letter_id": self.letter_id,
            "centre": "MB", "token": self.certificate.token, "language": "vi", "page": "1",
            "appearance": "light", "number": "1" if "preview" in pattern else self.certificate.number,
        }  # fmt: skip
        path = re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: values[found[1]], pattern)
        if pattern == "/labels.pdf":
            return f"{path}?code={self.item_code}"
        return f"{path}?seen={seen}" if "preview" in pattern else path

    def _code(self, pattern: str) -> str:
        if "bodies" in pattern:
            return "MB"
        return self.item_code if "identification" in pattern or "files/" in f"{pattern}/" else "CT-KL-017"

    def sign(self, text: str) -> str:
        """The text by which one sees that a route gave what it has."""
        return text.format(issued=self.certificate.number, file_hash=self.file_hash)


@pytest.fixture(scope="module")
def objects(served: Served) -> Objects:
    """A reviewed job and an issued certificate."""
    small = served.small
    reviewed, (issued, number) = small.job_in("REVIEWED"), small.whole_job()
    assert small.job(issued).state == "ISSUED"
    certificate = small.certificate(number)
    style = httpx.get(served.url("/static/chuan.css")).text + httpx.get(served.url("/sign-in")).text
    font = re.search(r"/fonts/([\w.-]+)", style)
    assert font is not None
    with small.lab.store.reading() as session:
        item = session.get_one(Instrument, certificate.item_id)
        file_hash = session.get_one(CertificateIssue, certificate.id).file_sha256[:4]
    case_id, letter_id = _impact(small, certificate)
    picture = attaching.attach_file(
        small.lab, small.actors["hang"], item.id, PICTURE, "plate.png", title="Biển máy thử", to_customer=True
    )
    return Objects(reviewed, certificate, file_hash, font[1], item.code, case_id, letter_id, picture.sha256)


def _impact(small: SmallLaboratory, certificate: Certificate) -> tuple[str, str]:
    """A case about the standard of a certificate, its hold released at once; and the letter to the customer."""
    lab, trang = small.lab, small.actors["trang"]
    case = impact_cases.open_impact_case(
        lab, trang, centre_id=small.ids["centre"], kind="out_of_tolerance", named="CT-KL-017",
        shift=Shift((Amount("1", "mg"),)), reason=REASON,
    )  # fmt: skip
    sheet = impact_sheets.impact_case(lab, trang, case.id)
    for hold in sheet.holds:
        impact_cases.release_standard(lab, trang, hold.id, reason=REASON)
    with lab.store.reading() as session:
        mine = select(ImpactLetter).where(
            ImpactLetter.case_id == case.id, ImpactLetter.customer_id == certificate.customer_id
        )
        return case.id, session.exec(mine).one().id


@pytest.fixture(scope="module")
def people(served: Served) -> Iterator[dict[str, httpx.Client]]:
    """A client for each role, signed in; one for nobody."""
    clients = {}
    for role, name in PEOPLE.items():
        cookies = {COOKIE: served.token(name)} if name else {}
        clients[role] = httpx.Client(base_url=served.address, cookies=cookies, timeout=60)
    yield clients
    for one in clients.values():
        one.close()


def test_every_route_is_known_here(served: Served) -> None:
    """No route of the application is without a line that says who may have what it gives."""
    found, known = ({(method, _bare(path)) for method, path in one} for one in (routes_of(served.home), ROUTES))
    assert found == known, f"new: {found - known}, gone: {known - found}"


def _bare(path: str) -> str:
    """A route's path without the names of its places."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def test_the_facts_of_an_item_are_noted_by_those_who_take_it_in(
    objects: Objects, people: dict[str, httpx.Client]
) -> None:
    """Technician and reception may note the facts of an item, which the quality manager of standards may not."""
    given = {
        role: "c-field" in people[role].get(f"/instruments/{objects.item_code}/facts").text
        for role in ("technician", "reception", "reviewer", "quality_manager", "customer")
    }
    assert [role for role, opened in given.items() if opened] == ["technician", "reception"]


@pytest.mark.parametrize("role", PEOPLE)
def test_a_read_route_gives_what_it_has_to_those_who_may_and_to_nobody_else(
    role: str, served: Served, objects: Objects, people: dict[str, httpx.Client]
) -> None:
    """Every GET route tells what it knows to its roles only; everyone else learns nothing, and nothing breaks."""
    wrong = []
    seen = (
        approval_sheet(served.small.lab, served.small.actors[PEOPLE[role]], objects.job_id).seen
        if role in STAFF
        else ""
    )
    for (method, pattern), expected in ROUTES.items():
        if method != "GET":
            continue
        answer = people[role].get(objects.path(pattern, seen))
        given = objects.sign(expected.sign) in answer.content.decode(
            "latin-1" if "png" in pattern or "sha256" in pattern else "utf-8", "replace"
        )
        if role in expected.roles and not (answer.status_code < 400 and (given or answer.status_code == 303)):
            wrong.append(f"{pattern}: {answer.status_code}, not given")
        if role not in expected.roles and (given or answer.status_code >= 500):
            wrong.append(f"{pattern}: {answer.status_code}, given to {role}")
        if role == "nobody" and role not in expected.roles and answer.status_code not in (303, 404):
            wrong.append(f"{pattern}: {answer.status_code} instead of the way to the door")
    assert not wrong, f"{role}: {wrong}"


@pytest.mark.parametrize("role", [role for role in PEOPLE if role != "quality_manager"])
@pytest.mark.parametrize("act", ["amend", "withdraw"])
def test_a_write_route_changes_nothing_for_those_who_may_not(
    role: str, act: str, served: Served, objects: Objects, people: dict[str, httpx.Client]
) -> None:
    """Amending and withdrawing by a posted form is refused to every role but the quality manager."""
    number = objects.certificate.number
    before = people["customer"].get("/certificates").text  # certificates of other tests may be withdrawn in it
    answer = people[role].post(f"/certificates/{number}/{act}", data={"reason": REASON, "remeasure": "yes"})
    assert answer.status_code in (303, 403, 404, 409)
    if answer.status_code == 303:
        assert answer.headers["location"].startswith("/sign-in")
    small = served.small
    with small.lab.store.reading() as session:
        assert session.get_one(Certificate, objects.certificate.id).number == number
    shown = people["customer"].get("/certificates").text
    assert shown.count("Thu hồi") == before.count("Thu hồi")


def test_an_amendment_is_prepared_by_a_form_that_loses_nothing(
    served: Served, objects: Objects, people: dict[str, httpx.Client]
) -> None:
    """A refused form comes back with what was typed; an accepted one leads to the edition that waits for review."""
    number, small = objects.certificate.number, served.small
    typed = {"customer.name.vi": "Công ty Cân Mới", "item.condition.vi": "Có vết xước", "reason": "ngắn"}
    refused = people["technician"].post(f"/certificates/{number}/amendment", data=typed)
    assert refused.status_code == 409
    assert all(text in refused.text for text in ("Công ty Cân Mới", "Có vết xước", "ngắn"))
    typed |= {"item.condition.en": "One scratch", "reason": REASON}
    accepted = people["technician"].post(f"/certificates/{number}/amendment", data=typed)
    assert accepted.status_code == 303
    job_id = accepted.headers["location"].removeprefix("/jobs/")
    try:
        page = people["technician"].get(f"/certificates/{number}/amendment")
        assert page.status_code == 200 and "Công ty Cân Mới" not in page.text  # nothing is amended before it is issued
        assert small.job(job_id).state == "IN_REVIEW"
    finally:
        calibration.cancel(small.lab, small.sign_in("trang"), job_id, reason=REASON)


def test_the_code_on_a_printed_label_opens_the_record(
    served: Served, objects: Objects, people: dict[str, httpx.Client]
) -> None:
    """The label of the instrument page, printed and scanned, leads to the instrument; a stranger first to the door."""
    file = people["technician"].get("/labels.pdf?code=CT-KL-017&size=50x25").content
    printed = pypdfium2.PdfDocument(file)[0].render(scale=203 / 72, grayscale=True).to_pil()
    codes = zxingcpp.read_barcodes(printed.point(lambda shade: 255 if shade > 127 else 0))
    path = urlsplit(codes[0].text).path
    assert people["technician"].get(path).headers["location"] == "/instruments/CT-KL-017"
    assert people["nobody"].get(path).headers["location"] == f"/sign-in?to={quote(path)}"
    refused = people["technician"].get("/labels.pdf?code=CT-KL-017&sheet=a4-65")
    assert refused.status_code == 422 and "a4-65" in refused.text


def test_another_customers_certificate_is_answered_as_one_that_does_not_exist(
    served: Served, objects: Objects, people: dict[str, httpx.Client]
) -> None:
    """Status and body are the same for a number of somebody else and for a number that nobody has."""
    number, none = objects.certificate.number, "MB-KL-26-999999"
    for path in ("", "/file", "/page/1.png"):
        answers = [people["other customer"].get(f"/certificates/{one}{path}") for one in (number, none)]
        bodies = [answer.text.replace(one, "…") for answer, one in zip(answers, (number, none), strict=True)]
        assert answers[0].status_code == answers[1].status_code == 404, path
        assert bodies[0] == bodies[1], path
    for act in ("amend", "withdraw"):
        answers = [
            people["other customer"].post(f"/certificates/{one}/{act}", data={"reason": REASON})
            for one in (number, none)
        ]
        bodies = [answer.text.replace(one, "…") for answer, one in zip(answers, (number, none), strict=True)]
        assert (answers[0].status_code, bodies[0]) == (answers[1].status_code, bodies[1]), act
