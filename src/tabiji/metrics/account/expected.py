"""Which roles a map expects, and by which stage they should have shown up."""

from tabiji.journeymap.model import JourneyMap


def expected_roles(journey_map: JourneyMap) -> tuple[str, ...]:
    """The roles of the buying group as written, then those that only stages of the main line name."""
    group = [g.role for g in journey_map.buying_group]
    return tuple(dict.fromkeys([*group, *(role for s in journey_map.main_line for role in s.roles)]))


def expected_by(journey_map: JourneyMap) -> tuple[tuple[str, ...], ...]:
    """Per stage of the main line, the roles that should have shown up by its end: those of the stage and of all before it. A
    role of the buying group that no stage names is expected by the end of the (first) success stage, else of the last one."""
    line = journey_map.main_line
    named = {role for s in line for role in s.roles}
    success = next((k for k, s in enumerate(line) if s.kind == "success"), len(line) - 1)
    out: list[tuple[str, ...]] = []
    due: set[str] = set()
    for k, stage in enumerate(line):
        due |= set(stage.roles)
        if k == success:
            due |= {g.role for g in journey_map.buying_group} - named
        out.append(tuple(role for role in expected_roles(journey_map) if role in due))
    return tuple(out)
