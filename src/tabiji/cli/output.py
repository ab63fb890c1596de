"""What a verb prints: one JSON document or a table on standard output; progress on standard error."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import click
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from tabiji.i18n import text, value_name

# What must not be broken over lines: 1,234 · 12.3 % · 4.1 – 9.8 · 756,000 JPY · 2026-03-31 · n<10
FIGURE = re.compile(r"[*×+−-]? ?\d[\d,.:-]*(?: ?%)?\*?(?: – [+−-]?[\d,.]+(?: %)?)?(?: [A-Z]{3})?|[\d,.]+ – —|n<\d+|—")
WRAPPED = 18  # a text is not squeezed into less

json_flag = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")


def print_json(document: Any) -> None:
    """One JSON document, readable, in UTF-8."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2, default=_plain))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str | None = None) -> None:
    """A table: drawn on a terminal, tab-separated in a pipe.

    On a terminal that is too narrow, texts go on in the next line and figures stay whole; columns for which there is no room
    follow below, beside the columns that name the rows. Nothing is cut."""
    console = _Terminal()
    cells = [["—" if v is None else str(v) for v in row] for row in rows]
    if not console.is_terminal:
        click.echo("\t".join(columns))
        for row in cells:
            click.echo("\t".join(row))
        return
    down = [[row[i] for row in cells] for i in range(len(columns))]
    least = [_least(name, column) for name, column in zip(columns, down, strict=True)]
    widest = [max(map(cell_len, (name, *column))) for name, column in zip(columns, down, strict=True)]
    gap = 1 if sum(least) + len(least) <= console.width < sum(least) + 2 * len(least) else 2
    for number, chosen in enumerate(parts(least, _naming(cells), gap, console.width)):
        if number:
            console.print()
        table = Table(
            title=None if number else title, title_justify="left", header_style="bold", box=None, pad_edge=False
        )
        table.padding = (0, gap, 0, 0)
        room = console.width - gap * len(chosen)
        for i, width in zip(
            chosen, _widths([least[i] for i in chosen], [widest[i] for i in chosen], room), strict=True
        ):
            numeric = bool(cells) and all(map(_is_number, down[i]))
            table.add_column(columns[i], justify="right" if numeric else "left", overflow="fold", width=width)
        for row in cells:
            table.add_row(*(row[i] for i in chosen))
        console.print(table)


def parts(least: Sequence[int], n_naming: int, gap: int, width: int) -> list[list[int]]:
    """Which columns stand beside each other: places of columns, for every part of the table that fits into `width`.

    least: narrowest width of each column · n_naming: how many columns name a row; they begin every part. A part holds at least one
    more column, however narrow the terminal is."""
    naming = list(range(min(n_naming, len(least))))
    named = sum(least[:n_naming]) + gap * len(naming)
    out, taken = [list(naming)], named
    for i in range(len(naming), len(least)):
        if taken + least[i] + gap > width and len(out[-1]) > len(naming):
            out.append(list(naming))
            taken = named
        out[-1].append(i)
        taken += least[i] + gap
    return out


def _widths(least: Sequence[int], widest: Sequence[int], room: int) -> list[int]:
    """Widths of columns that share `room`: each as wide as its widest cell, less what is missing, taken where most can be spared."""
    widths = list(widest)
    for _ in range(sum(widest) - room):
        spared = max(range(len(widths)), key=lambda i: widths[i] - least[i])
        widths[spared] -= widths[spared] > least[spared]
    return widths


def _least(name: str, column: Sequence[str]) -> int:
    """Narrowest width of a column: figures whole, texts in lines of some words."""
    words = max(map(cell_len, name.split()), default=1)
    return max([words, *(cell_len(c) if FIGURE.fullmatch(c) else min(cell_len(c), WRAPPED) for c in column)])


def _naming(cells: Sequence[Sequence[str]]) -> int:
    """How many columns it takes to tell the rows from each other, three at most."""
    for n in (1, 2):
        if len({tuple(row[:n]) for row in cells}) == len(cells):
            return n
    return 3


class _Terminal(Console):
    """A console that prints what it is given (names of customers and rules hold brackets and colons), and leaves it to the
    command to stop in peace when the reader of a pipe has left."""

    def __init__(self) -> None:
        super().__init__(markup=False, emoji=False, highlight=False)

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int | None], None]]:
    """A progress callback `(what, done, total)`: bars on a terminal, one line per step elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        seen: set[str] = set()

        def tell(what: str, done: int, total: int | None) -> None:
            if what not in seen:
                seen.add(what)
                click.echo(f"{what} …", err=True)

        yield tell
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bars:
        tasks: dict[str, Any] = {}

        def show(what: str, done: int, total: int | None) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, total=total)

        yield show


def group_name(value: str | None) -> str:
    """The name of a group of `--by`, or of all (None), in the reader's language."""
    return text("All") if value is None else value_name(value)


def no_figure(reason: str | None) -> str:
    """What stands where there is no figure: why, in the reader's language; a dash where nothing more is to be said."""
    return text(reason) if reason else "—"


def percent(share: float | None, reason: str | None = None) -> str:
    """A share for a reader: `41.3 %`, or why there is none, in the reader's language."""
    return no_figure(reason) if share is None else f"{share * 100:.1f} %"


def days(value: float | None, reason: str | None = None) -> str:
    """A number of days for a reader: `41.3`, or why there is none."""
    return no_figure(reason) if value is None else f"{value:,.1f}"


def amount(value: float, currency: str | None = None) -> str:
    """`74,333,779 JPY`, or a number of journeys; decimals only where there is little else."""
    shown = f"{value:,.0f}" if value == 0 or abs(value) >= 100 else f"{value:,.1f}"
    return f"{shown} {currency}" if currency else shown


def _is_number(cell: str) -> bool:
    return cell == "—" or cell.replace(",", "").replace(".", "").replace(" %", "").lstrip("-−").isdigit()


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if hasattr(value, "item"):
        return value.item()
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} is not JSON")
