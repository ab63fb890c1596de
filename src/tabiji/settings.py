"""Settings of a workspace: default < `tabiji.toml` < environment (`TABIJI_…`) < flag. Built once, passed down."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from tabiji.errors import UsageError, nearest, nearest_hint
from tabiji.i18n import LANGUAGES, N_, language, text

# Smallest and largest value of every whole number.
RANGES = {
    "min_n": (1, 1_000_000),
    "horizon_days": (1, 3650),
    "year_from": (1, 12),
    "threads": (0, 1024),
    "memory_mb": (10, 100_000_000),
    "max_line_mb": (1, 4096),
    "max_upload_mb": (1, 1_000_000),
}

# Columns of accounts, persons and opportunities whose values may have labels.
LABELLED = ("industry", "region", "country", "offering", "stage", "owner", "title", "department", "channel")
Labels = Mapping[str, Mapping[str, Mapping[str, str]]]  # attribute → value in the data → language → what readers see


class SettingError(UsageError):
    """A setting has an unknown name or a value that cannot be used; the message says which would work."""

    code = "bad_setting"
    message = N_("setting {name!r} in {origin}: {problem}")


class SettingsFileError(UsageError):
    """`tabiji.toml` is not TOML; the message names the line."""

    code = "bad_settings_file"
    message = N_("{file} cannot be read: {problem}")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a workspace runs by. Units are in the names; money is in `currency`."""

    timezone: str = "Asia/Tokyo"  # day boundaries, and naive timestamps of files that do not name their own
    currency: str = "JPY"
    language: str = "ja"  # of the web pages until the reader chooses
    min_n: int = 10  # below it a rate is refused
    horizon_days: int = 180  # where neither the question nor the map names one
    year_from: int = 1  # month in which a year begins; 4 = Japanese fiscal years
    threads: int = 0  # 0 = every core
    memory_mb: int = 1500  # of the SQL engine while it imports or builds; it spills beyond
    max_line_mb: int = 8  # longest line of a text file that is read
    max_upload_mb: int = 512  # largest file taken by a page
    labels: Labels = field(
        default_factory=dict, hash=False
    )  # of values, for readers of another language; in the file only

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of day boundaries."""
        return ZoneInfo(self.timezone)

    def label(self, attribute: str, value: str | None, lang: str | None = None) -> str:
        """What a value of the data is called in the reader's language; without a label as it is, empty where there is none."""
        told = self.labels.get(attribute, {}).get(value or "", {})
        return told.get(lang or language()) or value or ""

    @property
    def workers(self) -> int:
        """Threads to use: `threads`, or every core that this process may run on."""
        return self.threads or len(os.sched_getaffinity(0))


def load_settings(file: Path | None, environ: Mapping[str, str] | None = None, **flags: Any) -> Settings:
    """Settings from their four layers.

    Raises SettingsFileError, and SettingError for an unknown name in the file or a value out of bounds anywhere."""
    env = os.environ if environ is None else environ
    found = Settings()
    if file is not None and file.exists():
        try:
            table = tomllib.loads(file.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsFileError(file=file.name, problem=str(error)) from error
        found = _apply(found, table, file.name)
    of_environment = [f.name for f in fields(Settings) if f.name != "labels"]
    by_environment = {name: env[f"TABIJI_{name.upper()}"] for name in of_environment if f"TABIJI_{name.upper()}" in env}
    found = _apply(found, by_environment, "the environment")
    return _apply(found, {k: v for k, v in flags.items() if v is not None}, "a flag")


def _apply(settings: Settings, values: Mapping[str, Any], origin: str) -> Settings:
    known = {f.name: f.type for f in fields(Settings)}
    clean: dict[str, Any] = {}
    for name, value in values.items():
        if name not in known:
            raise SettingError(name=name, origin=origin, problem=text("unknown{hint}", hint=nearest_hint(name, known)))
        if name == "labels":
            clean[name] = _labels(value, origin)
        else:
            clean[name] = _whole(name, value, origin) if known[name] is int else str(value)
    result = replace(settings, **clean)
    if result.timezone not in available_timezones():
        near = nearest(result.timezone, sorted(available_timezones())) or "Asia/Tokyo"
        hint = text("; did you mean {best!r}?", best=near)
        raise SettingError(
            name="timezone", origin=origin, problem=text("{value!r} is unknown{hint}", value=result.timezone, hint=hint)
        )
    if result.language not in LANGUAGES:
        raise SettingError(
            name="language",
            origin=origin,
            problem=text("{value!r} is not one of: {choices}", value=result.language, choices=", ".join(LANGUAGES)),
        )
    return result


def _whole(name: str, value: Any, origin: str) -> int:
    low, high = RANGES[name]
    try:
        number = int(str(value))  # as text, so that neither 1.7 nor true is taken for 1
    except ValueError:
        problem = text("{value!r} is not a whole number", value=value)
        raise SettingError(name=name, origin=origin, problem=problem) from None
    if not low <= number <= high:
        problem = text("{number} is outside {low}–{high}", number=number, low=low, high=high)
        raise SettingError(name=name, origin=origin, problem=problem)
    return number


def _labels(value: Any, origin: str) -> Labels:
    """The table `labels`, checked. Raises SettingError."""
    table = _table("labels", value, origin)
    out: dict[str, dict[str, dict[str, str]]] = {}
    for attribute, values in table.items():
        name = f"labels.{attribute}"
        if attribute not in LABELLED:
            hint = nearest_hint(attribute, LABELLED) or f": {', '.join(LABELLED)}"
            raise SettingError(name=name, origin=origin, problem=text("unknown{hint}", hint=hint))
        out[attribute] = {v: _texts(f"{name}.{v}", told, origin) for v, told in _table(name, values, origin).items()}
    return out


def _texts(name: str, value: Any, origin: str) -> dict[str, str]:
    told = _table(name, value, origin)
    for lang, words in told.items():
        if lang not in LANGUAGES or not isinstance(words, str):
            wanted = ", ".join(f'{code} = "…"' for code in LANGUAGES)
            raise SettingError(
                name=f"{name}.{lang}", origin=origin, problem=text("write texts by language: {wanted}", wanted=wanted)
            )
    return {lang: str(words) for lang, words in told.items()}


def _table(name: str, value: Any, origin: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise SettingError(name=name, origin=origin, problem=text("{value!r} is not a table", value=value))
    return value


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The last second of a calendar day in `zone`, as an instant in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC) - timedelta(seconds=1)


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a calendar day in `zone`, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
