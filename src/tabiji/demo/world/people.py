"""The people of an account, by slot: who they are is fixed by the account and the slot alone."""

import numpy as np
from numpy.typing import NDArray

from tabiji.demo.world.words import FREE_MAIL, GIVEN_NAMES, SURNAMES

# Title and department per slot of an account; the slots' roles are in `records.timeline`.
POSTS: tuple[tuple[str, str], ...] = (
    ("経理課長", "経理部"),
    ("情報システム課長", "情報システム部"),
    ("情報セキュリティ担当", "情報システム部"),
    ("管理本部長", "管理本部"),
    ("代表取締役社長", "経営"),
    ("購買課主任", "購買部"),
    ("経理担当", "経理部"),
    ("総務担当", "総務部"),
    ("営業課長", "営業部"),
    ("経理課長", "経理部"),
    ("人事担当", "人事部"),
    ("営業担当", "営業部"),
    ("製造課長", "製造部"),
    ("業務担当", "業務部"),
)


def name_codes(number: NDArray[np.int32], slot: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Surname and given-name codes; no two slots of an account share a given name."""
    mixed = (number.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20)
    base = (mixed % np.uint64(1 << 30)).astype(np.int64)
    spread = base ^ (base >> 7)
    surname = (spread + slot.astype(np.int64) * (17 + spread % 11)) % len(SURNAMES)
    given = (base // 61 + slot.astype(np.int64) * 5) % len(GIVEN_NAMES)
    return surname, given


def uses_free_mail(number: NDArray[np.int32], slot: NDArray[np.integer], share: float) -> NDArray[np.bool_]:
    """Whether a person writes from a personal mailbox."""
    mixed = (number.astype(np.uint64) * np.uint64(31) + slot.astype(np.uint64)) * np.uint64(0xD1B54A32D192ED03)
    return (mixed >> np.uint64(40)).astype(np.float64) / float(1 << 24) < share


def email(given: str, surname: str, domain: str, number: int, free: bool) -> str:
    """Address at the company's domain, or at a free-mail provider."""
    if free:
        return f"{given}.{surname}{number}@{FREE_MAIL[number % len(FREE_MAIL)]}"
    return f"{given}.{surname}@{domain}"
