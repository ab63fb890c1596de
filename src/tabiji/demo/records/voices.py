"""Answers to surveys: how each role feels at each stage, with the planted dip of the champion in consideration.

A score is a rounded, clipped normal; `expected_score` gives its exact mean, which is the truth that is kept.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tabiji.demo.records.timeline import SLOT_ROLE, Timeline
from tabiji.demo.world.clock import DAY, WEEK, Seconds, in_office_hours
from tabiji.demo.world.parameters import (
    AWARE,
    CHAMPION,
    CONSIDER,
    CONTINUE,
    DECISION_MAKER,
    INFLUENCER,
    INTEREST,
    ORDER,
    USER,
)  # fmt: skip

SPREAD = 0.85  # standard deviation of what is felt, on the scale −2 … +2
# Felt on −2 … +2 by stage and role, before it is rounded to an answer.
FELT: dict[int, dict[int, float]] = {
    AWARE: {CHAMPION: -0.35, INFLUENCER: -0.1, USER: -0.5},
    INTEREST: {CHAMPION: 0.3, INFLUENCER: 0.1, USER: 0.1},
    CONSIDER: {CHAMPION: -1.28, DECISION_MAKER: -0.2, INFLUENCER: -0.55, USER: -0.1},
    ORDER: {CHAMPION: 0.15, DECISION_MAKER: 0.5, INFLUENCER: 0.0, USER: -0.3},
    CONTINUE: {CHAMPION: 0.8, DECISION_MAKER: 0.6, INFLUENCER: 0.3, USER: 0.5},
}
ANSWERS = {AWARE: 0.22, INTEREST: 0.30, CONSIDER: 0.36, ORDER: 0.40, CONTINUE: 0.45}  # share who answer in a stay
ASKED_AFTER = {AWARE: "webinar", INTEREST: "white-paper", CONSIDER: "demo", ORDER: "training", CONTINUE: "qbr"}
EFFORT = {CHAMPION: 5.1, USER: 4.6}  # felt ease of the introduction, 1 (hard) … 7 (easy)
EFFORT_SPREAD, EFFORT_ANSWERS = 1.3, 0.25
NPS_MEAN, NPS_SPREAD, NPS_ANSWERS = 8.35, 1.6, 0.30  # per person and quarter
KINDS = ("csat", "nps", "ces")
SCALE_MAX = (5, 10, 7)

# What is written beside an answer, by stage and mood (bad, middling, good).
COMMENTS: dict[int, tuple[tuple[str, ...], ...]] = {
    AWARE: (
        ("自社に関係があるのか分かりませんでした", "話が製品の宣伝に寄っていました"),
        ("基礎の確認になりました",),
        ("法改正の要点がつかめました", "何から始めるかが分かりました"),
    ),
    INTEREST: (
        ("近い規模の例がありません", "比較の軸がほしいです"),
        ("もう少し事例を見たいです",),
        ("同業の例が参考になりました", "上司に転送しました"),
    ),
    CONSIDER: (
        ("社内を通せるか不安です", "上にどう説明すればよいか悩んでいます", "稟議が差し戻されそうです"),
        ("他社とも比べています", "社内で相談します"),
        ("試算の数字がそのまま使えました", "質問への答えが早いです"),
    ),
    ORDER: (
        ("設定が思ったより大変でした", "前のやり方のほうが早いという声があります"),
        ("これから慣れていきます",),
        ("研修が分かりやすかったです", "担当の方が親身でした"),
    ),
    CONTINUE: (
        ("使っていない部署が残っています", "問い合わせの返事が遅いです"),
        ("特に困っていません",),
        ("締めが二日早くなりました", "外出先から申請できて助かります", "社内でも好評です"),
    ),
}


@dataclass(frozen=True, slots=True)
class Surveys:
    """One answer per row."""

    account: NDArray[np.int32]
    slot: NDArray[np.int8]
    stage: NDArray[np.int8]
    kind: NDArray[np.int8]  # index in KINDS
    score: NDArray[np.int8]
    comment: NDArray[np.int16]  # index in `comment_words`, −1 none
    at: Seconds


def draw_surveys(timeline: Timeline, rng: np.random.Generator) -> Surveys:
    """One satisfaction answer per person and stay at most, and quarterly recommendations of customers."""
    parts = [_satisfaction(timeline, stage, rng) for stage in FELT]
    parts += [_effort(timeline, rng), *_recommendation(timeline, rng)]
    table = Surveys(*(np.concatenate([getattr(p, name) for p in parts]) for name in Surveys.__slots__))
    order = np.lexsort((table.slot, table.account, table.at))
    kept = order[table.at[order] < timeline.clock.end]
    return Surveys(*(getattr(table, name)[kept] for name in Surveys.__slots__))


def expected_score(mean: float, spread: float, lowest: int, highest: int) -> float:
    """Mean of a normal that is rounded to whole scores and clipped to lowest … highest."""

    def below(x: float) -> float:
        return 0.5 * (1 + math.erf((x - mean) / (spread * math.sqrt(2))))

    edges = [0.0, *(below(score + 0.5) for score in range(lowest, highest)), 1.0]
    return sum(
        (high - low) * score for score, low, high in zip(range(lowest, highest + 1), edges, edges[1:], strict=False)
    )


def _satisfaction(timeline: Timeline, stage: int, rng: np.random.Generator) -> Surveys:
    return _asked_once(timeline, stage, 0, FELT[stage], 3.0, SPREAD, ANSWERS[stage], rng)


def _effort(timeline: Timeline, rng: np.random.Generator) -> Surveys:
    return _asked_once(timeline, ORDER, 2, EFFORT, 0.0, EFFORT_SPREAD, EFFORT_ANSWERS, rng)


def _asked_once(
    timeline: Timeline, stage: int, kind: int, means: dict[int, float], middle: float, spread: float, answers: float,
    rng: np.random.Generator,
) -> Surveys:  # fmt: skip
    stays = timeline.stays
    felt = np.array([means.get(role, np.nan) for role in SLOT_ROLE]) + middle
    slots = np.flatnonzero(~np.isnan(felt))[:6]
    rows = stays.rows(stage)
    account = stays.account[rows]
    since = np.maximum(timeline.present_from[account][:, slots], stays.enters[rows, None])
    until = np.minimum(timeline.present_to[account][:, slots], stays.leaves[rows, None])
    row, column = np.nonzero((until - since > 2 * DAY) & (rng.random(since.shape) < answers))
    low, high = since[row, column], np.minimum(until[row, column], since[row, column] + 10 * WEEK)
    at = in_office_hours(low + ((high - low) * rng.uniform(0.05, 0.95, len(row))).astype(np.int64), low, high, rng)
    slot, n = slots[column].astype(np.int8), len(row)
    highest = SCALE_MAX[kind]
    score = np.rint(felt[slot] + spread * rng.standard_normal(n)).clip(1, highest).astype(np.int8)
    mood = np.digitize(score / highest, [0.45, 0.7])
    return Surveys(
        account[row],
        slot,
        np.full(n, stage, np.int8),
        np.full(n, kind, np.int8),
        score,
        _comments(stage, mood, rng),
        at,
    )


def _recommendation(timeline: Timeline, rng: np.random.Generator) -> list[Surveys]:
    stays = timeline.stays
    rows = stays.rows(CONTINUE)
    slots = np.array([CHAMPION, DECISION_MAKER, USER, 9])
    parts = []
    for quarter in range(1, 1 + int(np.max((stays.leaves[rows] - stays.enters[rows]) // (13 * WEEK), initial=0))):
        asked = stays.enters[rows] + quarter * 13 * WEEK
        there = timeline.present_from[stays.account[rows]][:, slots] < asked[:, None]
        there &= timeline.present_to[stays.account[rows]][:, slots] > asked[:, None] + 12 * DAY
        there &= (asked + 12 * DAY < stays.leaves[rows])[:, None]
        row, column = np.nonzero(there & (rng.random(there.shape) < NPS_ANSWERS))
        at = asked[row] + rng.integers(0, 10, len(row)) * DAY + rng.integers(9 * 3600, 18 * 3600, len(row))
        score = np.rint(NPS_MEAN + NPS_SPREAD * rng.standard_normal(len(row))).clip(0, 10).astype(np.int8)
        mood = np.select([score >= 9, score >= 7], [2, 1], 0)
        parts.append(
            Surveys(
                stays.account[rows][row], slots[column].astype(np.int8), np.full(len(row), CONTINUE, np.int8),
                np.ones(len(row), np.int8), score, _comments(CONTINUE, mood, rng), at,
            )
        )  # fmt: skip
    return parts


def _comments(stage: int, mood: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int16]:
    """Code of a comment (stage, mood, number as three digits) for two answers in five, else −1."""
    sizes = np.array([len(group) for group in COMMENTS[stage]])
    number = (rng.random(len(mood)) * sizes[mood]).astype(np.int64)
    return np.where(rng.random(len(mood)) < 0.4, stage * 100 + mood * 10 + number, -1).astype(np.int16)


def comment_words() -> list[str | None]:
    """Comments by their codes."""
    words: list[str | None] = [None] * (100 * (CONTINUE + 1))
    for stage, moods in COMMENTS.items():
        for mood, group in enumerate(moods):
            words[stage * 100 + mood * 10 : stage * 100 + mood * 10 + len(group)] = group
    return words
