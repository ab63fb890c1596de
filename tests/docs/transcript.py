"""Console blocks of the documentation, as something that can be run and compared.

A block of kind `console` holds commands (`$ …`) and what they print. `…` stands for any text, alone on a line for any
lines. A block after `<!-- not run: reason -->` is not run. A block with `title="name"` is a file that the reader writes.
"""

import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from tabiji.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^(?P<indent>\s*)```(?P<kind>\w+)(?P<rest>.*)$")
NOT_RUN = re.compile(r"<!-- not run: (?P<reason>.+?) -->")
TITLE = re.compile(r'title="(?P<name>[^"]+)"')


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: where it begins, what it is, its lines, and why it is not run."""

    line: int
    kind: str
    title: str | None
    lines: tuple[str, ...]
    not_run: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """A command and what the page says that it prints."""

    line: int
    command: str
    shown: tuple[str, ...]

    @property
    def fails(self) -> bool:
        """Whether the page shows an error, so that the command must not succeed."""
        return any(line.startswith("error[") or ": error: " in line or ": エラー: " in line for line in self.shown)


def blocks(page: Path) -> list[Block]:
    """Every fenced block of a page."""
    out: list[Block] = []
    lines = page.read_text("utf-8").splitlines()
    reason: str | None = None
    number = 0
    while number < len(lines):
        fence = FENCE.match(lines[number])
        if fence is None:
            marker = NOT_RUN.search(lines[number])
            if marker or lines[number].strip():
                reason = marker["reason"] if marker else None
            number += 1
            continue
        begin, indent = number, fence["indent"]
        number += 1
        body: list[str] = []
        while lines[number].strip() != "```":
            body.append(lines[number].removeprefix(indent))
            number += 1
        title = TITLE.search(fence["rest"])
        out.append(Block(begin + 1, fence["kind"], title["name"] if title else None, tuple(body), reason))
        reason = None
        number += 1
    return out


def steps(block: Block) -> Iterator[Step]:
    """The commands of a console block; a command goes on after a backslash at the end of its line."""
    command, shown, at = "", [], 0
    going_on = False
    for number, line in enumerate(block.lines, block.line + 1):
        if going_on:
            command += "\n" + line
        elif line.startswith("$ "):
            if command:
                yield Step(at, command, tuple(shown))
            command, shown, at = line[2:], [], number
        else:
            shown.append(line.rstrip())
        going_on = line.endswith("\\") and (going_on or line.startswith("$ "))
    if command:
        yield Step(at, command, tuple(shown))


def run_page(page: Path, folder: Path, environment: dict[str, str]) -> int:
    """Do in `folder` what a page says, in its order; returns the number of commands. Fails at the first that differs."""
    (folder / "examples").symlink_to(ROOT / "examples")
    n = 0
    for block in blocks(page):
        if block.title:
            (folder / block.title).write_text("\n".join(block.lines) + "\n", "utf-8")
        if block.kind != "console" or block.not_run:
            continue
        for step in steps(block):
            run_step(page, step, folder, environment)
            n += 1
    return n


def run_step(page: Path, step: Step, folder: Path, environment: dict[str, str]) -> None:
    """Run one command and compare its status and what it prints with the page."""
    # A plain call of tabiji runs in this process, which spares the start of an interpreter; all else in a shell.
    plain = re.fullmatch(r"tabiji [^|&;<>$`\n]*", step.command)
    status, out, err = (_call if plain else _shell)(step.command, folder, environment)
    said = f"{page.name}:{step.line}: $ {step.command}\n--- status {status}\n{out}--- stderr\n{err}"
    assert (status != 0) == step.fails, said
    assert matches(step.shown, out) or matches(step.shown, out + err), (
        said + "--- the page shows\n" + "\n".join(step.shown)
    )


def _call(command: str, folder: Path, environment: dict[str, str]) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with patch.dict(os.environ, environment, clear=True), chdir(folder), redirect_stdout(out), redirect_stderr(err):
        status = main(shlex.split(command)[1:])
    return status, out.getvalue(), err.getvalue()


def _shell(command: str, folder: Path, environment: dict[str, str]) -> tuple[int, str, str]:
    call = ["bash", "-o", "pipefail", "-c", command]
    done = subprocess.run(call, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


def matches(shown: tuple[str, ...], printed: str) -> bool:
    """Whether `printed` is what the page shows; where it shows nothing, anything may be printed."""
    lines = [line for line in shown if line]
    if not lines:
        return True
    pattern = ""
    for line in lines:
        pattern += "(?:.*\n)*?" if line == "…" else re.escape(line).replace("…", ".*") + "\n"
    actual = "".join(line.rstrip() + "\n" for line in printed.splitlines() if line.strip())
    return re.fullmatch(pattern, actual) is not None


def environment(folder: Path, lang: str) -> dict[str, str]:
    """A shell in which `tabiji` and `python3` are those of this installation, on a terminal of 110 columns."""
    commands = folder / "bin"
    commands.mkdir()
    for name, call in (("tabiji", "-m tabiji.cli.main"), ("python3", "")):
        script = commands / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {call} "$@"\n', "utf-8")
        script.chmod(0o755)
    kept = {k: v for k, v in os.environ.items() if not k.startswith("TABIJI_")}
    # A terminal without colours: tables are drawn as a reader sees them.
    terminal = {"FORCE_COLOR": "1", "TERM": "dumb", "COLUMNS": "110", "LINES": "50"}
    return {**kept, **terminal, "PATH": f"{commands}:{os.environ['PATH']}", "TABIJI_LANG": lang, "PYTHONUTF8": "1"}
