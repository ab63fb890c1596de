"""What contracts of the demo are worth: an expansion adds to the term that runs, and renewals keep it."""

from collections import defaultdict

import exported
import pytest

import tabiji

FIRST = "経費精算クラウド"


@pytest.fixture(scope="module")
def ledger(simulated) -> dict[str, list[tuple[str, float]]]:
    """Account → (entry, JPY) of its first offering in the order of time; only accounts with one contract."""
    found = defaultdict(list)
    for r in sorted(exported.rows(simulated.folder / "billing/subscriptions.csv"), key=lambda r: r["effective_at"]):
        if r["plan"] == FIRST and r["entry"] != "subscription_cancelled":
            found[r["customer"].removesuffix("D")].append((r["entry"], float(r["amount_jpy"])))
    return {a: e for a, e in found.items() if [name for name, _ in e].count("subscription_started") == 1}


def test_an_expansion_adds_a_tenth_to_three_tenths_of_the_contract(ledger) -> None:
    grown = [entries for entries in ledger.values() if any(name == "subscription_expanded" for name, _ in entries)]
    assert len(grown) > 25
    for entries in grown:
        added, base = next(v for name, v in entries if name == "subscription_expanded"), entries[0][1]
        assert 0.05 < added / base < 0.35


def test_a_renewal_keeps_what_was_added_before_it(ledger) -> None:
    n_after = 0
    for entries in ledger.values():
        (first, value), *later = entries
        assert first == "subscription_started"
        for name, amount in later:
            if name == "subscription_expanded":
                value += amount
            else:
                assert amount == value
                n_after += value > entries[0][1]
    assert n_after > 5


@pytest.mark.parametrize("name", ["new-business", "post-sale"])
def test_growth_shows_in_the_net_retention_of_both_maps(demo_root, name: str) -> None:
    with tabiji.open(demo_root) as workspace:
        [money] = workspace.map(name).retention().total.money
    assert money.bridge["added"] > 0
    assert all(d.net.share > d.gross.share for d in money.definitions if d.id != "decided")
