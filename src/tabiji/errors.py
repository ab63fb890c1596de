"""One tree of errors. A class says what happened in its message; the values that it names are attributes.

Every error has a stable `code` (the contract of the CLI, the API and the pages), a message template in English that is
translated when it is shown, and `details`, the JSON-ready values. The docstring of a class is its remedy.
"""

import difflib
import unicodedata
from collections.abc import Iterable
from typing import Any, ClassVar

from tabiji.i18n import N_, text


class TabijiError(Exception):
    """What was asked could not be done; see the message."""

    code: ClassVar[str] = "error"
    message: ClassVar[str] = N_("{reason}")

    def __init__(self, **values: Any) -> None:
        self.details = values
        super().__init__(self.code)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["details"][name]
        except KeyError:
            raise AttributeError(name) from None

    def render(self, lang: str | None = None) -> str:
        """The message in `lang` (default: the reader's)."""
        return text(self.message, lang, **self.details)

    def __str__(self) -> str:
        return self.render()

    def to_dict(self) -> dict[str, Any]:
        """The one JSON shape of an error: {"error": {"code", "message", "details"}}."""
        return {"error": {"code": self.code, "message": self.render(), "details": self.details}}


class UsageError(TabijiError):
    """The call itself is wrong (a flag, a value); correct it and call again. Exit code 2, HTTP 400."""

    code = "usage"


# What may be missing, marked here for the catalogue: `what` is a plain word where it is raised and in `details`.
THINGS = (
    N_("map"),
    N_("version"),
    N_("stage"),
    N_("touchpoint"),
    N_("role"),
    N_("KPI"),
    N_("measure"),
    N_("value"),
    N_("receipt"),
    N_("job"),
    N_("upload"),
    N_("page"),
    N_("segment"),
    N_("event"),
    N_("study"),
    N_("question"),
    N_("cohort"),
    N_("age"),
    N_("account"),
    N_("opportunity"),
    N_("person"),
)


class NotFoundError(TabijiError):
    """Nothing of that name is there; the message names the nearest one. Exit code 1, HTTP 404."""

    code = "not_found"
    message = N_("there is no {what} {name!r}{hint}")

    def __init__(self, what: str, name: str, known: Iterable[str] = ()) -> None:
        super().__init__(what=what, name=name, hint=nearest_hint(name, known))

    def render(self, lang: str | None = None) -> str:
        """The message in `lang`, `what` included."""
        return text(self.message, lang, **{**self.details, "what": text(self.details["what"], lang)})


class BusyError(TabijiError):
    """Another process is writing to the workspace; try again when it has finished."""

    code = "busy"
    message = N_("another process is {doing} in this workspace; try again when it has finished")


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, or None where nothing comes near. One that differs in width or case alone is the nearest."""
    names = [str(k) for k in known]
    folded = {_folded(k): k for k in names}
    if _folded(name) in folded:
        return folded[_folded(name)]
    found = difflib.get_close_matches(name, names, n=1, cutoff=0.55)
    return found[0] if found else None


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def nearest_hint(name: str, known: Iterable[str]) -> str:
    """A hint for a message: `; did you mean 'x'?`, else what there is (at most eight names), else empty."""
    names = [str(k) for k in known]
    best = nearest(name, names)
    if best is not None:
        return text(N_("; did you mean {best!r}?"), best=best)
    if names:
        listed = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
        return text(N_("; there is: {listed}"), listed=listed)
    return ""
