"""What a verb prints: one JSON document or a table on standard output; progress on standard error."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from tabiji.i18n import text, value_name

json_flag = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")


def print_json(document: Any) -> None:
    """One JSON document, readable, in UTF-8."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2, default=_plain))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str | None = None) -> None:
    """A table: drawn on a terminal, tab-separated in a pipe."""
    console = Console()
    cells = [["—" if v is None else str(v) for v in row] for row in rows]
    if not console.is_terminal:
        click.echo("\t".join(columns))
        for row in cells:
            click.echo("\t".join(row))
        return
    table = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for i, name in enumerate(columns):
        numeric = bool(cells) and all(_is_number(row[i]) for row in cells)
        table.add_column(name, justify="right" if numeric else "left")
    for row in cells:
        table.add_row(*row)
    console.print(table)


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
