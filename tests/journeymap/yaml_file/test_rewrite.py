import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tabiji.journeymap.model import Cell, Clause, GroupRole, Note, Stage
from tabiji.journeymap.problems import MapError
from tabiji.journeymap.yaml_file import dump, read_map, rewrite

OLD = """\
# The map of the new business team
id: new-business
name: {ja: 新規導入, en: 'New business'}   # shown on top
unit: account                     # whose journey

stages:
  # --- before the purchase
  - id: aware
    name: {ja: 認知, en: Awareness}
    enters_when:                  # any of these clauses
      - {event: page_viewed, content: "/pricing*", at_least: 3}   # pricing
      - {event: [webinar_attended, white_paper_downloaded]}
    limit_days: 60                # planned longest stay
    # how many should go on
    target_share: 0.6
    touchpoints: [webinar,
      white-paper,   # the long one
      meeting]

  # --- the deal
  - {id: won,  kind: success, enters_when: [{event: opportunity_won}]}
  - id: lost
    kind: failure
    enters_when:
    - event: opportunity_lost   # from the CRM
buying_group:
- role: champion
- {role: user, required: 2}
"""
MAP = read_map(OLD)
AWARE, WON, LOST = MAP.stages


def with_stage(i, **changes):
    stages = list(MAP.stages)
    stages[i] = replace(stages[i], **changes)
    return replace(MAP, stages=tuple(stages))


def line_changed(old, new):
    assert old in OLD
    return OLD.replace(old, new)


@pytest.mark.parametrize(
    ("new_map", "text"),
    [
        (MAP, OLD),
        (with_stage(0, limit_days=90), line_changed("limit_days: 60 ", "limit_days: 90 ")),
        (
            with_stage(0, limit_days=None),
            line_changed("    limit_days: 60                # planned longest stay\n", ""),
        ),
        (replace(MAP, name={"ja": "新規導入", "en": "It's new"}), line_changed("'New business'", "'It''s new'")),
        (
            with_stage(0, name={"ja": "認知", "en": "Awareness", "": "x"}),
            line_changed("en: Awareness}", 'en: Awareness, "": x}'),
        ),
        (replace(MAP, unit="person"), line_changed("unit: account", "unit: person")),
        (
            replace(MAP, horizon_days=90),
            line_changed("# whose journey\n", "# whose journey\nhorizon_days: 90\n"),
        ),
        (
            with_stage(1, name={"ja": "受注"}, target_share=0.5),
            line_changed(
                "{id: won,  kind: success, enters_when: [{event: opportunity_won}]}",
                "{id: won, name: {ja: 受注},  kind: success, enters_when: [{event: opportunity_won}], target_share: 0.5}",
            ),
        ),
        (
            with_stage(0, enters_when=(*AWARE.enters_when, Clause(event=("demo",)))),
            line_changed(
                "white_paper_downloaded]}\n", "white_paper_downloaded]}\n      - {event: demo}\n"
            ),
        ),
        (
            with_stage(0, enters_when=AWARE.enters_when[1:]),
            line_changed('      - {event: page_viewed, content: "/pricing*", at_least: 3}   # pricing\n', ""),
        ),
        (
            with_stage(0, touchpoints=("webinar", "meeting")),
            line_changed("white-paper,   # the long one\n      meeting", "meeting"),
        ),
        (
            with_stage(0, touchpoints=("webinar", "white-paper", "demo", "meeting", "call")),
            line_changed("white-paper,   # the long one\n      meeting", "white-paper, demo,   # the long one\n      meeting, call"),
        ),
        (
            with_stage(2, enters_when=(Clause(event=("deal_lost",)),)),
            line_changed("event: opportunity_lost ", "event: deal_lost "),
        ),
        (
            with_stage(2, enters_when=()),
            line_changed("    enters_when:\n    - event: opportunity_lost   # from the CRM\n", ""),
        ),
        (
            with_stage(2, goal={"ja": "一\n二"}),
            line_changed("    kind: failure\n", "    kind: failure\n    goal:\n      ja: |-\n        一\n        二\n"),
        ),
        (
            replace(MAP, buying_group=(GroupRole("champion", weight=0.5), *MAP.buying_group[1:])),
            line_changed("- role: champion\n", "- role: champion\n  weight: 0.5\n"),
        ),
        (
            replace(MAP, buying_group=(GroupRole("champion"), GroupRole("executive"), GroupRole("user", 2))),
            line_changed("- role: champion\n", "- role: champion\n- {role: executive}\n"),
        ),
        (replace(MAP, buying_group=()), line_changed("buying_group:\n- role: champion\n- {role: user, required: 2}\n", "")),
        (
            replace(MAP, cells=(Cell("champion", "won", questions=(Note({"ja": "いくら"}),)),)),
            line_changed("buying_group:\n", "lanes:\n  champion:\n    won: {questions: [{ja: いくら}]}\nbuying_group:\n"),
        ),
        (
            replace(MAP, stages=(AWARE, LOST)),
            line_changed("\n  # --- the deal\n  - {id: won,  kind: success, enters_when: [{event: opportunity_won}]}\n", ""),
        ),
        (
            replace(MAP, stages=(AWARE, Stage("meet", {"": "meet"}, limit_days=9), WON, LOST)),
            line_changed("      meeting]\n", "      meeting]\n  - {id: meet, limit_days: 9}\n"),
        ),
    ],
)  # fmt: skip
def test_only_what_differs_changes(new_map, text):
    assert rewrite(OLD, new_map) == text
    assert read_map(text) == new_map


def test_reordered_stages_take_their_lines_and_comments_along():
    text = rewrite(OLD, replace(MAP, stages=(AWARE, replace(LOST, limit_days=3), WON)))
    head, tail = OLD.split("\n  # --- the deal\n")
    won, rest = tail.split("\n", 1)
    lost, rest = rest.split("buying_group", 1)
    lost = lost.rstrip("\n")
    assert text == f"{head}{lost}\n    limit_days: 3\n\n  # --- the deal\n{won}\nbuying_group{rest}".replace(
        "    limit_days: 3\n", ""
    ).replace(
        "    - event: opportunity_lost   # from the CRM",
        "    - event: opportunity_lost   # from the CRM\n    limit_days: 3",
    )


def test_windows_line_ends_and_the_byte_order_mark_stay():
    old = "\ufeff" + OLD.replace("\n", "\r\n")
    text = rewrite(old, replace(with_stage(0, limit_days=90), horizon_days=30))
    assert text == old.replace("limit_days: 60", "limit_days: 90").replace(
        "# whose journey\r\n", "# whose journey\r\nhorizon_days: 30\r\n"
    )


def test_json_written_as_a_map_stays_json():
    old = '{"id": "m", "stages": [{"id": "a", "kind": "success"}]}'
    new_map = replace(read_map(old), stages=(Stage("a", {"": "a"}, kind="failure"), Stage("b", {"": "b"})))
    assert rewrite(old, new_map) == '{"id": "m", "stages": [{"id": "a", "kind": "failure"}, {id: b}]}'


def test_users_of_an_anchor_keep_what_they_said():
    old = "id: m\nstages:\n  - {id: a, enters_when: &w [{event: x}]}  # first\n  - {id: b, enters_when: *w}\n"
    stages = read_map(old).stages
    new_map = replace(read_map(old), stages=(replace(stages[0], enters_when=(Clause(event=("z",)),)), stages[1]))
    assert rewrite(old, new_map) == old.replace("event: x", "event: z").replace("*w", "[{event: x}]")


def test_numbered_ids_are_written_down_when_the_order_changes():
    old = "id: m\nstages: [{id: a}]\ntriggers:\n  - {stage: a, text: one}\n  - {stage: a, text: two}\n"
    first, second = read_map(old).triggers
    text = rewrite(old, replace(read_map(old), triggers=(second, first)))
    assert [t.id for t in read_map(text).triggers] == ["trigger-2", "trigger-1"]


def test_a_text_that_is_no_map_is_refused():
    with pytest.raises(MapError) as error:
        rewrite("id: [", MAP)
    assert error.value.problems[0].code == "syntax"


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_any_map_can_become_any_other(any_map, data):
    old, new = data.draw(any_map), data.draw(any_map)
    text = dump(old)
    assert rewrite(text, old) == text
    assert read_map(rewrite(text, new)) == new


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(st.data())
def test_an_edit_of_one_stage_leaves_the_comments_of_all_others(any_map, any_stage, data):
    """Comments behind every one-line entry: only those of the edited stage may go."""
    old = replace(data.draw(any_map), description={})
    assume(len(old.stages) > 1)
    at = data.draw(st.integers(0, len(old.stages) - 1))
    new_stage = replace(data.draw(any_stage), id=old.stages[at].id)
    new = replace(old, stages=(*old.stages[:at], new_stage, *old.stages[at + 1 :]))
    text = commented(dump(old))
    assert read_map(text) == old
    kept = rewrite(text, new)
    assert read_map(kept) == new
    assert outside(kept) == outside(text)
    assert stage_blocks(kept)[:at] == stage_blocks(text)[:at]
    assert stage_blocks(kept)[at + 1 :] == stage_blocks(text)[at + 1 :]


def commented(text):
    """A comment line above each stage, one behind each key of the map that opens a block."""
    lines = []
    for line in text.splitlines():
        if line.startswith("  - "):
            lines.append(f"  # above {len(lines)}")
        lines.append(f"{line}  # beside {len(lines)}" if re.fullmatch(r"\w+:", line) else line)
    return "\n".join(lines) + "\n"


def outside(text):
    """The lines before and after the stages."""
    head, tail = re.split(r"(?m)^stages:.*\n", text)
    after = re.search(r"(?m)^\w", tail)
    return head, tail[after.start() :] if after else ""


def stage_blocks(text):
    body = re.split(r"(?m)^stages:.*\n", text)[1]
    after = re.search(r"(?m)^\w", body)
    return re.split(r"(?m)^(?=  - )", body[: after.start()] if after else body)[1:]
