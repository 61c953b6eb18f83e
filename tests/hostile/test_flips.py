"""A certificate with one changed byte is never genuine: by the record every byte, by itself a sample (promise A3)."""

import datetime as dt
import hashlib
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from certificates.fonts import register_fonts
from certificates.identification import Identification, identifications
from certificates.offline import judge_offline
from certificates.verify import KnownCertificate, Lookup, judge
from tests.certificates.signing_examples import AT, signers
from tests.certificates.whole_examples import CONTENTS, whole

LEVELS = ("B-B", "B-T", "B-LTA", "unsigned")
SHORT, SHORT_BY_ITSELF = 2_000, 40
KEPT_EVERY = 100
"""Changed bytes after which a long run notes how far it has come."""
ALL = [(name, level) for level in LEVELS for name in CONTENTS]
"""Twenty certificates: five kinds, three levels of signature and none."""


def flipped(file: bytes, place: int, chance: random.Random) -> bytes:
    """The file with one byte changed."""
    return file[:place] + bytes([file[place] ^ chance.randrange(1, 256)]) + file[place + 1 :]


def record_of(file: bytes) -> Lookup:
    """A record that knows one file, by token or by number."""
    (said,) = identifications(file)
    known = KnownCertificate(said.number, hashlib.sha256(file).hexdigest(), "issued")

    def lookup(one: Identification) -> KnownCertificate | None:
        return known if said.number == one.number or said.token == one.token else None

    return lookup


@pytest.mark.long_form("flips")
def test_no_changed_byte_is_called_genuine(
    faces: Path, pytestconfig: pytest.Config, long_form: bool, figure: Callable[[str], None]
) -> None:
    """Of 2 000 flips, in the long form of every byte of 20 certificates, none is genuine; a cut run goes on."""
    register_fonts(faces / "fonts")
    cache = pytestconfig.cache
    assert cache is not None
    done: dict[str, dict[str, int]] = cache.get("flips/done", {}) if long_form else {}
    chance = random.Random(20261122)
    for name, level in ALL if long_form else ALL[:5]:
        key = f"{name}, {level}"
        if key in done:
            continue
        file = whole(name, level)
        lookup = record_of(file)
        assert judge(file, lookup).verdict == "genuine"
        places = range(len(file)) if long_form else chance.sample(range(len(file)), SHORT // 5)
        done[key] = Counter(judge(flipped(file, place, chance), lookup).verdict for place in places)
        assert "genuine" not in done[key], key
        if long_form:
            cache.set("flips/done", done)
    words = sum(map(Counter, done.values()), Counter[str]())
    assert set(words) <= {"altered", "unknown"}
    if long_form:
        cache.set("flips/done", {})
    figure(f"{words.total()} changed bytes of {len(done)} certificates: {dict(words)}, 0 genuine")


@pytest.mark.long_form("flips-by-itself")
def test_no_changed_byte_is_sound_by_itself(
    faces: Path, pytestconfig: pytest.Config, long_form: bool, figure: Callable[[str], None]
) -> None:
    """A byte changed anywhere, the signatures themselves and the zeros behind them included, leaves no sound file.

    The long form changes 1 000 bytes of the last signature and 4 000 of the whole, for five kinds; a cut run goes on.
    """
    register_fonts(faces / "fonts")
    cache = pytestconfig.cache
    assert cache is not None
    done: dict[str, dict[str, int]] = cache.get("flips/by-itself", {}) if long_form else {}
    now, of_file, of_signature = AT + dt.timedelta(hours=1), *((4_000, 1_000) if long_form else (SHORT_BY_ITSELF, 10))
    for name in CONTENTS if long_form else ("weight",):
        file, chance = whole(name), random.Random(f"20261123 {name}")
        begin = file.rindex(b"/Contents <")
        places = chance.sample(range(begin + 11, file.index(b">", begin)), of_signature)
        places += chance.sample(range(len(file)), of_file)
        words = Counter(done.get(name, {}))
        for place in places[words.total() :]:
            found = judge_offline(flipped(file, place, chance), signers().roots, now)
            assert found.verdict != "sound", (name, place)
            words[found.verdict] += 1
            done[name] = dict(words)
            if long_form and words.total() % KEPT_EVERY == 0:
                cache.set("flips/by-itself", done)
    words = sum(map(Counter, done.values()), Counter[str]())
    if long_form:
        cache.set("flips/by-itself", {})
    figure(f"{words.total()} changed bytes of {len(done)} files judged without a record: {dict(words)}, 0 sound")
