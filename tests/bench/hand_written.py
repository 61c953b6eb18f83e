"""The limit: the tasks of the benchmark written by hand for one model, in plain Python and numpy."""

import math

import numpy as np

R2, R3 = math.sqrt(2.0), math.sqrt(3.0)
BLOCK = 65_536

# GUM H.1, nm and K: estimate, standard uncertainty, degrees of freedom.
END_GAUGE = {
    "ls": (50000623.0, 25.0, 18.0), "d0": (215.0, 5.8, 24.0), "d1": (0.0, 3.9, 5.0), "d2": (0.0, 6.7, 8.0),
    "da": (0.0, 1e-6 / R3, 50.0), "dt": (0.0, 0.05 / R3, 2.0), "als": (11.5e-6, 2e-6 / R3, math.inf),
    "th0": (-0.1, 0.2, math.inf), "Dl": (0.0, 0.5 / R2, math.inf),
}  # fmt: skip
# EA-4/02 S2, g.
COMPARISON = {
    "mS": (10000.005, 22.5e-3, math.inf), "dmD": (0.0, 15e-3 / R3, math.inf), "dm": (0.02, 25e-3 / R3, 2.0),
    "dmC": (0.0, 10e-3 / R3, math.inf), "dB": (0.0, 10e-3 / R3, math.inf),
}  # fmt: skip
COMPARISON_TEXT = "mS + dmD + dm + dmC + dB"
# A pressure balance in coherent units.
BALANCE = {
    "m": (10.0, 2e-5, math.inf), "g": (9.78674, 2e-6, math.inf), "ra": (1.2, 0.02, math.inf),
    "rm": (7920.0, 20.0, math.inf), "A0": (8.0e-5, 1.2e-9, 40.0), "al": (9.1e-6, 5e-7, math.inf),
    "t": (20.5, 0.15, 12.0), "rf": (860.0, 5.0, math.inf), "h": (0.012, 0.0005, 9.0),
}  # fmt: skip
BALANCE_TEXT = "m * g * (1 - ra / rm) / (A0 * (1 + al * (t - 20))) + rf * g * h"


def end_gauge(ls, d0, d1, d2, da, dt, als, th0, Dl):
    """GUM H.1."""
    return ls + d0 + d1 + d2 - ls * (da * (th0 + Dl) + als * dt)


def comparison(mS, dmD, dm, dmC, dB):
    """EA-4/02 S2."""
    return mS + dmD + dm + dmC + dB


def balance(m, g, ra, rm, A0, al, t, rf, h):
    """The pressure of a balance."""
    return m * g * (1 - ra / rm) / (A0 * (1 + al * (t - 20.0))) + rf * g * h


def columns(table: dict, varied: dict, count: int) -> np.ndarray:
    """The estimates of all inputs, one row per input; what is not varied stays."""
    rows = np.repeat(np.array([[one[0]] for one in table.values()]), count, axis=1)
    for name, values in varied.items():
        rows[list(table).index(name)] = values
    return rows


def varied_comparison(count: int) -> dict:
    """What differs from point to point of the comparison."""
    random = np.random.default_rng(1)
    return {"mS": 10000.0 + random.normal(0, 0.01, count), "dm": random.normal(0.02, 0.01, count)}


def varied_balance(count: int) -> dict:
    """What differs from point to point of the balance."""
    return {"m": np.linspace(0.5, 50.0, count), "t": 20.0 + np.random.default_rng(2).uniform(-2, 2, count)}


def one_end_gauge():
    """Value, u, degrees of freedom and all contributions of GUM H.1, derivatives by hand."""
    v = {k: x[0] for k, x in END_GAUGE.items()}
    theta = v["th0"] + v["Dl"]
    y = v["ls"] + v["d0"] + v["d1"] + v["d2"] - v["ls"] * (v["da"] * theta + v["als"] * v["dt"])
    c = {
        "ls": 1 - v["da"] * theta - v["als"] * v["dt"], "d0": 1.0, "d1": 1.0, "d2": 1.0, "da": -v["ls"] * theta,
        "dt": -v["ls"] * v["als"], "als": -v["ls"] * v["dt"], "th0": -v["ls"] * v["da"], "Dl": -v["ls"] * v["da"],
    }  # fmt: skip
    parts = {k: c[k] * END_GAUGE[k][1] for k in c}
    variance = sum(part * part for part in parts.values())
    below = sum(part**4 / END_GAUGE[k][2] for k, part in parts.items())
    return y, math.sqrt(variance), variance * variance / below, parts


def many_comparisons(x: np.ndarray):
    """Value, u, degrees of freedom and all contributions of every comparison."""
    u = np.array([one[1] for one in COMPARISON.values()])
    parts = np.broadcast_to(u[:, None], x.shape)
    variance = np.einsum("ij,ij->j", parts, parts)
    type_a = parts[2] ** 2
    return x.sum(axis=0), np.sqrt(variance), variance * variance / (type_a * type_a / 2.0), parts


def many_balances(x: np.ndarray):
    """Value, u, degrees of freedom and all contributions of every pressure, derivatives by hand."""
    m, g, ra, rm, A0, al, t, rf, h = x
    u = [one[1] for one in BALANCE.values()]
    warm = t - 20.0
    expansion, buoyancy = 1 + al * warm, 1 - ra / rm
    by_area = g / (A0 * expansion)
    p = m * by_area * buoyancy
    y = p + rf * g * h
    parts = np.empty_like(x)
    np.multiply(by_area, buoyancy * u[0], out=parts[0])
    parts[1] = (p / g + rf * h) * u[1]
    load = m * by_area
    parts[2] = load * (-u[2]) / rm
    parts[3] = load * ra * u[3] / (rm * rm)
    parts[4] = p / A0 * (-u[4])
    slope = p / expansion
    parts[5] = slope * warm * (-u[5])
    parts[6] = slope * al * (-u[6])
    parts[7] = g * h * u[7]
    parts[8] = rf * g * u[8]
    squares = parts * parts
    variance = squares.sum(axis=0)
    below = squares[4] ** 2 / 40.0 + squares[6] ** 2 / 12.0 + squares[8] ** 2 / 9.0
    return y, np.sqrt(variance), variance * variance / below, parts


def drawn_end_gauge(random: np.random.Generator, count: int):
    """Draws of all inputs of GUM H.1: t with degrees of freedom, rectangular, arc sine, normal."""
    t = random.standard_t
    return (
        50000623.0 + 25.0 * t(18, count), 215.0 + 5.8 * t(24, count), 3.9 * t(5, count), 6.7 * t(8, count),
        random.uniform(-1e-6, 1e-6, count), random.uniform(-0.05, 0.05, count), random.uniform(9.5e-6, 13.5e-6, count),
        random.normal(-0.1, 0.2, count), 0.5 * np.sin(2 * np.pi * random.random(count)),
    )  # fmt: skip


def trials_of_end_gauge(count: int):
    """Mean, standard deviation, symmetric and shortest 95 % interval of plain trials, in one piece."""
    y = np.sort(end_gauge(*drawn_end_gauge(np.random.Generator(np.random.SFC64(7)), count)))
    inside = int(0.95 * count)
    start = int((y[inside:] - y[: count - inside]).argmin())
    ends = y[int(0.025 * count)], y[int(0.975 * count)], y[start], y[start + inside]
    return y.mean(), y.std(ddof=1), *ends
