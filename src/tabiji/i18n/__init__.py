"""The reader's language: gettext catalogues, and texts that a map carries in several languages.

English is the language of the source, so an English message needs no catalogue. `use` sets the language of the
running context (a web request, a CLI call); `text` translates a message; `pick` chooses from a localized text.
"""

import gettext
import os
import string
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any

LANGUAGES = ("ja", "en")
DOMAIN = "tabiji"
LOCALE_DIR = Path(__file__).parent / "locale"

_language: ContextVar[str] = ContextVar("language", default="")


def N_(message: str) -> str:
    """Mark a message for the catalogue without translating it here (it is translated when it is shown)."""
    return message


@lru_cache
def _catalogue(lang: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, LOCALE_DIR, languages=[lang], fallback=True)


def from_environment() -> str:
    """Language of a terminal: `TABIJI_LANG`, else `LC_ALL`, `LC_MESSAGES`, `LANG`; English where none says Japanese."""
    for name in ("TABIJI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "").strip().lower()
        if value:
            return "ja" if value.startswith("ja") else "en"
    return "en"


def language() -> str:
    """The language in force: what `use` set, else that of the environment."""
    return _language.get() or from_environment()


@contextmanager
def use(lang: str) -> Iterator[None]:
    """Speak `lang` ("ja" or "en") inside the block."""
    token = _language.set(lang if lang in LANGUAGES else "en")
    try:
        yield
    finally:
        _language.reset(token)


class _Counted(string.Formatter):
    """Fills templates in which `{n:one|many}` is a word that depends on a number (given as a number, or as it is shown)."""

    def format_field(self, value: Any, format_spec: str) -> str:
        one, bar, many = format_spec.partition("|")
        return str(super().format_field(value, format_spec)) if not bar else one if str(value) == "1" else many


_COUNTED = _Counted()


def text(message: str, lang: str | None = None, /, **values: object) -> str:
    """`message` in the reader's language, its `{names}` filled from `values`.

    The message is looked up before it is filled, so it must be a literal (or marked with `N_`). What depends on a number is written
    `{n:journey|journeys}`: the first for 1, else the second; Japanese needs none of it."""
    translated = _catalogue(lang or language()).gettext(message)
    if not values:
        return translated
    return _COUNTED.vformat(translated, (), values) if "|" in translated else translated.format(**values)


def plural(one: str, many: str, n: int, lang: str | None = None, /, **values: object) -> str:
    """The form of a counted message that fits `n`; `{n}` is filled in."""
    return _catalogue(lang or language()).ngettext(one, many, n).format(n=n, **values)


def sentences(parts: Iterable[str], lang: str | None = None) -> str:
    """Sentences one after the other, as they are written in the reader's language: Japanese sets no blank between them. Empty
    ones are left out."""
    return ("" if (lang or language()) == "ja" else " ").join(part for part in parts if part)


def listed(parts: Iterable[str], lang: str | None = None, *, apart: bool = False) -> str:
    """Words one after the other, with the comma of the reader's language; `apart`: with its semicolon, where commas are inside."""
    comma, semicolon = ("、", "；") if (lang or language()) == "ja" else (", ", "; ")
    return (semicolon if apart else comma).join(parts)


NO_VALUE = N_("(none)")  # label of the group of units without a value, in JSON, addresses and tables of data


def value_name(value: str | None, lang: str | None = None) -> str:
    """A value of `--by` for a reader: as the data call it; the group without a value in the reader's language."""
    return value if value and value != NO_VALUE else text(NO_VALUE, lang)


def pick(localized: Mapping[str, str] | str | None, lang: str | None = None) -> str:
    """The text in the reader's language; else in the other one; else empty."""
    if localized is None:
        return ""
    if isinstance(localized, str):
        return localized
    lang = lang or language()
    return localized.get(lang) or next((t for t in localized.values() if t), "")
