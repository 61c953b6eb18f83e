"""The certificate as PDF, read back: what the content says is what the page says."""

import dataclasses
import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from certificates.content import Bilingual, CertificateContent, CustomerFields, IssuingBody, Signatory
from certificates.edition import Edition
from certificates.pdf import render
from tests.certificates.examples import CENTRAL, ISSUE, NORTH, SOUTH, caliper, replacement, resistor, weight
from tests.certificates.reading import fonts_of, one_spaced, overlaps, raw_text_of, text_of, words_of
from uncertainty.errors import Invalid

pytestmark = pytest.mark.usefixtures("poppler")

LONG = CustomerFields(
    "Công ty Trách nhiệm hữu hạn Một thành viên Nghiên cứu, Sản xuất và Thương mại Thiết bị Đo lường, Kiểm định và "
    "Tự động hóa Công nghiệp Nguyễn Hoàng Phương Đông – Chi nhánh Khu công nghệ cao Hòa Lạc",
    "Số 1234/56/78A đường Nguyễn Thị Minh Khai nối dài, phường Nguyễn Nghiêm, khu đô thị mới Phương Trang, "
    "quận Liên Chiểu, thành phố Đà Nẵng, Cộng hòa xã hội chủ nghĩa Việt Nam",
)


def _long_names() -> CertificateContent:
    """The weight with names as long as they come."""
    base = weight()
    return dataclasses.replace(
        base,
        customer=LONG,
        item=dataclasses.replace(
            base.item,
            name=Bilingual(
                "Quả cân hình trụ có núm, hốc hiệu chỉnh kẹp chì, giá trị danh nghĩa 10 kg",
                "Cylindrical knob weight with adjusting cavity and lead seal, nominal value 10 kg",
            ),
            maker="Nhà máy Chế tạo Thiết bị Cân đo Chính xác Nguyễn Đức Cảnh – Hải Phòng",
            serial_number="QC-1204/2026-ABCDEF-000000123456789",
            customer_asset_code="TÀI-SẢN/ĐO-LƯỜNG/2026/000123",
            customer_supplied=("accuracy_class", "customer_asset_code"),
        ),
        people=dataclasses.replace(
            base.people,
            performed_by="Nguyễn Hoàng Phương Thảo Nguyên Công Tằng Tôn Nữ",
            signatory=Signatory(
                "Công Tằng Tôn Nữ Nguyễn Phước Quỳnh Hương",
                Bilingual("KT. GIÁM ĐỐC, Phó Giám đốc phụ trách kỹ thuật", "Deputy Director, Technical"),
            ),
        ),
    )


LONG_BODY = dataclasses.replace(
    NORTH,
    name=Bilingual(
        "Trung tâm Kỹ thuật Tiêu chuẩn Đo lường Chất lượng 1 (minh họa)",
        "Quality Assurance and Testing Centre 1 (demonstration)",
    ),
)


def _many(points: int) -> CertificateContent:
    """The caliper at that many points."""
    return caliper(points=points)


PAGES = {
    "weight": weight(),
    "draft": weight(issued=False, body=CENTRAL),
    "replacement": replacement(),
    "caliper": caliper(),
    "resistor": resistor(),
    "english": weight(languages="en"),
    "english caliper": dataclasses.replace(caliper(), languages="en"),
    "long names": _long_names(),
    "sixty points": _many(60),
    "south": weight(body=SOUTH),
    "real": dataclasses.replace(weight(), demonstration=False),
    "signed": dataclasses.replace(weight(), signature_mode="digital"),
    "signed in English": dataclasses.replace(weight(languages="en"), signature_mode="test"),
    "signed long names": dataclasses.replace(_long_names(), signature_mode="test", body=LONG_BODY),
    "draft to be signed": dataclasses.replace(weight(issued=False, body=CENTRAL), signature_mode="test"),
}


@pytest.fixture(scope="module")
def files(font_cache: Path) -> dict[str, bytes]:
    """Every page of this module, drawn once."""
    return {name: render(content, fonts=font_cache) for name, content in PAGES.items()}


def _expected(content: CertificateContent) -> list[str]:
    """Every text and number of the content as this edition prints it."""
    edition = Edition(content.languages)
    item, done = content.item, content.performance
    bilingual = [content.body.name, item.condition, done.place, done.method, content.people.signatory.title]
    bilingual += [item.name, *content.statements, *(line.quantity for line in done.environment)]
    bilingual += [column.label for table in content.results for column in table.columns if not column.symbol]
    bilingual += [node.name for node in content.traceability]
    texts = [content.customer.name, content.customer.address, *content.people.__dict__.values()]
    texts = [text for text in texts if isinstance(text, str)] + [content.people.signatory.name]
    texts += [item.maker, item.model, item.serial_number, item.customer_asset_code, item.accuracy_class]
    texts += [node.certificate_number for node in content.traceability]
    texts += [done.procedure_id, done.procedure_edition, *done.method_documents]
    texts += [edition.date(day) for day in (done.started_on, done.finished_on, item.received_on) if day]
    texts += [edition.numbers_in(line.text) for line in done.environment]
    for text in bilingual:
        texts.append(edition.first(text))
        texts.append(edition.second(text))
    if content.issue:
        issue = content.issue
        texts += [issue.number, issue.check_code, edition.date(issue.issued_on)]
        texts += [issue.audit_head[start : start + 4] for start in range(0, 64, 4)]
    if content.replaces:
        texts += [content.replaces.number, edition.date(content.replaces.issued_on)]
    return [one_spaced(text.replace("\ue001", " ")) for text in texts if text]


def _numbers(content: CertificateContent) -> list[str]:
    """Every number of the results, panel, budget, conformity and chain as this edition prints it."""
    edition = Edition(content.languages)
    numbers = []
    for table in content.results:
        for row in table.rows:
            for column, cell in zip(table.columns, row, strict=True):
                if cell and column.kind == "number":
                    numbers.append(edition.number(cell, signed=column.signed))
    answer = content.answer
    numbers += [
        edition.number(each) for each in (answer.value, answer.expanded_uncertainty, answer.coverage_factor) if each
    ]
    numbers += [edition.number(line.value, signed=line.signed) for line in answer.lines]
    if content.budget:
        for line in content.budget.lines:
            numbers += [edition.number(line.standard_uncertainty), edition.number(line.share)]
        numbers.append(edition.number(content.budget.combined))
    if content.conformity and content.conformity.limit_upper:
        numbers += [edition.number(content.conformity.limit_upper, signed=True)]
    numbers += [edition.number(node.expanded_uncertainty) for node in content.traceability if node.expanded_uncertainty]
    return [one_spaced(number) for number in numbers]


@pytest.mark.parametrize("name", PAGES)
def test_every_text_stands_on_the_page(files: dict[str, bytes], name: str) -> None:
    """Each name, date, label and sentence of the content is read back from the file as it was given."""
    squeezed = text_of(files[name]).replace(" ", "")
    raw = raw_text_of(files[name]).replace(" ", "")
    for text in _expected(PAGES[name]):
        wanted = text.replace(" ", "")
        assert wanted in squeezed or wanted in raw, text


@pytest.mark.parametrize("name", PAGES)
def test_every_number_stands_on_the_page(files: dict[str, bytes], name: str) -> None:
    """Each value, U, k, share, limit is read back digit for digit, with the sign and the groups of its edition."""
    raw = raw_text_of(files[name])
    for number in _numbers(PAGES[name]):
        assert number in raw, number


@pytest.mark.parametrize("name", PAGES)
def test_a_document_has_one_decimal_sign(files: dict[str, bytes], name: str) -> None:
    """Results stand with a comma in a bilingual document and with a point in an English one."""
    raw = raw_text_of(files[name])
    sign, other = (",", ".") if PAGES[name].languages == "vi-en" else (".", ",")
    answer = PAGES[name].answer
    if answer.value:
        assert answer.value[-4:].replace(".", sign) in raw
        assert answer.value[-4:].replace(".", other) not in raw


@pytest.mark.parametrize("name", PAGES)
def test_no_word_leaves_the_page(files: dict[str, bytes], name: str) -> None:
    """No word stands left of 24 mm or right of 194 mm, above 8 mm or below 292 mm."""
    for word in words_of(files[name]):
        assert word.left > 23.4, word
        assert word.right < 194.3, word
        assert word.top > 8, word
        assert word.bottom < 292, word


@pytest.mark.parametrize("name", PAGES)
def test_no_word_covers_another(files: dict[str, bytes], name: str) -> None:
    """No two words of a page overlap."""
    assert overlaps(words_of(files[name])) == []


@pytest.mark.parametrize("name", PAGES)
def test_only_derived_faces_are_used_and_embedded(files: dict[str, bytes], name: str) -> None:
    """Every font of the file is a derived face, embedded as a subset with its Unicode table."""
    rows = fonts_of(files[name])
    assert rows
    for row in rows:
        assert "ChuanSans" in row[0], row
        assert row[-5:-2] == ["yes", "yes", "yes"], row


def test_a_signed_page_says_so(files: dict[str, bytes]) -> None:
    """Where it is signed digitally the page names signatory, seal, time and zone; a test key is called one."""
    text = one_spaced(raw_text_of(files["signed"]))
    for said in ("Đã ký số", "Người ký Signed by Phạm Quỳnh Hương", "Con dấu Seal", "20/11/2026 16:42:05 (+07:00)"):
        assert said in text
    assert "signed in the record" in text
    assert "khóa thử" not in text
    assert "Digitally signed (test)" in raw_text_of(files["signed in English"])
    draft = raw_text_of(files["draft to be signed"])
    assert "Đã ký số" not in draft
    assert "Chữ ký số (khóa thử)" in draft
    for name in ("weight", "draft", "english"):
        assert "ký số" not in text_of(files[name])
        assert "igitally" not in text_of(files[name])


def test_pages_are_numbered_and_the_end_is_marked(files: dict[str, bytes]) -> None:
    """Every page carries the certificate's number and "page x of y"; the last one, and only it, the end mark."""
    file = files["sixty points"]
    last = max(word.page for word in words_of(file))
    assert last >= 3
    for page in range(1, last + 1):
        text = text_of(file, page)
        assert "DN-DD-26-001893" in text
        assert f"Page {page} of {last}" in text
        assert ("END OF CERTIFICATE" in text) == (page == last)
        assert ("Kết quả (tiếp theo)" in text) == (page > 2 and "Số chỉ" in text)


def test_same_content_same_bytes_in_any_process(files: dict[str, bytes], font_cache: Path) -> None:
    """Another process in another time zone with another hash seed and another clock setting writes the same bytes."""
    program = (
        "import sys, hashlib; from pathlib import Path; from certificates.pdf import render; "
        "from tests.certificates.examples import weight; "
        "print(hashlib.sha256(render(weight(), fonts=Path(sys.argv[1]))).hexdigest())"
    )
    digests = set()
    for zone, seed, epoch in (("Asia/Ho_Chi_Minh", "1", ""), ("America/New_York", "77", "86400")):
        environment = {**os.environ, "TZ": zone, "PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": epoch, "LC_ALL": "C"}
        done = subprocess.run(
            [sys.executable, "-c", program, str(font_cache)],
            env=environment,
            capture_output=True,
            check=True,
            text=True,
        )
        digests.add(done.stdout.strip())
    assert digests == {hashlib.sha256(files["weight"]).hexdigest()}


def test_other_content_other_bytes(files: dict[str, bytes], font_cache: Path) -> None:
    """One changed digit of a result changes the file."""
    content = weight()
    row = ("10", "10000.026", "0.026", "0.059", "2")
    other = dataclasses.replace(content, results=(dataclasses.replace(content.results[0], rows=(row,)),))
    assert render(other, fonts=font_cache) != files["weight"]


def test_a_draft_shows_placeholders_and_everything_else(files: dict[str, bytes]) -> None:
    """A draft has no number, date or code; its text is otherwise that of the issued certificate."""
    draft, issued = text_of(files["draft"]), text_of(files["weight"])
    assert "Mã QR khi cấp" in draft
    assert "(dự thảo)" in draft
    assert "CHƯA PHÊ DUYỆT" in draft
    assert ISSUE.check_code not in draft
    assert ISSUE.number in issued
    assert b"CHUAN-CERTIFICATE" not in files["draft"]


def test_a_demonstration_says_so_and_a_real_certificate_does_not(files: dict[str, bytes]) -> None:
    """The black band of a demonstration stands on each of its pages; a real certificate has no band."""
    for page in (1, 2):
        assert "KHÔNG CÓ GIÁ TRỊ PHÁP LÝ" in text_of(files["weight"], page)
    assert "KHÔNG CÓ GIÁ TRỊ" not in text_of(files["real"])


def test_the_watermark_is_no_text(files: dict[str, bytes]) -> None:
    """The words behind the text are outlines: they are read back once, from the band."""
    assert text_of(files["weight"], 1).count("BẢN MINH HỌA") == 1


def test_a_replacement_names_what_it_replaces(files: dict[str, bytes]) -> None:
    """The strip of a replacement gives number, date and reason of the certificate that is no longer valid."""
    text = text_of(files["replacement"], 1)
    for words in (
        "THAY THẾ",
        "REPLACES",
        "HN-KL-26-004127",
        "20/11/2026",
        "nay không còn hiệu lực",
        "Density misprinted",
    ):
        assert words in text


def test_an_english_edition_is_only_english(files: dict[str, bytes]) -> None:
    """An English edition has no Vietnamese word of ours; names stay as they are."""
    text = text_of(files["english"])
    for words in ("Khách hàng", "Kết quả", "Trang", "HẾT", "BẢN MINH HỌA"):
        assert words not in text
    assert "Công ty Cổ phần Thiết bị Cân Thăng Long" in text
    assert "The point is the decimal sign." in text


def test_a_draft_of_what_is_not_there_yet_is_drawn(font_cache: Path) -> None:
    """A draft without results, environment, chain or names is drawn with what there is."""
    base = weight(issued=False)
    content = dataclasses.replace(
        base,
        results=(dataclasses.replace(base.results[0], rows=()),),
        traceability=(),
        answer=dataclasses.replace(base.answer, value=None, expanded_uncertainty=None),
        performance=dataclasses.replace(base.performance, environment=()),
        people=dataclasses.replace(base.people, reviewed_by="", signatory=Signatory("", Bilingual("", ""))),
        budget=None,
        conformity=None,
    )
    assert "END OF CERTIFICATE" in text_of(render(content, fonts=font_cache))


def test_threads_draw_the_same_bytes(files: dict[str, bytes], font_cache: Path) -> None:
    """Certificates drawn at the same time in several threads are those drawn one after another."""
    names = [name for name in PAGES for _time in range(3)]
    with ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(lambda name: render(PAGES[name], fonts=font_cache), names))
    assert all(file == files[name] for name, file in zip(names, drawn, strict=True))


@pytest.mark.parametrize("body", [NORTH, CENTRAL, SOUTH])
def test_three_centres_differ_by_data_only(font_cache: Path, body: IssuingBody) -> None:
    """Each centre's certificate carries its own name, address, accent; the rest is the same text."""
    text = text_of(render(weight(body=body), fonts=font_cache))
    ours = text_of(render(weight(body=NORTH), fonts=font_cache))
    for value, north in ((body.name, NORTH.name), (body.address, NORTH.address), (body.city, NORTH.city)):
        assert value.vi in text or value.vi.upper() in text
        text = text.replace(value.vi.upper(), north.vi.upper()).replace(value.vi, north.vi).replace(value.en, north.en)
    assert body.telephone
    assert NORTH.telephone
    text = text.replace(body.telephone, NORTH.telephone).replace(f" {body.monogram} ", f" {NORTH.monogram} ")
    assert sorted(text.split()) == sorted(ours.split())


def test_the_identification_stands_twice_in_plain_bytes(files: dict[str, bytes]) -> None:
    """Number, token and check code are found in the raw bytes in at least two places."""
    wanted = f"CHUAN-CERTIFICATE number={ISSUE.number}; token={ISSUE.token}; check={ISSUE.check_code};".encode()
    assert files["weight"].count(wanted) >= 2


def test_an_unknown_language_is_refused(font_cache: Path) -> None:
    """An edition that there is not is refused."""
    with pytest.raises(Invalid, match="fr"):
        render(dataclasses.replace(weight(), languages="fr"), fonts=font_cache)


@pytest.mark.parametrize("value", ["HN 26;1", "Số-1", "x" * 90])
def test_a_number_that_byte_search_would_not_find_is_refused(font_cache: Path, value: str) -> None:
    """A certificate number outside letters, digits and - _ . / is refused before a file exists."""
    with pytest.raises(Invalid):
        render(weight().with_issue(dataclasses.replace(ISSUE, number=value)), fonts=font_cache)
