"""Invented companies: firmographics, a Japanese and an English name, a domain that cannot exist, a corporate number."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tabiji.demo.world.parameters import World
from tabiji.demo.world.words import INDUSTRIES, PREFECTURES, STEMS

FORMS = ("株式会社{}", "{}株式会社", "有限会社{}", "{}合同会社")
_FORM_SHARE = (0.52, 0.38, 0.07, 0.03)


@dataclass(frozen=True, slots=True)
class Companies:
    """One row per account of a block."""

    number: NDArray[np.int32]  # of the account over all blocks, from 1
    industry: NDArray[np.int8]
    prefecture: NDArray[np.int8]
    employees: NDArray[np.int64]
    size: NDArray[np.float32]  # standardised log employees
    annual_revenue: NDArray[np.float64]  # JPY
    form: NDArray[np.int8]
    name: list[str]
    english_name: list[str]
    domain: list[str]


def draw_companies(first: int, n: int, world: World, rng: np.random.Generator) -> Companies:
    """Companies number `first` … `first + n − 1`."""
    industry = rng.choice(len(INDUSTRIES), n, p=_shares([i.share for i in INDUSTRIES])).astype(np.int8)
    prefecture = rng.choice(len(PREFECTURES), n, p=_shares([p[2] for p in PREFECTURES])).astype(np.int8)
    size = rng.standard_normal(n).clip(-2.4, 3.2)
    employees = np.maximum(5, np.rint(world.employees_median * np.exp(world.employees_sigma * size))).astype(np.int64)
    revenue = np.round(employees * 24e6 * rng.lognormal(0, 0.5, n), -6)
    form = rng.choice(len(FORMS), n, p=_FORM_SHARE).astype(np.int8)
    form[(form >= 2) & (employees > 300)] = 0
    number = np.arange(first, first + n, dtype=np.int32)
    names = _names(number, industry, form, rng)
    return Companies(number, industry, prefecture, employees, size.astype(np.float32), revenue, form, *names)


def _shares(values: list[float]) -> NDArray[np.float64]:
    array = np.array(values)
    return np.asarray(array / array.sum())


def _names(
    number: NDArray[np.int32], industry: NDArray[np.int8], form: NDArray[np.int8], rng: np.random.Generator
) -> tuple[list[str], list[str], list[str]]:
    """Names that differ inside a block: the companies of one trade word take the stems in a shuffled order."""
    words = [industry_.words for industry_ in INDUSTRIES]
    drawn = rng.integers(0, 1 << 16, len(number))
    shuffled = [rng.permutation(len(STEMS)) for _ in range(sum(len(w) for w in words))]
    used = [0] * len(shuffled)
    first_of = np.cumsum([0] + [len(w) for w in words[:-1]])
    japanese, english, domains = [], [], []
    for account, of, how, chance in zip(number.tolist(), industry.tolist(), form.tolist(), drawn.tolist(), strict=True):
        word = words[of][chance % len(words[of])]
        trade = int(first_of[of]) + chance % len(words[of])
        stem = STEMS[int(shuffled[trade][used[trade] % len(STEMS)])]
        used[trade] += 1
        japanese.append(FORMS[how].format(stem.ja + word.ja))
        english.append(f"{stem.en.capitalize()} {word.en.capitalize()} {'LLC' if how == 3 else 'Co., Ltd.'}")
        domains.append(f"{stem.en}-{word.en}-{account}.example")
    return japanese, english, domains


def corporate_number(account: int) -> str:
    """A corporate number (法人番号) in a range that is not assigned: check digit and twelve digits."""
    base = f"99{account:010d}"
    return f"{check_digit(base)}{base}"


def check_digit(base: str) -> int:
    """Check digit of a corporate number with these twelve digits: 9 − (Σ Pₙ·Qₙ mod 9), Pₙ the n-th digit from the right,
    Qₙ = 1 for odd n and 2 for even n (Ordinance of the Ministry of Finance No. 66 of 2014, article 2)."""
    total = sum(int(digit) * (1 if n % 2 else 2) for n, digit in enumerate(reversed(base), start=1))
    return 9 - total % 9
