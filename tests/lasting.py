"""Small laboratories that sign at B-LTA, with a time-stamp authority on this computer, and years that go by."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from cryptography.hazmat.primitives.serialization import Encoding

from certificates.authority import Authority, found_authority, revocation_lists
from lims.key_making import make_keys
from tests.certificates.signing_examples import time_stamper
from tests.certificates.time_stamp_server import StampServer, answered, stamp_server
from tests.laboratories import SmallLaboratory

YEAR = timedelta(days=365)


@contextmanager
def lasting(small: SmallLaboratory) -> Iterator[tuple[StampServer, Authority]]:
    """Let a laboratory sign at B-LTA, with a time-stamp authority on this computer that has a root of its own."""
    began = small.clock.moment - timedelta(hours=1)
    authority = found_authority("Time stamps", began)
    make_keys(small.lab)
    folder = small.lab.keys.folder
    (folder / "tsa.pem").write_bytes(authority.root.certificate.public_bytes(Encoding.PEM))
    lists = ["root.crl", "issuing.crl"]
    for name, content in zip(("tsa-root.crl", "tsa.crl"), revocation_lists(authority, began), strict=True):
        (folder / name).write_bytes(content)
        lists.append(name)
    with stamp_server(time_stamper(authority, small.clock.moment, began)) as server:
        path = folder / "keys.toml"
        keys = path.read_text(encoding="utf-8").split("\n[[key]]\n")[1:]
        head = (
            f'level = "B-LTA"\ntime_stamp_authority = "{server.at("/tsa")}"\nroots = ["root.pem", "tsa.pem"]\n'
            f"revocation_lists = {lists!r}\n"
        ).replace("'", '"')
        path.write_text("\n[[key]]\n".join([head, *keys]), encoding="utf-8")
        yield server, authority


def years_later(small: SmallLaboratory, server: StampServer, authority: Authority, years: int) -> None:
    """Let years go by; the authority stamps with a certificate that is a year old by then."""
    small.later(years * YEAR)
    stamper = time_stamper(authority, small.clock.moment, small.clock.moment - YEAR)
    server.answers["/tsa"] = lambda asked: answered(stamper, asked)
