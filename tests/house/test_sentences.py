"""Sentences one after the other: Japanese sets no blank between them, and no answer joins them by itself."""

import re
from pathlib import Path

import tabiji
from tabiji.i18n import sentences

SOURCE = Path(tabiji.__file__).parent
# Two texts with a blank between: '… + " " + text(…)', '" ".join(said)', f"{said} {text(…)}".
BY_HAND = re.compile(r"""\+=? " " \+ |" "\.join\((\[?\*?said|\[said)|f"\{(said|end)[^"]*\} \{""")


def test_japanese_sets_no_blank_between_sentences() -> None:
    assert sentences(["一つ。", "", "二つ。"], "ja") == "一つ。二つ。"
    assert sentences(["One.", "", "Two."], "en") == "One. Two."
    assert sentences([], "ja") == ""


def test_no_answer_joins_sentences_by_itself() -> None:
    found = [
        f"{file.relative_to(SOURCE)}: {line.strip()}"
        for file in sorted(SOURCE.rglob("*.py"))
        for line in file.read_text("utf-8").splitlines()
        if BY_HAND.search(line) and "N_" not in line
    ]
    known = ("charts/lettering.py", "ingest/guess/meet.py")  # join words of the data
    assert [line for line in found if not line.startswith(known)] == []
