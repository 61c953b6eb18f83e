"""What the law adds to a verification, in words: the same for the page and for the DCC."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from certificates.content import Bilingual, CertificateContent, SealNumber, Verification
from certificates.edition import Edition

KINDS = ("label", "seal")


def legal_period_text(stated: Verification, edition: Edition) -> Bilingual:
    """The period of verification with the regulation that says so."""
    key = "documents.period_under" if stated.period_months else "legal.no_period_under"
    texts = [
        edition.say(key, count=stated.period_months, regulation=regulation)
        for regulation in (stated.regulation.vi, stated.regulation.en)
    ]
    return Bilingual(texts[0].vi, texts[1].en)


def seal_texts(seals: Sequence[SealNumber]) -> Bilingual:
    """Numbers of labels or seals with their places."""

    def said(one: SealNumber, language: str) -> str:
        return f"{one.number} ({getattr(one.place, language)})" if one.place else one.number

    return Bilingual(*("; ".join(said(one, language) for one in seals) for language in ("vi", "en")))


def legal_statements(content: CertificateContent, edition: Edition) -> Iterator[tuple[Bilingual, Bilingual]]:
    """Name and text of everything that the law adds: regime, period, last day, labels, seals, the officer's card."""
    stated = content.verification
    if stated is None:
        return
    if stated.regime:
        yield edition.say("legal.label_regime"), edition.say(f"legal.regime_{stated.regime}")
    yield edition.say("documents.period_months"), legal_period_text(stated, edition)
    if stated.valid_until is not None:
        day = edition.date(stated.valid_until)
        yield edition.say("documents.valid_through"), Bilingual(day, day)
    for kind in KINDS:
        mine = [one for one in stated.seals if one.kind == kind]
        if mine:
            yield edition.say(f"documents.label_{kind}s"), seal_texts(mine)
    if stated.void:
        yield edition.say("legal.label_void"), seal_texts(stated.void)
    if content.people.officer_card:
        card = content.people.officer_card
        yield edition.say("legal.label_officer_card"), Bilingual(card, card)
