"""Issuing together in the browser, by worker processes that go by the computer's own clock."""

import shutil
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.laboratories import PASSWORD
from tests.laboratory_fixtures import Templates
from tests.served import Served, served_laboratory
from tests.served_fixtures import AtBrowser
from tests.ui.test_gallery import violations


@pytest.fixture(scope="module")
def served(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A laboratory of its own: after the workers' acts its shifted clock would seem to have stepped back."""
    founded, _ = templates.get("sqlite", "founded")
    home = tmp_path_factory.mktemp("issuing") / "laboratory"
    shutil.copytree(founded.lab.settings.home, home, symlinks=True)
    with served_laboratory(replace(founded, actors=dict(founded.actors), ids=dict(founded.ids)), home) as found:
        yield found


def test_ordinary_jobs_are_issued_together_on_one_page(at_browser: AtBrowser, served: Served) -> None:
    """A quality manager ticks what is ordinary, gives the password once, and sees the run come to its end."""
    small = served.small
    jobs = [small.job_in("REVIEWED") for _ in range(2)]
    page = at_browser("trang")
    page.goto(f"{served.address}/issuing")
    assert violations(page) == []
    for box in page.locator("input[name=job]").all():
        if box.get_attribute("value", timeout=5000).split(":")[0] not in jobs:  # type: ignore[union-attr]
            box.uncheck()
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Phê duyệt và cấp các hồ sơ đã chọn").click()
    page.get_by_text("đã cấp 2 trong 2").wait_for(timeout=60_000)
    assert [small.job(one).state for one in jobs] == ["ISSUED", "ISSUED"]
    with page.expect_download() as download:
        page.goto(f"{served.address}/certificates")
        page.get_by_role("link", name="Tải tất cả (.zip)").click()
    assert download.value.path().read_bytes().startswith(b"PK")
