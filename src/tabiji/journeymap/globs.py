"""Globs: patterns over whole strings, case-sensitive, in which `*` stands for any run and `?` for one character.

Nothing else is special (no brackets, no escape). A missing value matches no pattern.
"""

import re
from collections.abc import Callable, Sequence

_URL_LIKE = re.compile(r"\S*(?:/\S*|\?\S*=\S*)")
_HOST = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
_QUERY = re.compile(r"\?[^=]*=.*$|#.*$", re.DOTALL)


def is_glob(pattern: str) -> bool:
    """Whether a pattern can match more than itself."""
    return "*" in pattern or "?" in pattern


def matcher(patterns: Sequence[str]) -> Callable[[str | None], bool]:
    """A function that tells whether a value matches any of the patterns."""
    exact = {p for p in patterns if not is_glob(p)}
    prefixes = tuple(p[:-1] for p in patterns if p.endswith("*") and not is_glob(p[:-1]))
    rest = [p for p in patterns if is_glob(p) and not (p.endswith("*") and not is_glob(p[:-1]))]
    other = re.compile("|".join(map(_regex, rest))) if rest else None

    def matches(value: str | None) -> bool:
        if value is None:
            return False
        return value in exact or value.startswith(prefixes) or (other is not None and bool(other.fullmatch(value)))

    return matches


def content_patterns(patterns: Sequence[str]) -> tuple[str, ...]:
    """Patterns over contents as the index keeps them: of an address only the path, without its last slash.

    `https://example.jp/pricing/` is to find `/pricing`, so each pattern stands beside itself as a path."""
    return tuple(dict.fromkeys(form for p in patterns for form in (p, _path(p))))


def _path(pattern: str) -> str:
    if not _URL_LIKE.fullmatch(pattern):
        return pattern
    host = _HOST.match(pattern)
    path = _QUERY.sub("", pattern[host.end() if host else 0 :]).rstrip("/")
    return path or ("/*" if host and host[0].endswith("*") else "/")


def _regex(pattern: str) -> str:
    """Each run up to the next fixed part is taken once and for all, so that matching stays linear."""
    first, *rest = (re.sub(r"\\\?", ".", re.escape(part)) for part in pattern.split("*"))
    if not rest:
        return f"(?s:{first})"
    middle = "".join(f"(?>.*?{part})" for part in rest[:-1] if part)
    return f"(?s:{first}{middle}.*{rest[-1]})"
