"""The history of a CRM's fields, as the mapping file's page brings it in, and stages that begin with a change."""

import re
from pathlib import Path

from tabiji.workspace import Workspace
from web_cast import workspace

__all__ = ["workspace"]
PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "mapping-file.md"
HISTORY = """\
deal,property,from_value,to_value,changed_at,changed_by
D1,stage,lead,proposal,2024-01-05,mika
D1,amount,1,2,2024-01-06,mika
D1,stage,proposal,negotiation,2024-01-15,mika
"""
MAP = """\
id: changes
unit: opportunity
stages:
  - {id: proposed, enters_when: [{field: {name: stage, to: proposal}}]}
  - {id: talks, enters_when: [{field: {name: stage, from: [lead, proposal], to: "nego*"}}]}
  - {id: dear, enters_when: [{field: {name: amont}}]}
"""


def test_the_example_of_the_page_lets_deals_into_stages(workspace: Workspace, tmp_path: Path) -> None:
    (example,) = (m for m in re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.S) if "field_changed" in m)
    (tmp_path / "history.csv").write_text(HISTORY, "utf-8")
    (tmp_path / "mapping.yaml").write_text(example, "utf-8")
    assert [p.code for p in workspace.check(MAP)].count("never_seen") == 0  # nothing is known without data
    workspace.import_(tmp_path / "mapping.yaml")
    workspace.maps.add(MAP)
    told = workspace.map("changes").why("D1")
    assert [(s.id, f"{s.entered_at:%m-%d}") for s in told.stages] == [("proposed", "01-04"), ("talks", "01-14")]
    warned = [p.render("en") for p in workspace.check(MAP) if p.code == "never_seen"]
    assert warned == ["no field 'amont' occurs in the data; did you mean 'amount'?"]
