"""Numbers to positions, and positions to the text of an SVG attribute."""

from collections.abc import Sequence

DAY_TOPS = (8.0, 20.0, 40.0, 60.0, 80.0, 120.0, 180.0, 240.0, 360.0, 480.0, 600.0, 720.0)  # quarters are whole days


def num(x: float) -> str:
    """A coordinate with at most two decimals, without trailing zeros: 12.0 → "12", 0.125 → "0.12"."""
    shown = f"{x:.2f}".rstrip("0").rstrip(".")
    return "0" if shown == "-0" else shown


def points(*xy: float) -> str:
    """Pairs of coordinates as they stand in a path: (1, 2, 3, 4) → "1,2 3,4"."""
    return " ".join(f"{num(x)},{num(y)}" for x, y in zip(xy[::2], xy[1::2], strict=True))


def linear(value: float, domain: tuple[float, float], extent: tuple[float, float]) -> float:
    """Position of `value` when `domain` is laid evenly over `extent`; values outside are held at the ends."""
    (d0, d1), (e0, e1) = domain, extent
    share = min(1.0, max(0.0, (value - d0) / (d1 - d0)))
    return e0 + share * (e1 - e0)


def day_top(highest: float) -> float:
    """The end of an axis in days: the least round number that holds `highest`, its half and quarters round as well."""
    return next((top for top in DAY_TOPS if highest <= top), 360.0 * -(-highest // 360))


def centres(n: int, width: float) -> list[float]:
    """x of the middle of each of `n` equal columns over `width`."""
    return [width * (i + 0.5) / n for i in range(n)]


def monotone_tangents(x: Sequence[float], y: Sequence[float]) -> list[float]:
    """Slopes at the points of a monotone cubic through them: the curve never overshoots a point.

    x: ascending · y: same length ≥ 2. Three-point slopes limited as by Fritsch & Carlson (1980), SIAM J. Numer. Anal. 17."""
    steps = [x[i + 1] - x[i] for i in range(len(x) - 1)]
    secants = [(y[i + 1] - y[i]) / steps[i] for i in range(len(steps))]
    slopes = [secants[0]]
    for i in range(1, len(secants)):
        before, after = secants[i - 1], secants[i]
        if before * after <= 0:
            slopes.append(0.0)
            continue
        w1, w2 = 2 * steps[i] + steps[i - 1], steps[i] + 2 * steps[i - 1]
        slopes.append((w1 + w2) / (w1 / before + w2 / after))
    return [*slopes, secants[-1]]


def monotone_path(x: Sequence[float], y: Sequence[float]) -> str:
    """SVG path of the monotone cubic through the points (cubic Béziers); empty for fewer than two points."""
    if len(x) < 2:
        return ""
    slopes = monotone_tangents(x, y)
    path = "M" + points(x[0], y[0])
    for i in range(len(x) - 1):
        third = (x[i + 1] - x[i]) / 3
        path += " C" + points(
            x[i] + third,
            y[i] + third * slopes[i],
            x[i + 1] - third,
            y[i + 1] - third * slopes[i + 1],
            x[i + 1],
            y[i + 1],
        )
    return path
