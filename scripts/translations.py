"""Keep the Japanese catalogue complete.

.uv/bin/uv run --group lint scripts/translations.py            (extract, update ja, compile; lists what is untranslated)
.uv/bin/uv run --group lint scripts/translations.py --check    (fail where a text is untranslated, stale or not compiled)
"""

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

from tabiji.cli.helping import said
from tabiji.cli.main import cli
from tabiji.i18n import use

SOURCE = Path(__file__).resolve().parent.parent / "src" / "tabiji"
FOLDER = SOURCE / "i18n" / "locale" / "ja" / "LC_MESSAGES"
METHODS = [("**/static/**", "ignore"), ("**.py", "python"), ("**.html", "jinja2")]
KEYWORDS = {"_": None, "N_": None, "text": None, "gettext": None, "plural": (1, 2), "ngettext": (1, 2)}


def extract() -> Catalog:
    """Every marked text of the source."""
    template = Catalog(charset="utf-8")
    found = extract_from_dir(str(SOURCE), METHODS, keywords=KEYWORDS, options_map={"**.html": {"encoding": "utf-8"}})
    for file, _line, message, comments, context in found:
        # Line numbers would make every commit touch the catalogue; the file is enough to find a text.
        template.add(message, None, [(file, 0)], auto_comments=comments, context=context)
    with use("en"):  # docstrings and meanings of flags, which no marker can be put around
        for message in said(cli):
            template.add(message, None, [("cli/helping.py", 0)])
    return template


def _without_lines(catalogue: Catalog) -> Catalog:
    for message in catalogue:
        message.locations = sorted({(file, 0) for file, _ in message.locations})
        if message.id:
            message.flags.discard("fuzzy")  # nothing is guessed here; a fuzzy text would be left out of the catalogue
    return catalogue


def main() -> int:
    """Update or check the catalogue."""
    po, mo = FOLDER / "tabiji.po", FOLDER / "tabiji.mo"
    template = extract()
    if po.exists():
        with po.open("rb") as file:
            catalogue = read_po(file, locale="ja", domain="tabiji")
    else:
        catalogue = Catalog(locale="ja", domain="tabiji", charset="utf-8")
    before = {str(m.id) for m in catalogue if m.id}
    catalogue.update(template, no_fuzzy_matching=True)
    _without_lines(catalogue)
    untranslated = [m for m in catalogue if m.id and not (all(m.string) if isinstance(m.string, tuple) else m.string)]
    for message in untranslated:
        sys.stderr.write(f"untranslated: {message.id!r}  ({message.locations[0][0]})\n")
    if "--check" in sys.argv:
        stale = {str(m.id) for m in catalogue if m.id} != before or catalogue.obsolete
        compiled = mo.exists() and _same(mo, catalogue)
        if stale or not compiled:
            sys.stderr.write("the catalogue is stale: run scripts/translations.py\n")
        return 1 if untranslated or stale or not compiled else 0
    catalogue.obsolete.clear()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with po.open("wb") as file:
        write_po(file, catalogue, sort_output=True, include_lineno=False, width=120)
    with mo.open("wb") as file:
        write_mo(file, catalogue)
    sys.stdout.write(f"{len(catalogue)} texts, {len(untranslated)} untranslated\n")
    return 0


def _same(mo: Path, catalogue: Catalog) -> bool:
    with mo.open("rb") as file:
        compiled = read_mo(file)
    return _texts(compiled) == _texts(catalogue)


def _texts(catalogue: Catalog) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Message → translation; both as tuples of their forms, whichever of list and tuple a file gives."""

    def forms(text: object) -> tuple[str, ...]:
        return (text,) if isinstance(text, str) else tuple(text)  # type: ignore[arg-type]

    return {forms(m.id): forms(m.string) for m in catalogue if m.id}


if __name__ == "__main__":
    sys.exit(main())
