"""The tasks of the benchmark in the peers that are installed. They are measured, and nothing is taken from them."""

import contextlib
import importlib
import io
import math
import os
import warnings
from collections.abc import Callable, Iterator

import numpy as np

from tests.bench import hand_written as hand

MODULES = {
    "suncal": "suncal",
    "GTC": "GTC",
    "MetroloPy": "metrolopy",
    "uncertainties": "uncertainties",
    "punpy": "punpy",
}
# A peer that takes seconds for a batch is given fewer points, and its time is scaled.
POINTS = {"suncal": 10, "GTC": 1000, "MetroloPy": 200, "uncertainties": 1000, "punpy": 100}
UNITS = {"ls": "nm", "d0": "nm", "d1": "nm", "d2": "nm", "da": "1/K", "dt": "K", "als": "1/K", "th0": "K", "Dl": "K"}
END_GAUGE_TEXT = "ls + d0 + d1 + d2 - ls * (da * (th0 + Dl) + als * dt)"
BATCHES = {
    "linear": (hand.COMPARISON, hand.COMPARISON_TEXT, hand.comparison),
    "balance": (hand.BALANCE, hand.BALANCE_TEXT, hand.balance),
}


def installed() -> dict[str, object]:
    """The peers that can be imported, by name."""
    os.environ.setdefault("MPLBACKEND", "Agg")
    warnings.filterwarnings("ignore")
    found = {}
    for name, module in MODULES.items():
        with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
            found[name] = importlib.import_module(module)
    return found


def _suncal_model(suncal, table, text, units=None):
    model = suncal.Model(f"y = {text}")
    for name, (value, u, dof) in table.items():
        with_unit = {"units": units[name].replace("K", "delta_degC")} if units else {}
        model.var(name).measure(value, **with_unit).typeb(std=u, degf=dof, **with_unit)
    return model


def one_end_gauge(name: str, peer) -> Callable[[], object]:
    """GUM H.1 once, from scratch, in a peer."""

    def gtc():
        y = hand.end_gauge(**{key: peer.ureal(*one, label=key) for key, one in hand.END_GAUGE.items()})
        return y.x, y.u, y.df, peer.reporting.budget(y)

    def metrolopy():
        inputs = {}
        for key, (value, u, dof) in hand.END_GAUGE.items():
            limited = {"dof": dof} if math.isfinite(dof) else {}
            inputs[key] = peer.gummy(value, u=u, unit=UNITS[key].replace("1/K", "K**-1"), **limited)
        y = hand.end_gauge(**inputs)
        return y.x, y.u, y.dof, [y.ufrom(one) for one in inputs.values()]

    def uncertainties():
        y = hand.end_gauge(**{key: peer.ufloat(one[0], one[1]) for key, one in hand.END_GAUGE.items()})
        return y.n, y.s, y.error_components()

    def punpy():
        inputs = [[np.array([one[index]]) for one in hand.END_GAUGE.values()] for index in (0, 1)]
        return peer.LPUPropagation().propagate_random(hand.end_gauge, *inputs)

    def suncal():
        return _suncal_model(peer, hand.END_GAUGE, END_GAUGE_TEXT, UNITS).calculate_gum().degf

    tasks = {"GTC": gtc, "MetroloPy": metrolopy, "uncertainties": uncertainties, "punpy": punpy, "suncal": suncal}
    return tasks[name]


def batch(name: str, peer, kind: str, x: np.ndarray) -> Callable[[], object]:
    """Some points of a batch, one after the other, in a peer."""
    table, text, function = BATCHES[kind]
    points = [list(point) for point in x[:, : POINTS[name]].T]
    spreads = [(u, dof) for _, u, dof in table.values()]

    def gtc():
        results = (function(*(peer.ureal(v, *one) for v, one in zip(p, spreads, strict=True))) for p in points)
        return [(y.x, y.u, y.df) for y in results]

    def metrolopy():
        def quantity(value, u, dof):
            return peer.gummy(value, u=u, dof=dof) if math.isfinite(dof) else peer.gummy(value, u=u)

        results = (function(*(quantity(v, *one) for v, one in zip(p, spreads, strict=True))) for p in points)
        return [(y.x, y.u, y.dof) for y in results]

    def uncertainties():
        results = (function(*(peer.ufloat(v, u) for v, (u, _) in zip(p, spreads, strict=True))) for p in points)
        return [(y.n, y.s) for y in results]

    def punpy():
        rows = [row.copy() for row in x[:, : POINTS[name]]]
        wide = [np.full(len(rows[0]), u) for u, _ in spreads]
        return peer.LPUPropagation().propagate_random(function, rows, wide, Jx_diag=True)

    def suncal():
        found = []
        for point in points:
            at = {key: (float(v), *one) for key, v, one in zip(table, point, spreads, strict=True)}
            found.append(_suncal_model(peer, at, text).calculate_gum().degf)
        return found

    tasks = {"GTC": gtc, "MetroloPy": metrolopy, "uncertainties": uncertainties, "punpy": punpy, "suncal": suncal}
    return tasks[name]


def monte_carlo(name: str, peer, trials: int) -> Callable[[], object] | None:
    """A million trials of GUM H.1 with both intervals in a peer that has them."""

    def metrolopy():
        distributions = {
            "ls": peer.TDist(50000623.0, 25.0, 18), "d0": peer.TDist(215.0, 5.8, 24), "d1": peer.TDist(0.0, 3.9, 5),
            "d2": peer.TDist(0.0, 6.7, 8), "da": peer.UniformDist(center=0, half_width=1e-6),
            "dt": peer.UniformDist(center=0, half_width=0.05),
            "als": peer.UniformDist(center=11.5e-6, half_width=2e-6),
            "Dl": peer.ArcSinDist(center=0, half_width=0.5),
        }  # fmt: skip
        y = hand.end_gauge(th0=peer.gummy(-0.1, u=0.2), **{key: peer.gummy(one) for key, one in distributions.items()})
        y.p = 0.95
        y.sim(n=trials)
        ends = []
        for y.cimethod in ("symmetric", "shortest"):
            ends.append(y.cisim)
        return y.xsim, y.usim, ends

    def suncal():
        model = peer.Model(f"l = {END_GAUGE_TEXT}")
        kinds = {"da": ("uniform", 1e-6), "dt": ("uniform", 0.05), "als": ("uniform", 2e-6), "Dl": ("arcsine", 0.5)}
        for key, (value, u, dof) in hand.END_GAUGE.items():
            if key in kinds:
                model.var(key).measure(value).typeb(dist=kinds[key][0], a=kinds[key][1])
            elif math.isfinite(dof):
                model.var(key).measure(value).typeb(dist="t", unc=u, df=dof)
            else:
                model.var(key).measure(value).typeb(std=u)
        found = model.monte_carlo(samples=trials)
        return found.expand("l", conf=0.95), found.expand("l", conf=0.95, shortest=True)

    return {"MetroloPy": metrolopy, "suncal": suncal}.get(name)


def new_text(name: str, peer) -> Callable[[], object] | None:
    """A text model seen for the first time, in a peer that reads text."""
    return (lambda: _suncal_model(peer, hand.END_GAUGE, END_GAUGE_TEXT, UNITS)) if name == "suncal" else None


def first_results(names: list[str]) -> Iterator[tuple[str, str]]:
    """A program for each peer that ends with its first result of GUM H.1."""
    for name in names:
        yield (
            name,
            (
                "from tests.bench import peers; import importlib, contextlib, io\n"
                f"with contextlib.redirect_stdout(io.StringIO()): peer = importlib.import_module({MODULES[name]!r})\n"
                f"peers.one_end_gauge({name!r}, peer)()"
            ),
        )
