"""Whatever is public says what it is: modules, classes, functions, methods; and what it names beside itself is there."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import tabiji

MODULES = sorted(
    m.name
    for m in pkgutil.walk_packages(tabiji.__path__, "tabiji.")
    if not m.name.startswith("tabiji.workspace.migrations")
)


@lru_cache
def described_by_ports() -> set[str]:
    """Names of methods that a protocol of the package describes: an implementation need not repeat it."""
    names = set()
    for module in map(importlib.import_module, MODULES):
        for thing in vars(module).values():
            if inspect.isclass(thing) and getattr(thing, "_is_protocol", False):
                names |= {n for n, m in vars(thing).items() if inspect.isfunction(m) and m.__doc__}
    return names


def public(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """Classes, functions and kernels that are defined in a module under a public name, and their public methods."""
    for name, thing in vars(module).items():
        thing = getattr(thing, "py_func", thing)
        if name.startswith("_") or getattr(thing, "__module__", None) != module.__name__:
            continue
        if inspect.isclass(thing):
            yield name, thing
            if getattr(thing, "_is_protocol", False):
                continue  # the docstring of a port says what its members are
            for member, value in vars(thing).items():
                inner = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
                if not member.startswith("_") and inspect.isfunction(inner) and inner.__module__ == module.__name__:
                    yield f"{name}.{member}", inner
        elif inspect.isroutine(thing):
            yield name, thing


def says_nothing(thing: Any) -> bool:
    """Whether there is no docstring, or only the signature that `dataclass` writes for want of one."""
    text = inspect.cleandoc(thing.__doc__ or "")
    return len(text) < 6 or (inspect.isclass(thing) and text.startswith(f"{thing.__name__}("))


@pytest.mark.parametrize("name", MODULES)
def test_public_names_have_docstrings(name: str) -> None:
    module = importlib.import_module(name)
    silent = [n for n, thing in public(module) if says_nothing(thing)]
    assert [n for n in silent if "." not in n or n.split(".")[1] not in described_by_ports()] == []


@pytest.mark.parametrize("name", MODULES)
def test_what_a_package_hands_on_is_there(name: str) -> None:
    module = importlib.import_module(name)
    assert [n for n in getattr(module, "__all__", ()) if not hasattr(module, n)] == []


def astray(source: str) -> list[str]:
    """What a source names in backticks as `room.module` or `room.module.name`, and no such room has."""
    rooms = {name.split(".")[1] for name in MODULES}
    named = re.findall(r"`(?:tabiji\.)?([a-z_]+(?:\.\w+)+)`", source)
    return [name for name in named if name.partition(".")[0] in rooms and not _is_there(name)]


def _is_there(name: str) -> bool:
    module = max((m for m in MODULES if f"tabiji.{name}.".startswith(f"{m}.")), key=len)
    rest = f"tabiji.{name}".removeprefix(module).strip(".")
    found = importlib.import_module(module)
    # Of a room that has only a value under that name (`settings.memory_mb`) any class may be meant.
    return not rest or any(hasattr(thing, rest) for thing in (found, *filter(inspect.isclass, vars(found).values())))


def test_modules_that_are_named_beside_are_there() -> None:
    sources = {str(path): path.read_text("utf-8") for path in Path(tabiji.__path__[0]).rglob("*.py")}
    assert {path: found for path, source in sources.items() if (found := astray(source))} == {}


def test_a_module_that_has_moved_is_seen() -> None:
    assert astray('"""See `metrics.notes`, `metrics.feelings.notes` and `result.Share`."""') == ["metrics.notes"]


def test_a_name_without_a_docstring_is_seen() -> None:
    made = ModuleType("made")
    exec("from dataclasses import dataclass\n@dataclass\nclass A:\n    x: int\n    def f(self): ...\ndef g():\n    'Says what it is.'\n", made.__dict__)  # fmt: skip
    for thing in (made.A, made.A.f, made.g):
        thing.__module__ = "made"
    assert [n for n, thing in public(made) if says_nothing(thing)] == ["A", "A.f"]
