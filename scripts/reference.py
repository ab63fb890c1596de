"""Keep the generated parts of the documentation true: the help of every verb, the table of every error, the benchmarks.

    .uv/bin/uv run scripts/reference.py            (write them)
    .uv/bin/uv run scripts/reference.py --check    (fail where a page is out of date)

A generated part stands between `<!-- generated: name -->` and `<!-- end -->`; everything else on a page is written by hand.
"""

import ast
import importlib
import inspect
import json
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

import tabiji
from tabiji.cli.main import cli
from tabiji.errors import BusyError, NotFoundError, TabijiError, UsageError

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(p for part in ("reference", "explanation") for p in (ROOT / "docs" / part).glob("*.md"))
PROBLEM_CALLS = ("Problem", "problem", "error", "warning", "_refused", "_Refused")
PART = re.compile(r"(?P<begin><!-- generated: (?P<name>[^>]+?) -->\n).*?(?P<end><!-- end -->)", re.S)


def verbs(parent: click.Context | None = None) -> Iterator[tuple[str, click.Context]]:
    """Every verb with the context in which it is called: `tabiji map add`."""
    parent = parent or click.Context(cli, info_name="tabiji", terminal_width=100, **cli.context_settings)
    assert isinstance(parent.command, click.Group)
    for name in parent.command.list_commands(parent):
        command = parent.command.get_command(parent, name)
        assert command is not None
        context = click.Context(command, info_name=name, parent=parent, **command.context_settings)
        if isinstance(command, click.Group):
            yield from verbs(context)
        elif not command.hidden:
            yield context.command_path, context


def every_error() -> list[type[TabijiError]]:
    """Every class of error in the package."""
    for module in pkgutil.walk_packages(tabiji.__path__, "tabiji."):
        if ".migrations" not in module.name:
            importlib.import_module(module.name)
    found: list[type[TabijiError]] = []
    todo: list[type[TabijiError]] = [TabijiError]
    while todo:
        kind = todo.pop()
        todo += kind.__subclasses__()
        if kind.__module__.startswith("tabiji.") and kind not in (TabijiError, UsageError):
            found.append(kind)
    return found


def errors() -> list[type[TabijiError]]:
    """Every class of error, by code."""
    return sorted(every_error(), key=lambda kind: (kind.code, kind.message))


def problems() -> dict[str, tuple[str, str]]:
    """Severity and message of every problem that a check of a map or a mapping file finds, by code.

    They are read from the source: the calls that add a problem, and the text that is marked nearest before them."""
    found: dict[str, tuple[str, str]] = {}
    for folder in ("journeymap", "ingest"):
        for file in sorted((Path(tabiji.__file__).parent / folder).rglob("*.py")):
            tree = ast.parse(file.read_text("utf-8"))
            calls = sorted((n for n in ast.walk(tree) if isinstance(n, ast.Call)), key=lambda n: n.lineno)
            marked = [(c.lineno, _literals(c)[0]) for c in calls if _name(c.func) == "N_" and _literals(c)]
            for call in calls:
                if _name(call.func) not in PROBLEM_CALLS:
                    continue
                words = [w for w in _literals(call) if re.fullmatch(r"[a-z][a-z0-9_]+", w)]
                severity = "warning" if _name(call.func) == "warning" or "warning" in words else "error"
                code = next((w for w in words if w not in ("error", "warning")), None)
                if code and code not in found:
                    inside = [m for line, m in marked if call.lineno <= line <= (call.end_lineno or call.lineno)]
                    before = [m for line, m in marked if call.lineno - 8 <= line < call.lineno]
                    said = [w for w in _literals(call) if " " in w]
                    message = (inside or said or before[-1:] or [""])[0]
                    found[code] = severity, message
    return dict(sorted(found.items()))


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _literals(call: ast.Call) -> list[str]:
    return [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]


def problem_table() -> str:
    """One row per problem: its code, whether it is an error or a warning, and what it says."""
    rows = ["| code | | message |", "|---|---|---|"]
    return "\n".join([*rows, *(f"| `{c}` | {s} | {_said(m)} |" for c, (s, m) in problems().items())]) + "\n"


def _said(message: str) -> str:
    """A message with the names of its values in ‹brackets›; phrases that are put in where they fit are left out."""
    message = re.sub(r"{(hint|guess)}", "", message).replace("{{", "\0").replace("}}", "\1")
    message = re.sub(r"{(\w+)[^}]*}", r"‹\1›", message).replace("\0", "{").replace("\1", "}")
    return message.replace("|", "\\|").replace("\n", " ")


def status(kind: type[TabijiError]) -> str:
    """Exit code and HTTP status of an error."""
    exit_code = 2 if issubclass(kind, UsageError) else 1
    told = re.search(r"HTTP (\d{3})", kind.__doc__ or "")
    own = getattr(kind, "http_status", None) or (told[1] if told else None)
    by_kind = (
        400
        if issubclass(kind, UsageError)
        else 404
        if issubclass(kind, NotFoundError)
        else 409
        if issubclass(kind, BusyError)
        else 422
    )
    return f"{exit_code} · {own or by_kind}"


def error_table() -> str:
    """One row per error: its code, its message with the names of its values, what to do, and its status."""
    rows = ["| code | message | what to do | exit · HTTP |", "|---|---|---|---|"]
    for kind in errors():
        message = _said(kind.message)
        remedy = " ".join(inspect.cleandoc(kind.__doc__ or "").split()).replace("|", "\\|")
        remedy = re.sub(r" ?HTTP \dxx\.| ?HTTP \d+\.| ?Exit code \d, HTTP \d+\.", "", remedy)
        rows.append(f"| `{kind.code}` | {message} | {remedy} | {status(kind)} |")
    return "\n".join(rows) + "\n"


def benchmark_table(events: str) -> str:
    """The results of the benchmark at one size, as they were kept."""
    file = ROOT / "benchmarks" / "results" / f"{events}.json"
    if not file.exists():
        return f"*{int(events):,} events: not measured yet.*\n"
    told = json.loads(file.read_text("utf-8"))
    m = told["machine"]
    on = f"{m['cpu']}, {told['threads']} threads, {m['memory_gb']:.0f} GB; Python {m['python']}, " + ", ".join(
        f"{part} {m[part]}" for part in ("numba", "duckdb", "chdb") if part in m
    )
    rows = [
        f"**{told['events']:,} events of {told['accounts']:,} accounts** ({told['measured_on']}; {on})\n",
        "| | tabiji | against | | ratio | goal |",
        "|---|---:|---|---:|---:|---:|",
    ]
    for f in told["figures"]:
        goal = "" if f["goal"] is None else f"{'≥' if f['kind'] == 'at_least' else '≤'} {f['goal']:g}×"
        cells = (
            f["what"],
            _amount(f["ours"], f["unit"]),
            f["against"],
            _amount(f["other"], f["unit"]),
            f"{f['ratio']:.3g}×",
            goal,
        )
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows) + "\n"


def _amount(value: float, unit: str) -> str:
    if unit == "MB":
        return f"{value:,.0f} MB"
    return f"{value * 1000:.3g} ms" if value < 1 else f"{value:.1f} s"


def part(name: str) -> str:
    """The text of a generated part: `errors`, `problems`, `benchmark N`, or the help of a verb."""
    if name.startswith("benchmark "):
        return benchmark_table(name.removeprefix("benchmark "))
    tables = {"errors": error_table, "problems": problem_table}
    if name in tables:
        return tables[name]()
    help_of = dict(verbs())
    return f"```text\n{help_of[name].get_help()}\n```\n"


def written(page: str) -> str:
    """A page with its generated parts anew."""
    return PART.sub(lambda m: m["begin"] + part(m["name"]) + m["end"], page)


def main() -> int:
    """Write or check the pages."""
    stale = []
    for file in PAGES:
        old = file.read_text("utf-8")
        new = written(old)
        if new != old:
            stale.append(file.name)
            if "--check" not in sys.argv:
                file.write_text(new, "utf-8")
    if stale and "--check" in sys.argv:
        sys.stderr.write(f"out of date: {', '.join(stale)}\nrun: uv run scripts/reference.py\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
