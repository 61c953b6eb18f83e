"""The traceability chain on paper: lines for a few branches, a table for many."""

import dataclasses
from pathlib import Path

import pytest

from certificates.content import Bilingual, CertificateContent, ChainNode
from certificates.dcc import write_dcc
from certificates.pdf import render
from tests.certificates.examples import ISSUE, weight
from tests.certificates.reading import one_spaced, overlaps, text_of, words_of

pytestmark = pytest.mark.usefixtures("poppler")


def _branches(number: int, nodes: int = 4) -> CertificateContent:
    """The weight with so many branches, each standard with its own certificate."""
    base = weight()
    chain: list[ChainNode] = []
    for branch in range(number):
        for place in range(nodes):
            chain.append(
                ChainNode(
                    "reference",
                    Bilingual(f"Chuẩn {branch}.{place}", f"Standard {branch}.{place}"),
                    code=f"C-{branch}-{place}",
                    certificate_number=f"GCN-{branch}-{place}",
                    expanded_uncertainty="1.5",
                    unit="mg",
                    branch=branch,
                )
            )
    return dataclasses.replace(base, traceability=(*chain, base.traceability[-1]))


@pytest.mark.parametrize(("branches", "nodes"), [(1, 2), (1, 5), (2, 3), (3, 4), (4, 4), (7, 3), (1, 9)])
def test_every_standard_and_its_certificate_is_named(font_cache: Path, branches: int, nodes: int) -> None:
    """However many branches and levels, each standard stands with its certificate number, and nothing overlaps."""
    content = _branches(branches, nodes)
    file = render(content, fonts=font_cache)
    text = text_of(file)
    for node in content.traceability:
        if not node.is_item:
            assert node.certificate_number in text
            assert node.code in text
    words = words_of(file)
    assert overlaps(words) == []
    assert all(word.left > 23.4 and word.right < 194.3 for word in words)


def test_the_item_carries_this_certificates_number(font_cache: Path) -> None:
    """The last node shows the number of the certificate itself, which only issuing knows."""
    content = _branches(1)
    pages = text_of(render(content, fonts=font_cache), 2)
    assert pages.count(ISSUE.number) == 3  # head, item, footer


def test_the_end_mark_stands_with_what_precedes_it(font_cache: Path) -> None:
    """For every length of the chain, the page of the end mark also holds a line of the chain's section."""
    for branches in range(1, 12):
        file = render(_branches(branches), fonts=font_cache)
        last = max(word.page for word in words_of(file))
        text = text_of(file, last)
        assert "END OF CERTIFICATE" in text
        assert "The chain as it stood" in text


def _resistors(number: int) -> CertificateContent:
    """The weight with so many standards that were all calibrated with one, below one national standard."""
    base = weight()
    chain = [
        ChainNode(level, Bilingual(name, name), code=code, certificate_number=certificate, branch=branch)
        for branch in range(number)
        for level, name, code, certificate in (
            ("si", "Ohm", None, None),
            ("national", "National standard", "QG-R", "GCN-QG"),
            ("reference", "Reference", "VQG-DI-03", "GCN-VQG"),
            ("working", "Resistor", f"1K{branch:02d}", f"GCN-{branch:02d}"),
        )
    ]
    return dataclasses.replace(base, traceability=(*chain, base.traceability[-1]))


def test_what_branches_share_is_printed_once_with_who_shares_it(font_cache: Path) -> None:
    """The chain above ten resistors stands once, names the ten, and each keeps its row; the DCC has every branch."""
    content = _resistors(10)
    file = render(content, fonts=font_cache)
    text = text_of(file)
    assert (text.count("GCN-QG"), text.count("GCN-VQG"), text.count("QG-R")) == (1, 1, 1)
    for branch in range(10):
        assert text.count(f"GCN-{branch:02d}") == 1 and text.count(f"1K{branch:02d}") == 2
    assert "chung cho 10 chuẩn đã dùng" in one_spaced(text)
    assert overlaps(words_of(file)) == []
    assert write_dcc(content).decode().count("GCN-VQG") >= 10


def test_a_branch_that_another_repeats_is_drawn_once(font_cache: Path) -> None:
    """Two roles filled by the same standard have one line."""
    base = _branches(1)
    node = [one for one in base.traceability if not one.is_item]
    again = [dataclasses.replace(one, branch=1) for one in node]
    twice = dataclasses.replace(base, traceability=(*node, *again, base.traceability[-1]))
    pages = [text_of(render(one, fonts=font_cache)) for one in (base, twice)]
    assert pages[0].count("GCN-0-0") == pages[1].count("GCN-0-0") == 1
