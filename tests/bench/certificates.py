"""How long a certificate takes: drawn, archived, signed, verified, one after another in bulk.

    python -m tests.bench.certificates [--json FILE] [--rounds N] [--bulk N]

One process, one core, all keys loaded, that of the time-stamp authority in the same process too. Times are processor
time, since a computer is seldom alone; the rounds are interleaved and the medians kept. WeasyPrint and typst are
measured, with a page of the same kind, where they can be imported.
"""

import argparse
import gc
import hashlib
import io
import itertools
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import fontpkg_fira_sans
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from certificates.archive import as_pdf_a, dcc_attachment
from certificates.content import HANDWRITTEN, CertificateContent, CustomerFields
from certificates.dcc import write_dcc
from certificates.dcc_report import dcc_report
from certificates.fonts import register_fonts
from certificates.pdf import render
from certificates.signature_reports import signature_reports
from certificates.signing import sign
from certificates.xades import sign_dcc
from tests.bench.table import Row, table, write_rows
from tests.certificates.examples import ISSUE, weight
from tests.certificates.signing_examples import AT, signers

OURS = "Chuẩn"
SCHEMA = "3.3.0"
WORDS = "<h1>Giấy chứng nhận hiệu chuẩn</h1><p>Quả cân 10 kg</p>"
ROWS = "".join(f"<tr><td>{place}</td><td>10 000,025 g</td><td>0,059 g</td><td>2</td></tr>" for place in range(20))
HTML = f"<html lang=vi><body>{WORDS}<table>{ROWS}</table><p style='page-break-before:always'>HẾT</p></body></html>"


@dataclass(frozen=True)
class Entry:
    """One engine of a task: what it runs, and what it must reach, as a multiple of the bare page or in ms."""

    task: str
    engine: str
    run: Callable[[], object]
    unit: str = "x bare page"
    target: float | None = None


BARE_FACE = "Bare"
BARE_LINE = "Thiết bị đã được hiệu chuẩn và kết quả ghi trong bảng chỉ đúng cho mẫu"


def bare_page() -> bytes:
    """One page of twelve lines of seventy Vietnamese letters in an embedded face: the measure of the other rows.

    It is the page on which the goals were set: Fira Sans as it comes, embedded as the library does it by itself. A
    page with one short line, in a face that was made smaller for us, would cost a third of it and measure nothing that
    a laboratory prints.
    """
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, invariant=1, initialFontName=BARE_FACE)
    canvas.setFont(BARE_FACE, 11)
    for place in range(12):
        canvas.drawString(60, 780 - 16 * place, BARE_LINE)
    canvas.save()
    return stream.getvalue()


CUSTOMERS = (
    ("Công ty Cổ phần Thiết bị Cân Thăng Long", "Số 25 phố Nguyễn Huy Tưởng, quận Thanh Xuân, Hà Nội"),
    ("Nhà máy Xi măng Hạ Vũ", "Khu công nghiệp phía Đông, thị xã Kỳ Yên, tỉnh Quảng Lộc"),
    ("Trung tâm Kiểm nghiệm Dược phẩm Bắc Giang Thượng", "Ngõ 7, đường Trần Quốc Hoàn, Bắc Ninh"),
    ("Xí nghiệp Đúc Chính xác 19-8", "Số 4B đường Ỷ Lan, huyện Gia Lâm, Hà Nội"),
    ("Hợp tác xã Chè Phú Đức", "Xóm Mỏ Bạch, xã Quyết Thắng, Thái Nguyên"),
)


def certificates(mode: str = HANDWRITTEN) -> Iterator[CertificateContent]:
    """One certificate after another, each of another weight of another customer with another result and address.

    What is the same on every one is what a laboratory's certificates have in common; nothing measured here can be
    kept from the certificate before that could not be kept in a laboratory.
    """
    base = weight()
    for count in itertools.count():
        chance = hashlib.sha256(str(count).encode()).hexdigest()
        number, serial = f"HN-KL-26-{count:06d}", f"QC-{int(chance[:4], 16)}"
        address = f"https://tracuu.example/verify/{chance[:22]}"
        value = f"10000.0{int(chance[4:8], 16) % 90 + 10}"
        issue = replace(ISSUE, number=number, token=chance[:22], verify_url=address, audit_head=chance)
        table = base.results[0]
        yield replace(
            base,
            signature_mode=mode,
            issue=issue,
            customer=CustomerFields(*CUSTOMERS[count % len(CUSTOMERS)]),
            item=replace(base.item, serial_number=serial),
            answer=replace(base.answer, value=value),
            results=(replace(table, rows=(("10", value, f"0.0{value[-2:]}", "0.059", "2"),)),),
            traceability=(*base.traceability[:-1], replace(base.traceability[-1], code=serial)),
        )


def unsigned(content: CertificateContent, fonts: Path) -> bytes:
    """The whole file without signatures: two pages, DCC, PDF/A-3U."""
    return as_pdf_a(render(content, fonts=fonts), (dcc_attachment(write_dcc(content), SCHEMA),))


def signed(content: CertificateContent, fonts: Path, level: str = "B-B") -> bytes:
    """The whole file as a laboratory with keys issues it: XAdES by the seal, PAdES by signatory and seal."""
    seal = signers().seal
    dcc = sign_dcc(write_dcc(content), seal.for_xml, seal.certificates, signed_at=AT)
    file = as_pdf_a(render(content, fonts=fonts), (dcc_attachment(dcc, SCHEMA),))
    return sign(file, signers().both, AT, signers().policy(level))


def three_stamps() -> None:
    """What the time-stamp authority of the tests costs a B-LTA certificate; in a laboratory it is another computer."""
    stamper = signers().time_stamper
    for _ in range(3):
        _, asked = stamper.request_cms(b"\x00" * 32, "sha256")
        stamper.request_tsa_response(asked)


def verified(file: bytes) -> None:
    """All that is found of a file: signatures, DCC, agreement with the pages."""
    at = AT + timedelta(hours=1)
    assert all(one.sound for one in signature_reports(file, signers().roots, at))
    found = dcc_report(file, signers().roots, at)
    assert (found.pages, found.signature) == ("agrees", "sound")


def entries(fonts: Path) -> list[Entry]:
    """What is measured; the first is the measure."""
    plain, digital = certificates(), certificates("digital")
    kept = signed(next(digital), fonts)
    found = [
        Entry("bare page, embedded face", "reportlab", bare_page),
        Entry("unsigned certificate", OURS, lambda: unsigned(next(plain), fonts), target=20),
        Entry("signed certificate, B-B", OURS, lambda: signed(next(digital), fonts), target=30),
        Entry("signed certificate, B-B (20 a second)", OURS, lambda: signed(next(digital), fonts), "ms", 50),
        Entry("signed certificate, B-LTA", OURS, lambda: signed(next(digital), fonts, "B-LTA"), "ms", 100),
        Entry("of it three stamps by the test's authority", "pyHanko", three_stamps, "ms"),
        Entry("verify a file", OURS, lambda: verified(kept), "ms", 25),
    ]
    return found + list(peers())


def peers() -> Iterator[Entry]:
    """Other engines, with an archive file of two pages and a table; they have no target."""
    try:
        import weasyprint  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        pass
    else:
        yield Entry(
            "unsigned certificate", "WeasyPrint",
            lambda: weasyprint.HTML(string=HTML).write_pdf(pdf_variant="pdf/a-3b"),
        )  # fmt: skip
    try:
        import typst  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return
    source = b"= Certificate\n#table(columns: 4, ..range(80).map(str))\n#pagebreak()\nEND"
    yield Entry("unsigned certificate", "typst", lambda: typst.compile(source, pdf_standards="a-3b"))


def measured(all_of: list[Entry], rounds: int) -> Iterator[Row]:
    """Every entry in interleaved rounds."""
    times: dict[int, list[float]] = {place: [] for place in range(len(all_of))}
    for _ in range(rounds + 1):  # the first round warms up
        for place, entry in enumerate(all_of):
            gc.collect()
            start = time.process_time()
            repeated = 10 if place == 0 else 1
            for _again in range(repeated):
                entry.run()
            times[place].append((time.process_time() - start) / repeated)
    medians = {place: statistics.median(found[1:]) for place, found in times.items()}
    for place, entry in enumerate(all_of):
        figure = medians[place] * 1e3 if entry.unit == "ms" else medians[place] / medians[0]
        met = None if entry.target is None else figure <= entry.target
        yield Row(entry.task, entry.engine, medians[place], figure, entry.unit, entry.target, met)


def in_bulk(fonts: Path, count: int) -> Iterator[Row]:
    """One signed certificate after another: the last tenth as fast as the second, and no memory kept."""
    tenth, digital = max(count // 10, 1), certificates("digital")
    taken, memory = [], []
    for _part in range(10):
        start = time.process_time()
        for _ in range(tenth):
            signed(next(digital), fonts)
        taken.append((time.process_time() - start) / tenth)
        memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    task = f"{10 * tenth} in bulk"
    slower = taken[-1] / taken[1]
    yield Row(f"{task}: last tenth to second", OURS, statistics.median(taken), slower, "x", 1.1, slower <= 1.1)
    grown = memory[-1] - memory[1]
    yield Row(f"{task}: memory grown", OURS, None, grown, "MB", 20, grown <= 20)


def main() -> None:
    """Measure, print, and write what was asked for."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--json", type=Path, metavar="FILE")
    asked.add_argument("--rounds", type=int, default=15)
    asked.add_argument("--bulk", type=int, default=200, metavar="N")
    said = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        fonts = Path(folder)
        register_fonts(fonts)
        pdfmetrics.registerFont(TTFont(BARE_FACE, Path(fontpkg_fira_sans.ROOT) / "files" / "FiraSans-Regular.ttf"))
        rows = [*measured(entries(fonts), said.rounds), *(in_bulk(fonts, said.bulk) if said.bulk else ())]
    print(table(rows))
    if said.json:
        write_rows(rows, said.json)


if __name__ == "__main__":
    main()
