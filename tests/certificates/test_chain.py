"""The traceability chain on paper: lines for a few branches, a table for many."""

import dataclasses
from pathlib import Path

import pytest

from certificates.content import Bilingual, CertificateContent, ChainNode
from certificates.pdf import render
from tests.certificates.examples import ISSUE, weight
from tests.certificates.reading import overlaps, text_of, words_of

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
