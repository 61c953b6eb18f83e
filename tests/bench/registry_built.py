"""The registries of the benchmark: built once in either database, and kept where that is asked for."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from instruments.models import Body
from lims.clock import SetClock
from lims.config import read_settings
from lims.laboratory import Laboratory
from lims.store.engine import Store
from lims.store.migrating import migrate
from tests.bench.registry_rows import Plan, enter_bodies, load_postgresql, load_sqlite
from tests.databases import PostgreSQLServer
from tests.instruments.network import create_tables
from tests.laboratories import MORNING, SmallLaboratory, database_named, small_laboratory

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
SHARED_BUFFERS = "1GB"
"""What a PostgreSQL server of this size is given; its own default is for a small computer of long ago."""
BUILT = "built.json"
"""Written last into a folder that is kept: whose registry it is. Without it the folder holds half a registry."""


@dataclass(frozen=True)
class Registry:
    """A filled registry: its door, its plan, its name in the table, and the laboratory around it where there is one."""

    store: Store
    plan: Plan
    label: str
    small: SmallLaboratory | None


@contextmanager
def filled(engine: str, instruments: int, *, laboratory: bool, keep: Path | None = None) -> Iterator[Registry]:
    """A registry of a size in a database of its own, removed afterwards or kept for the next time.

    Args:
        engine: the database, `SQLITE` or `POSTGRESQL`.
        instruments: how many.
        laboratory: whether a laboratory lives around it, for its pages and an import.
        keep: a folder where it stays, and from where one of this kind is taken; none, and it goes away.
    """
    with ExitStack() as held:
        if keep is None:
            folder = Path(held.enter_context(TemporaryDirectory(prefix="registry-")))
        else:
            folder = keep / f"{engine.lower()}-{instruments}{'-laboratory' if laboratory else ''}"
            folder.mkdir(parents=True, exist_ok=True)
        url, superuser = "", ""
        if engine == POSTGRESQL:
            server = PostgreSQLServer(folder / "server" if keep else None, shared_buffers=SHARED_BUFFERS)
            held.callback(server.close)
            name = server.create() if not (folder / BUILT).exists() else "test_1"
            url, superuser = server.url(name), f"host={server.folder} user=postgres dbname={name}"
        if (folder / BUILT).exists():
            store, plan, small = _again(folder, url, laboratory=laboratory)
        else:
            store, plan, small = _built(folder, url, superuser, instruments, laboratory=laboratory)
        yield Registry(store, plan, f"{instruments:_} instruments, {engine}".replace("_", " "), small)
        store.close()


def _built(
    folder: Path, url: str, superuser: str, instruments: int, *, laboratory: bool
) -> tuple[Store, Plan, SmallLaboratory | None]:
    """A new registry in a folder, or in the database with an address."""
    small = small_laboratory(folder / "laboratory", url) if laboratory else None
    store = small.lab.store if small else Store(url or f"sqlite:///{folder}/registry.sqlite")
    if small is None:
        create_tables(store.writer)
    with store.writing() as session:
        centre = session.get_one(Body, small.ids["centre"]) if small else None
        plan = enter_bodies(session, instruments, centre)
    store.close()
    if superuser:
        load_postgresql(superuser, plan)
    else:
        load_sqlite(str(store.url.database), plan)
    known = {"plan": asdict(plan), "ids": small.ids if small else {}, "people": sorted(small.actors) if small else []}
    (folder / BUILT).write_text(json.dumps(known), "utf-8")
    return store, plan, small


def _again(folder: Path, url: str, *, laboratory: bool) -> tuple[Store, Plan, SmallLaboratory | None]:
    """The registry that was kept in a folder, in the present form."""
    known = json.loads((folder / BUILT).read_text("utf-8"))
    plan = Plan(**{name: tuple(one) if isinstance(one, list) else one for name, one in known["plan"].items()})
    if not laboratory:
        return Store(url or f"sqlite:///{folder}/registry.sqlite"), plan, None
    clock = SetClock(MORNING, tick_s=0.01)
    with database_named(url):
        unopened = Laboratory(read_settings(folder / "laboratory"), clock)
        migrate(unopened.store)
        unopened.close()
        small = SmallLaboratory(Laboratory.open(folder / "laboratory", clock), clock, ids=known["ids"])
    for name in known["people"]:
        small.sign_in(name)
    return small.lab.store, plan, small
