"""Settings of a workspace: default < `tabiji.toml` < environment (`TABIJI_…`) < flag. Built once, passed down."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from tabiji.errors import UsageError, nearest_hint
from tabiji.i18n import N_, text


class SettingError(UsageError):
    """A setting has an unknown name or a value that cannot be used; the message says which would work."""

    code = "bad_setting"
    message = N_("setting {name!r} in {origin}: {problem}")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a workspace runs by. Units are in the names; money is in `currency`."""

    timezone: str = "Asia/Tokyo"  # day boundaries, and naive timestamps of files that do not name their own
    currency: str = "JPY"
    language: str = "ja"  # of the web pages until the reader chooses
    min_n: int = 10  # below it a rate is refused
    horizon_days: int = 180  # where neither the question nor the map names one
    threads: int = 0  # 0 = every core
    memory_mb: int = 1500  # of the SQL engine while it imports or builds; it spills beyond
    max_line_mb: int = 8  # longest line of a text file that is read
    max_upload_mb: int = 512  # largest file taken by a page

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of day boundaries."""
        return ZoneInfo(self.timezone)

    @property
    def workers(self) -> int:
        """Threads to use: `threads`, or every core that this process may run on."""
        return self.threads or len(os.sched_getaffinity(0))


def load_settings(file: Path | None, environ: Mapping[str, str] | None = None, **flags: Any) -> Settings:
    """Settings from their four layers.

    Raises SettingError for an unknown name in the file, or a value of the wrong kind anywhere."""
    env = os.environ if environ is None else environ
    found = Settings()
    if file is not None and file.exists():
        try:
            table = tomllib.loads(file.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingError(name="", origin=file.name, problem=str(error)) from error
        found = _apply(found, table, file.name)
    by_environment = {
        f.name: env[f"TABIJI_{f.name.upper()}"] for f in fields(Settings) if f"TABIJI_{f.name.upper()}" in env
    }
    found = _apply(found, by_environment, "the environment")
    return _apply(found, {k: v for k, v in flags.items() if v is not None}, "a flag")


def _apply(settings: Settings, values: Mapping[str, Any], origin: str) -> Settings:
    known = {f.name: f.type for f in fields(Settings)}
    clean: dict[str, Any] = {}
    for name, value in values.items():
        if name not in known:
            raise SettingError(name=name, origin=origin, problem=text("unknown{hint}", hint=nearest_hint(name, known)))
        kind = known[name]
        if kind is int:
            try:
                clean[name] = int(value)
            except (TypeError, ValueError):
                raise SettingError(
                    name=name, origin=origin, problem=text("{value!r} is not a whole number", value=value)
                ) from None
        else:
            clean[name] = str(value)
    result = replace(settings, **clean)
    if result.timezone not in available_timezones():
        hint = nearest_hint(result.timezone, available_timezones())
        raise SettingError(
            name="timezone", origin=origin, problem=text("{value!r} is unknown{hint}", value=result.timezone, hint=hint)
        )
    return result
