"""The pages of the registry asked over loopback as a signed-in person, and the import of a long list."""

import statistics
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from secrets import token_hex
from urllib.request import Request, urlopen

from lims import access, list_import
from lims.laboratory import Laboratory
from lims.list_import import ListChoice
from tests.bench.registry_rows import Plan
from tests.bench.table import Row
from tests.laboratories import MORNING, PASSWORD, SmallLaboratory, database_named
from tests.served import COOKIE, HOST, ShiftedClock, free_port, serving

OURS = "Chuẩn"
PAGE_MS, IMPORT_S, ROWS, ROUNDS = 300.0, 20.0, 20_000, 5
LARGEST_PAGE_BYTES = 3_000_000


def pages(
    small: SmallLaboratory, plan: Plan, label: str, more: Mapping[str, tuple[str, str]] | None = None
) -> Iterator[Row]:
    """The median time of each page, whole, asked by a quality manager; every page is bounded.

    Args:
        small: the laboratory.
        plan: of its registry.
        label: of the rows.
        more: further pages by what they are: address, and a word on it.
    """
    item, national = f"BM-{sum(plan.sizes) - 1:07d}", "BM-0000000"
    asked = {
        "instrument list": ("/instruments", "BM-"), "standards and equipment": ("/standards", national),
        "search page, a common word": ("/instruments?q=ma", "BM-"), "instrument with a deep chain": (
            f"/instruments/{item}", item), "national standard": (f"/instruments/{national}", national),
        "history of a point": (f"/instruments/{national}?point=0", national), "due calendar": ("/due", "BM-"),
        "chains of a centre": ("/centres/MB/chains", "BM-"), "who can calibrate this": (
            "/who-can?quantity=mass&point=10+kg", "10"),
        **(more or {}),
    }  # fmt: skip
    home, url = small.lab.settings.home, "" if small.lab.store.sqlite else small.url
    clock, port = ShiftedClock.from_moment(MORNING), free_port()
    with database_named(url), closing(Laboratory.open(home, clock)) as lab:
        token = access.sign_in(lab, "trang", PASSWORD).token
        with serving(home, port, clock.shift, url):
            for what, (path, told) in asked.items():
                times = [_asked(f"http://{HOST}:{port}{path}", token, told) for _ in range(1 + ROUNDS)][1:]
                median = statistics.median(times)
                task = f"page: {what}, {label}"
                yield Row(task, OURS, median, median * 1e3, "ms", PAGE_MS, median * 1e3 <= PAGE_MS)


def _asked(address: str, token: str, told: str) -> float:
    start = time.perf_counter()
    with urlopen(Request(address, headers={"Cookie": f"{COOKIE}={token}"}), timeout=120) as answer:
        content = answer.read()
    taken = time.perf_counter() - start
    assert answer.url == address, f"{address} leads to {answer.url}"
    assert told.encode() in content, f"{address} does not show {told}"
    assert len(content) < LARGEST_PAGE_BYTES, f"{address} has {len(content)} bytes"
    return taken


def imports(small: SmallLaboratory, label: str) -> Iterator[Row]:
    """A list of twenty thousand items of a customer, read, judged and taken over, with progress said all along."""
    lines = ["Mã;Tên tiếng Việt;Tên tiếng Anh;Hãng sản xuất;Kiểu;Số sản xuất"]
    run = token_hex(3)  # a registry that is kept has the lists of earlier runs
    lines += [f"NHAP-{run}-{n:06d};Áp kế;Pressure gauge;Xưởng {n % 40};K{n % 9};N{n}-{run}" for n in range(ROWS)]
    content = "\n".join(lines).encode()
    told: list[tuple[int, int]] = []
    small.everyone_signs_in()
    trang = small.actors["trang"]
    start = time.perf_counter()
    received = list_import.read_list(small.lab, trang, content, "items.csv")
    choice = ListChoice(small.ids["centre"], owner_id=small.ids["customer"], kind="item")
    done = list_import.accept_list(
        small.lab, trang, received=received, choice=choice, told=lambda *at: told.append(at)
    )  # fmt: skip
    taken = time.perf_counter() - start
    assert done.rows == ROWS
    assert len(told) > 20
    yield Row(f"import of 20 000 rows, {label}", OURS, taken, taken, "s", IMPORT_S, taken <= IMPORT_S)
