from pathlib import Path

import pytest

from docs.transcript import Step, blocks, environment, matches, run_step, steps

PAGE = """\
Write it:

```csv title="a.csv"
x
```

<!-- not run: it keeps running -->
```console
$ tabiji serve
```

1. In a list:

    ```console
    $ echo one \\
      two
    one two
    $ echo …
    ```
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.md"
    path.write_text(PAGE, "utf-8")
    return path


def test_blocks_of_a_page(page: Path) -> None:
    found = blocks(page)
    assert [(b.line, b.kind, b.title, b.not_run) for b in found] == [
        (3, "csv", "a.csv", None),
        (8, "console", None, "it keeps running"),
        (14, "console", None, None),
    ]
    assert list(steps(found[2])) == [
        Step(15, "echo one \\\n  two", ("one two",)),
        Step(18, "echo …", ()),
    ]


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        (("one", "two"), "one\ntwo\n", True),
        (("one",), "one\ntwo\n", False),
        (("one", "…"), "one\ntwo\nthree\n", True),
        (("…", "three"), "one\ntwo\nthree\n", True),
        (("…", "four"), "one\ntwo\nthree\n", False),
        (("took … s",), "took 1.2 s\n", True),
        (("a.c",), "abc\n", False),
        ((), "anything\n", True),
        (("one", "", "two"), "one\n\n\ntwo  \n", True),
    ],
)
def test_what_a_page_shows_is_what_is_printed(shown: tuple[str, ...], printed: str, same: bool) -> None:
    assert matches(shown, printed) is same


def test_a_command_that_fails_or_prints_something_else_is_told(tmp_path: Path) -> None:
    shell = environment(tmp_path, "en")
    run_step(Path("page.md"), Step(1, "echo yes", ("yes",)), tmp_path, shell)
    run_step(Path("page.md"), Step(1, "echo 'error[x]: no' >&2; false", ("error[x]: …",)), tmp_path, shell)
    for wrong in (
        Step(1, "echo no", ("yes",)),
        Step(1, "false", ()),
        Step(1, "false | cat", ()),
        Step(1, "echo 'error[x]: no'", ("error[x]: no",)),
    ):
        with pytest.raises(AssertionError, match=r"page\.md:1"):
            run_step(Path("page.md"), wrong, tmp_path, shell)


@pytest.mark.parametrize("command", ["tabiji --version", "tabiji --version | cat"])
def test_tabiji_is_this_installation(tmp_path: Path, command: str) -> None:
    run_step(Path("page.md"), Step(1, command, ("tabiji …",)), tmp_path, environment(tmp_path, "en"))


def test_a_page_is_read_in_its_language(tmp_path: Path) -> None:
    shown = {"en": "error[no_workspace]: nowhere is not a tabiji workspace…", "ja": "error[no_workspace]: nowhere…"}
    (tmp_path / "ja").mkdir()
    for lang, folder in (("en", tmp_path), ("ja", tmp_path / "ja")):
        shell = environment(folder, lang)
        run_step(Path("page.md"), Step(1, "tabiji -w nowhere map list", (shown[lang],)), folder, shell)
