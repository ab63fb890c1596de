"""Figures of any answer in words: what a path of keys is called, and its value as a reader sees it."""

from collections.abc import Mapping, Sequence

from tabiji.charts.wording import DASH, MINUS, count, percent, role_name
from tabiji.i18n import N_, NO_VALUE, pick, text
from tabiji.journeymap.model import JourneyMap
from tabiji.metrics.conformance.words import CLASS_NAMES
from tabiji.metrics.roles import ROLE_NAMES
from tabiji.web.pages.studies.keys import OTHER_KEYS
from tabiji.workspace.studies.figures import Path, Value, is_number

VERBS = {
    "funnel": N_("Funnel"), "dwell": N_("Stays"), "velocity": N_("Velocity"), "cohorts": N_("Cohorts"), "why": N_("One account"),
    "reach": N_("Reach of touchpoints"), "emotion": N_("Emotion"), "kpis": "KPI", "accounts": N_("Accounts"),
    "bottleneck": N_("Bottleneck"), "paths": N_("Paths"), "conformance": N_("Plan vs actual"), "credit": N_("Credit"),
    "group": N_("Buying group"), "retention": N_("Retention"), "voice": N_("Voice of customers"),
    "health": N_("Health"), "timeline": N_("One account"),
}  # fmt: skip
KEYS = {
    "stages": N_("Stage"), "transitions": N_("Transition"), "groups": N_("Segment"), "cohorts": N_("Began in"), "all": N_("All"),
    "provenance": N_("Counted from"), "accounts": N_("companies (units)"), "journeys": N_("journeys"), "events": N_("events"),
    "excluded": N_("left out"), "n": N_("journeys"), "n_from": N_("entered"), "n_to": N_("went on"), "advanced": N_("went on"),
    "lost": N_("lost"), "dormant": N_("went silent"), "open": N_("still open"), "skipped": N_("passed over it"), "won": N_("won"),
    "back": N_("went back"), "outside": N_("fell outside"),
    "reached": N_("reached so far"), "cells": N_("age in days"), "naive": N_("naive"), "mature": N_("mature only"),
    "censoring_aware": N_("accounted for"), "share": N_("share"), "gone_share": N_("lost or silent, share"),
    "median_days": N_("half have left after"), "closed_only_median_days": N_("closed only"),
    "advance_median_days": N_("half have gone on after"), "quartiles_days": N_("quartiles, days"), "watched": N_("watched that long"),
    "models": N_("Model of credit"), "credit": N_("credit"), "value_credit": N_("credit in money"), "costs": N_("Costs"),
    "roles": N_("Role"), "role": N_("Role"), "touchpoints": N_("Touchpoint"), "touchpoint": N_("Touchpoint"), "stage": N_("Stage"),
    "deviations": N_("Deviation"), "fitness": N_("Fit with the plan"), "edges": N_("Step"), "variants": N_("Path"), "loops": N_("Loop"),
    "mean": N_("mean"), "planned": N_("planned"), "win_rate": N_("win rate"), "mean_deal": N_("mean deal"),
    "median_cycle_days": N_("median cycle"), "velocity_per_day": N_("expected per day"), "target": N_("target"),
    "previous": N_("the period before"), "kpis": "KPI", "surveys": N_("Survey"), "score": N_("score"), "sources": N_("Source"),
    "onward_difference": N_("difference in going on"), "value_difference": N_("difference in value"), "at_stake": N_("at stake a year"),
    "onward_share": N_("share that goes on"), "n_per_year": N_("entered in a year"), "coverage": N_("Roles covered"),
    "completeness": N_("Completeness"), "consensus": N_("Consensus"), "engagement": N_("Activity"), "factors": N_("What separates"),
    "no_event": N_("without an event"), "no_stage": N_("in no stage"), "outside_window": N_("outside the period"),
}  # fmt: skip
KEYS = OTHER_KEYS | KEYS
INTERVALS = ("low", "high", "low_days", "high_days")


def label(key: str, journey_map: JourneyMap) -> str:
    """What a part of a path is called: a stage, a touchpoint, a transition, a key, a role, else itself."""
    names = {s.id: pick(s.name) or s.id for s in journey_map.stages} | {
        t.id: pick(t.name) or t.id for t in journey_map.touchpoints
    }
    if " → " in key:
        return " → ".join(label(part, journey_map) for part in key.split(" → "))
    if key in names:
        return names[key]
    if key in ROLE_NAMES or key in journey_map.roles:
        return role_name(journey_map, key)
    if key == NO_VALUE:
        return text(NO_VALUE)
    known = KEYS.get(key) or CLASS_NAMES.get(key)
    return text(known) if known else key.replace("_", " ")


def named(path: Path, journey_map: JourneyMap) -> tuple[str, str]:
    """(section, figure): the part of the answer, and what is told of it."""
    split = min(2, len(path) - 1)
    section = " · ".join(label(key, journey_map) for key in path[:split])
    return section, " · ".join(label(key, journey_map) for key in path[split:])


def value(path: Path, told: Value) -> str:
    """A figure as a reader sees it."""
    if told is None:
        return DASH
    if not is_number(told):
        return (text(N_("yes")) if told else text(N_("no"))) if isinstance(told, bool) else str(told)
    number = float(told)
    if is_share(path):
        return percent(number)
    return count(number) if number.is_integer() else f"{number:,.1f}" if abs(number) >= 1 else f"{number:,.3g}"


def difference(path: Path, moved: float | None) -> str:
    """A difference with its sign; of shares in points."""
    if moved is None:
        return DASH
    sign = "+" if moved > 0 else MINUS if moved < 0 else "±"
    size = abs(moved)
    if is_share(path):
        points = size * 100
        return sign + text(N_("{n} pts"), n=f"{points:.1f}" if points >= 0.05 else f"{points:.1g}")
    return sign + (count(size) if float(size).is_integer() else f"{size:,.1f}" if size >= 1 else f"{size:,.3g}")


def beside(path: Path, answer: Mapping[Path, Value]) -> str:
    """What stands beside a figure in the same answer: its interval, and its n; empty where there is neither."""
    if path[-1] not in ("share", "median_days"):
        return ""
    days = "_days" if path[-1] == "median_days" else ""
    low, high, n = (answer.get((*path[:-1], name)) for name in (f"low{days}", f"high{days}", "n"))
    said = []
    if is_number(low) and is_number(high):
        said.append(f"{value(path, low).removesuffix('%')}–{value(path, high)}")
    return " · ".join([*said, f"n={value(('n',), n)}"] if is_number(n) and not days else said)


def is_told_beside(path: Path, answer: Mapping[Path, Value]) -> bool:
    """Whether a figure stands beside another one: an end of its interval, or the n of a share."""
    return path[-1] in INTERVALS or (path[-1] == "n" and (*path[:-1], "share") in answer)


def is_share(path: Sequence[str]) -> bool:
    """Whether a figure is a share, 0–1."""
    return path[-1] == "share" or path[-1].endswith("_share")
