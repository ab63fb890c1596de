"""Receipts: where a figure comes from, told in full, for every figure of a page.

A page registers how its kind of figure is receipted:

    @receipt_kind("funnel")
    def funnel_receipt(measured: MeasuredMap, flags: Mapping[str, Any], parameters: Mapping[str, str]) -> Receipt: ...

and its template points to it: `figure(share, receipt=receipt("funnel", stage="consider"))`. `flags` are those of the filter
bar (the segment already as SQL), ready for a question; `parameters` are all others in the address.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tabiji.errors import NotFoundError
from tabiji.result import Notice, Provenance, Question, Share

if TYPE_CHECKING:
    from tabiji.workspace import MeasuredMap


@dataclass(frozen=True, slots=True)
class Receipt:
    """Everything that a reader needs to believe a figure, or to ask for it again. Texts are in the reader's language."""

    title: str
    definition: str  # what is counted, in plain sentences
    question: Question
    provenance: Provenance
    share: Share | None = None
    value: str = ""  # the figure in words where it is not a share
    numerator: tuple[str, float] | None = None  # what it is, how many
    denominator: tuple[str, float] | None = None
    method: str = ""  # of the interval
    source: str = ""  # of the formula
    beside: tuple[tuple[str, str], ...] = ()  # further lines: label, text
    notices: tuple[Notice, ...] = ()


Builder = Callable[["MeasuredMap", Mapping[str, Any], Mapping[str, str]], Receipt]
_builders: dict[str, Builder] = {}


def receipt_kind(kind: str) -> Callable[[Builder], Builder]:
    """Register the builder of a kind of receipt."""

    def keep(builder: Builder) -> Builder:
        _builders[kind] = builder
        return builder

    return keep


def build_receipt(
    kind: str, measured: "MeasuredMap", flags: Mapping[str, Any], parameters: Mapping[str, str]
) -> Receipt:
    """The receipt of a figure. Raises NotFoundError for an unknown kind."""
    if kind not in _builders:
        raise NotFoundError("receipt", kind, _builders)
    return _builders[kind](measured, flags, parameters)
