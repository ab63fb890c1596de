"""A block as flat tables with numbers over all blocks, ready to be written: account, person, deal, event, survey, stay."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tabiji.demo.block import Block
from tabiji.demo.export.dirt import Dirt, other_name, received
from tabiji.demo.records.catalogue import CODE, draw_contents
from tabiji.demo.records.opportunities import Opportunities
from tabiji.demo.records.timeline import LATER, N_SLOTS
from tabiji.demo.world.companies import corporate_number
from tabiji.demo.world.people import name_codes, uses_free_mail

Table = dict[str, NDArray[Any]]
_OF_A_DEAL = tuple(
    CODE[key]
    for key in (
        "meeting_held", "demo_given", "quote_sent", "ringi_pack_sent", "executive_briefing_attended",
        "security_review_done", "contract_signed",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tables:
    """Columns of what is exported, one dictionary per table; times are wall-clock seconds of the clock."""

    account: Table
    person: Table
    deal: Table
    event: Table
    survey: Table
    stay: Table

    @staticmethod
    def together(parts: "list[Tables]") -> "Tables":
        """The tables of several blocks in one."""
        return Tables(
            *(
                {c: np.concatenate([getattr(p, name)[c] for p in parts]) for c in getattr(parts[0], name)}
                for name in Tables.__slots__
            )
        )


def tables(block: Block, dirt: Dirt, rng: np.random.Generator) -> Tables:
    """Flat tables of a block. Dirt is drawn from `rng`, a stream of its own."""
    number = block.companies.number
    twin = rng.random(len(number)) < dirt.duplicate_accounts
    deal, deal_number = _deals(block)
    return Tables(
        _accounts(block, twin),
        _people(block, dirt),
        deal,
        _events(block, dirt, twin, deal_number, rng),
        _surveys(block),
        _stays(block),
    )


def _accounts(block: Block, twin: NDArray[np.bool_]) -> Table:
    c, stays = block.companies, block.timeline.stays
    known = np.full(len(c.number), block.timeline.clock.start, np.int64)
    begins = np.flatnonzero(stays.begins & (stays.attempt == 0))
    known[stays.account[begins]] = stays.enters[begins]
    twins = [
        other_name(name, account) if t else None
        for name, account, t in zip(c.name, c.number.tolist(), twin.tolist(), strict=True)
    ]
    return {
        "number": c.number, "industry": c.industry, "prefecture": c.prefecture, "employees": c.employees,
        "revenue": c.annual_revenue, "lead_source": block.prospects.source, "known": known,
        "name": _texts(c.name), "english_name": _texts(c.english_name), "domain": _texts(c.domain),
        "corporate_number": _texts([corporate_number(n) for n in c.number.tolist()]), "twin": _texts(twins),
    }  # fmt: skip


def _people(block: Block, dirt: Dirt) -> Table:
    start, stop = block.timeline.present_from, block.timeline.present_to
    account, slot = np.nonzero(start < block.timeline.clock.end)
    number, slot = block.companies.number[account], slot.astype(np.int8)
    surname, given = name_codes(number, slot)
    until = stop[account, slot]
    return {
        "number": number, "slot": slot, "surname": surname, "given": given,
        "free": uses_free_mail(number, slot, dirt.free_mail), "since": start[account, slot],
        "until": np.where(until < block.timeline.clock.end, until, LATER),
    }  # fmt: skip


def _deals(block: Block) -> tuple[Table, NDArray[np.int64]]:
    """The deals that were opened in time, and for each row of the block's deals its number (account × 10 + n)."""
    d = block.opportunities
    order = np.lexsort((d.opens, d.account))
    first = np.concatenate([[True], d.account[order][1:] != d.account[order][:-1]]) if len(order) else np.zeros(0, bool)
    position = np.arange(len(order))
    nth = position - np.maximum.accumulate(np.where(first, position, 0))
    deal_number = np.empty(len(order), np.int64)
    deal_number[order] = block.companies.number[d.account[order]].astype(np.int64) * 10 + nth + 1
    keep = order[d.opens[order] < block.timeline.clock.end]
    closed = d.closes[keep] < block.timeline.clock.end
    table: Table = {
        "deal": deal_number[keep], "number": block.companies.number[d.account[keep]], "offering": d.offering[keep],
        "opens": d.opens[keep], "closes": np.where(closed, d.closes[keep], LATER),
        "status": np.where(closed, d.status[keep], 0).astype(np.int8), "monthly": d.monthly[keep],
        "reason": np.where(closed, d.reason[keep], -1).astype(np.int8), "owner": d.owner[keep], "quiet": d.quiet[keep],
    }  # fmt: skip
    return table, deal_number


def _events(
    block: Block, dirt: Dirt, twin: NDArray[np.bool_], deal_number: NDArray[np.int64], rng: np.random.Generator
) -> Table:
    e = block.events
    row = _deal_of(e, block.opportunities)
    of = np.flatnonzero(row >= 0)
    offering, deal = e["offering"].astype(np.int8), np.full(len(row), -1, np.int64)
    offering[of], deal[of] = block.opportunities.offering[row[of]], deal_number[row[of]]
    table: Table = {
        "number": block.companies.number[e["account"]], "slot": e["slot"], "kind": e["kind"],
        "content": draw_contents(e["kind"].astype(np.int16), rng), "offering": offering,
        "deal": deal, "value": e["value"], "at": e["at"],
        "received": received(
            e["kind"].astype(np.int16), e["at"].astype(np.int64), dirt.late, block.timeline.clock.end, rng
        ),
        "slashed": rng.random(len(e["at"])) < dirt.mixed_dates,
        "of_twin": twin[e["account"]] & (rng.random(len(e["at"])) < 0.4),
        "twice": rng.random(len(e["at"])) < dirt.duplicated_rows,
    }  # fmt: skip
    return table


def _deal_of(e: Table, deals: Opportunities) -> NDArray[np.int64]:
    """Row of the deal that was open when a sales activity took place, −1 where there was none."""
    out = np.full(len(e["at"]), -1, np.int64)
    if not len(deals.account):
        return out
    width = np.int64(1) << 40
    order = np.lexsort((deals.opens, deals.account))
    opened = deals.account[order].astype(np.int64) * width + deals.opens[order]
    of = np.flatnonzero(np.isin(e["kind"], _OF_A_DEAL))
    account, at = e["account"][of].astype(np.int64), e["at"][of].astype(np.int64)
    latest = order[np.maximum(np.searchsorted(opened, account * width + at, side="right") - 1, 0)]
    # On the day of the order the deal is closed at midnight already, and the contract is signed in the afternoon.
    within = (deals.account[latest] == account) & (deals.opens[latest] <= at) & (at < deals.closes[latest] + 86_400)
    out[of[within]] = latest[within]
    return out


def _surveys(block: Block) -> Table:
    s = block.surveys
    return {
        "number": block.companies.number[s.account], "slot": s.slot, "stage": s.stage, "kind": s.kind, "score": s.score,
        "comment": s.comment, "at": s.at,
    }  # fmt: skip


def _stays(block: Block) -> Table:
    s, clock = block.timeline.stays, block.timeline.clock
    keep = np.flatnonzero(s.enters < clock.end)
    return {
        "number": block.companies.number[s.account[keep]], "attempt": s.attempt[keep], "stage": s.stage[keep],
        "enters": s.enters[keep], "leaves": np.where(s.leaves[keep] < clock.end, s.leaves[keep], LATER),
        "outcome": s.outcome[keep],
    }  # fmt: skip


def _texts(values: list[str] | list[str | None]) -> NDArray[np.generic]:
    return np.array(values, dtype=object)


__all__ = ["N_SLOTS", "Tables", "tables"]
