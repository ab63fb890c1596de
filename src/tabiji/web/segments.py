"""Dividing a page's figures by segment: what may be chosen, and how the groups are named and ordered."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol, TypeVar

from tabiji.i18n import N_, NO_VALUE, text
from tabiji.settings import Settings
from tabiji.web.filters import SIZE_LABELS, SIZES, Filters
from tabiji.web.words import value_label

BY = {"industry": N_("Industry"), "region": N_("Region"), "size": N_("Size")}


class Grouped(Protocol):
    """The figures of one value of `--by`."""

    @property
    def value(self) -> str | None:
        """The value; None where it is not known."""
        ...


G = TypeVar("G", bound=Grouped)


def with_groups(filters: Filters, by: str) -> Filters:
    """The filters, divided by `by` (a name of `BY`, or an SQL expression)."""
    return replace(filters, by=by)


def groups_of(groups: Iterable[G], by: str, settings: Settings) -> list[tuple[str, str, G]]:
    """(value in the address, label, figures), in the order given; sizes in their own order."""
    found = [(g.value or "", group_label(g.value, by, settings), g) for g in groups]
    if by == "size":
        order = list(SIZES)
        found.sort(key=lambda g: order.index(g[0]) if g[0] in order else len(order))
    return found


def group_label(value: str | None, by: str, settings: Settings) -> str:
    """What a value of `--by` is called."""
    if by == "size" and value in SIZE_LABELS:
        return text(SIZE_LABELS[value])
    return text(NO_VALUE) if value in (None, "", NO_VALUE) else value_label(settings, by, value)
