"""How untidy the exported files are. What is untidy never changes what truly happened."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tabiji.demo.records.catalogue import KINDS
from tabiji.demo.world.clock import DAY, Seconds

NAME_VARIANTS = ("㈱{}", "(株){}", "（株）　{}", "{}（株）", "株式会社 {}")


@dataclass(frozen=True, slots=True)
class Dirt:
    """Shares in 0–1. The default is what a well-kept company has."""

    duplicate_accounts: float = 0.0  # a second record of the same company, its name spelled otherwise
    duplicated_rows: float = 0.004  # the same row exported twice
    late: float = 0.04  # recorded days after it happened
    free_mail: float = 0.03  # people who write from a personal mailbox
    mixed_dates: float = 0.2  # CRM activities whose date is written 2026/4/1 9:05
    cp932: bool = True  # the CRM's accounts come in the code page of Japanese Windows (small scale only)


CLEAN = Dirt(0.0, 0.0, 0.0, 0.0, 0.0, False)
DIRTY = Dirt(0.03, 0.02, 0.10, 0.08, 0.5, True)

_BY_HAND = np.array([kind.system in ("crm", "success") for kind in KINDS])


def received(kind: NDArray[np.int16], at: Seconds, late: float, end: int, rng: np.random.Generator) -> Seconds:
    """When each event was recorded: machines within minutes, people within two days, some much later; but all before the
    systems were exported, half a day after the `end`."""
    n = len(at)
    soon = np.where(_BY_HAND[kind], rng.integers(600, 2 * DAY, n), rng.integers(5, 600, n))
    slow = rng.integers(3 * DAY, 26 * DAY, n)
    recorded: Seconds = np.minimum(at + np.where(rng.random(n) < late, slow, soon), end + DAY // 2)
    return recorded


def other_name(name: str, account: int) -> str:
    """The same company as somebody else would type it: an abbreviated legal form, wide or missing spaces."""
    bare = name
    for form in ("株式会社", "有限会社", "合同会社"):
        bare = bare.replace(form, "")
    return NAME_VARIANTS[account % len(NAME_VARIANTS)].format(bare)
