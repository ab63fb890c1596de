"""From data to a first map."""

from typing import TYPE_CHECKING

from tabiji.i18n import N_, text
from tabiji.journeymap.model import Unit
from tabiji.web.jobs import Progress
from tabiji.workspace.overview import Overview, overview

if TYPE_CHECKING:
    from tabiji.workspace import Workspace


def add_draft(workspace: "Workspace", progress: Progress) -> str:
    """Draft a map from the data, keep it and measure it. Gives the address of its page."""
    progress(text(N_("Looking for the order in which things usually happen")), 0, None)
    known = {m.id for m in workspace.maps.list()}
    map_id = next(name for n in range(1, 1000) if (name := "journey" if n == 1 else f"journey-{n}") not in known)
    version, _ = workspace.maps.add(workspace.draft(map_id, unit_for(overview(workspace.lake))))
    progress(text(N_("Laying the events on the map")), 0, None)
    workspace.map(version.id).funnel()
    return f"/maps/{version.id}"


def unit_for(data: Overview) -> Unit:
    """Whose journey a first map tells: the company's, as long as it has one journey at a time.

    Where all that is known are opportunities, and companies have several of them, each opportunity goes its own way; where no
    event can be traced to a company, it is the opportunity's or the person's."""
    n_events = sum(e.n for e in data.events)
    only_opportunities = data.n_with_opportunity >= n_events
    if only_opportunities and data.rows["opportunity"] > 1.5 * data.rows["account"]:
        return "opportunity"
    if data.unmatched.n < n_events:
        return "account"
    return "opportunity" if data.rows["opportunity"] else "person"
