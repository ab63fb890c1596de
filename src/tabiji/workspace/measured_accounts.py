"""The accounts of a map: where each stands, and why."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tabiji.journeymap.loss import loss_of
from tabiji.result import Question
from tabiji.workspace.ask import Asked
from tabiji.workspace.asking import Asking
from tabiji.workspace.ground import Ground
from tabiji.workspace.questions import QUESTIONS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Con

    from tabiji.metrics.account.timeline_result import TimelineResult
    from tabiji.metrics.account.why_result import WhyResult
    from tabiji.metrics.accounts.result import AccountsResult


class MeasuredAccounts(Asking):
    """The questions about single accounts (opportunities, persons: the unit of the map)."""

    def accounts(self, **flags: Any) -> "AccountsResult":
        """Who is where, since when, who is missing: a page of the accounts (opportunities, persons) with their latest journey."""
        from tabiji.metrics.accounts.question import accounts
        from tabiji.workspace.unit.directory import LakeDirectory, listing_of

        asked = QUESTIONS["accounts"].read(flags)
        listing, g, workspace = listing_of(asked, self.map), self.ground(asked), self.workspace
        with workspace.lake.connect(known_as_of=g.scope.known_as_of) as con:
            directory = LakeDirectory(con, g.index, self.map, workspace.settings.currency)
            return self._ask("accounts", accounts, asked, g, directory=directory, listing=listing)

    def why(self, account: str, **flags: Any) -> "WhyResult":
        """Why one account (opportunity, person: the unit of the map) stands where it does: its stage intervals, each with the
        rule and the events that completed it, and what it lacked to go on.

        account: its id, or a part of its name. Raises NotFoundError, AmbiguousNameError."""
        from tabiji.index.persons import person_ids
        from tabiji.workspace.unit.lookup import find_unit, looking_at

        asked = QUESTIONS["why"].read(flags)
        g = self.ground(asked)
        with looking_at(self.workspace.lake, g.scope.known_as_of) as (now, then):
            found = find_unit(now, g.index, account)
            said = self._why(g, found, then, lambda: person_ids(now, g.index, found[0]), asked, account)
        return replace(said, notices=(*said.notices, *asked.notices))

    def timeline(self, account: str, **flags: Any) -> "TimelineResult":
        """The people of one account (opportunity, person) and their touches beside its stages, who is missing, and what it
        lacked to go on.

        account: its id, or a part of its name. Raises NotFoundError, AmbiguousNameError."""
        from tabiji.index.persons import person_ids
        from tabiji.metrics.account.timeline import timeline
        from tabiji.workspace.unit.dossier import dossier_of
        from tabiji.workspace.unit.lookup import find_unit, looking_at

        asked = QUESTIONS["timeline"].read(flags)
        g, currency = self.ground(asked), self.workspace.settings.currency
        with looking_at(self.workspace.lake, g.scope.known_as_of) as (now, then):
            found = find_unit(now, g.index, account)
            persons = person_ids(now, g.index, found[0])
            told = timeline(
                g.index, self.map, g.rules, g.journals, g.scope, found[0],
                self._why(g, found, then, lambda: persons, asked, account),
                dossier_of(then, g.index, found[0], persons, g.scope.as_of, currency),
                executor=self.workspace.executor, question=self._about("timeline", asked, account),
            )  # fmt: skip
        return replace(told, notices=(*told.notices, *asked.notices))

    def _why(
        self, g: Ground, found: tuple[int, str | None], lake: "Con", persons: Callable[[], Sequence[str | None]],
        asked: Asked, account: str,
    ) -> "WhyResult":  # fmt: skip
        """`why` of a unit (ordinal, name). persons: see `person_ids`."""
        from tabiji.metrics.account.why import why
        from tabiji.workspace.unit.touches import touches_of

        unit, name = found
        return why(
            g.index, self.map, g.rules, g.journals, g.scope, unit,
            lambda tier, events: touches_of(lake, g.index, unit, tier, events, persons()),
            executor=self.workspace.executor, unit_name=name, question=self._about("why", asked, account),
        )  # fmt: skip

    def _about(self, verb: str, asked: Asked, account: str) -> Question:
        return Question(verb, self.map.id, self.version.number or None, asked.flags, account, loss=loss_of(self.map))
