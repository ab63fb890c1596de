"""The question of the benchmark: a funnel of five steps, in order, inside ninety days; twelve events lead into each step."""

from benchmarks.data import event_name
from benchmarks.events import FIRST_DAY, RANKS

STEP_FAMILIES = (0, 2, 3, 5, 7)
NAMES_PER_STEP = 12
WINDOW_DAYS = 90
CONTRACT_STARTS, CONTRACT_ENDS = ([family * RANKS + rank for rank in range(10, 20)] for family in (7, 6))
CONTRACTS = {"start": [event_name(c) for c in CONTRACT_STARTS], "end": [event_name(c) for c in CONTRACT_ENDS]}
MONTH_ENDS = tuple((FIRST_DAY + 183 + 30 * month) * 86_400 for month in range(13))


def steps(shift: int = 0) -> list[list[int]]:
    """Codes that lead into each step. Another `shift` is another definition of every step."""
    return [[f * RANKS + (2 + shift + r) % RANKS for r in range(NAMES_PER_STEP)] for f in STEP_FAMILIES]


def map_yaml(shift: int = 0) -> str:
    """The same question as a map."""
    lines = ["id: bench", "attempt: {inactive_days: null}", "stages:"]
    for number, codes in enumerate(steps(shift), 1):
        names = ", ".join(event_name(code) for code in codes)
        lines += [f"  - id: step{number}", f"    enters_when: [{{event: [{names}]}}]"]
    return "\n".join(lines) + "\n"


def step_condition(column: str, codes: list[int]) -> str:
    """SQL: whether a column of names is one of the step's."""
    listed = ", ".join(f"'{event_name(code)}'" for code in codes)
    return f"{column} IN ({listed})"
