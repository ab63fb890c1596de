"""The Markov chain against do-attribution, which nobody here wrote."""

import random

import pytest

from credit_world import ask, figures, history

markov_of = pytest.importorskip("do_attribution.markov", reason="do-attribution is in group `oracles`")


@pytest.mark.oracle
@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("seed", range(4))
def test_markov_equals_do_attribution(order: int, seed: int) -> None:
    rng = random.Random(seed)
    events, paths, wins = [], [], []
    for unit in range(120):
        keys = [rng.choice("aabcd") for _ in range(rng.randint(1, 7))]
        won = rng.random() < (0.5 if "c" in keys else 0.2)
        touches = [(x + 1.0, k) for x, k in enumerate(keys)]
        events += history(unit, (0, "lead"), *touches, (20, "won" if won else "lost"))
        paths.append(" > ".join(keys))
        wins.append(int(won))
    oracle = markov_of.MarkovAttribution(order=order, removal_strategy="redirect_to_null").fit(paths, wins)
    told = figures(ask(events, 120, order=order))["markov"]
    assert told == pytest.approx({k: share * sum(wins) for k, share in oracle["attribution"].items()}, rel=1e-9)
