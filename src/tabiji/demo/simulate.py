"""Simulate a vendor's customers into the files that its systems would export, with the truth beside them.

A Japanese vendor of two cloud services (経費精算クラウド, 請求書クラウド): nine sources, one mapping file each, two maps.
Blocks of accounts are simulated one after the other, so that memory does not grow with their number.
"""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path

import numpy as np

from tabiji.demo.block import BLOCK, draw_block, exhibitions
from tabiji.demo.counterfactual import POPULATION, contrasts
from tabiji.demo.export.dirt import Dirt
from tabiji.demo.export.mapping import write_mappings
from tabiji.demo.export.maps import write_maps
from tabiji.demo.export.spending import write_spend
from tabiji.demo.export.tables import Tables, tables
from tabiji.demo.export.write import Form, Writer
from tabiji.demo.summary import Tally, facts
from tabiji.demo.truth import Truth
from tabiji.demo.world.clock import Clock
from tabiji.demo.world.parameters import WORLD, World
from tabiji.errors import TabijiError
from tabiji.i18n import N_, text

SIMULATOR = 2
END_ON = date(2026, 10, 31)  # fixed, so that the demo shows the same figures on every day
HORIZON_DAYS = 180
CSV_UP_TO = 20_000  # accounts
BLOCKS_PER_PART = 5
_DIRT_STREAM, _SPEND_STREAM = 1 << 33, 1 << 34

Progress = Callable[[str, int, int | None], None]


class SimulationFolderError(TabijiError):
    """The folder already holds files; give an empty or a new one."""

    code = "simulation_folder"
    message = N_("{folder!r} is not empty; give a new folder for the simulated files")


def simulate(
    folder: str | Path,
    accounts: int = 2000,
    months: int = 18,
    seed: int = 1,
    *,
    end: date = END_ON,
    dirt: Dirt | None = None,
    form: Form | None = None,
    world: World = WORLD,
    truth_accounts: int = POPULATION,
    progress: Progress | None = None,
) -> Truth:
    """Write export files, `<source>/mapping.yaml`, `maps/*.yaml` and `truth.json` into `folder`.

    `form` is CSV up to 20,000 accounts and Parquet in parts beyond. The same arguments give the same bytes. Raises
    SimulationFolderError where the folder is not empty, ValueError for a number of accounts or months below 1."""
    folder = Path(folder)
    _check(folder, accounts, months)
    clock, dirt = Clock.ending(end, months), dirt or Dirt()
    writer = Writer(folder, form or ("csv" if accounts <= CSV_UP_TO else "parquet"), dirt)
    stream = seed % (1 << 63)  # generators take no negative seed
    try:
        tally = _write_blocks(writer, accounts, stream, clock, world, progress)
        write_spend(folder, clock, accounts, exhibitions(clock), np.random.default_rng([stream, _SPEND_STREAM]))
        write_mappings(writer)
    finally:
        writer.close()
    write_maps(folder / "maps", accounts)
    _tell(progress, text(N_("computing the planted truth")), 0, None)
    planted = contrasts(stream, clock, world, HORIZON_DAYS, truth_accounts)
    truth = Truth(
        simulator=SIMULATOR, seed=seed, accounts=accounts, months=months, start_on=clock.start_on.isoformat(),
        end_on=clock.end_on.isoformat(), horizon_days=HORIZON_DAYS, dirt=asdict(dirt), files=dict(sorted(writer.counts.items())),
        **facts(world, tally, planted),
    )  # fmt: skip
    truth.save(folder)
    return truth


def _check(folder: Path, accounts: int, months: int) -> None:
    if accounts < 1 or months < 1:
        raise ValueError(f"simulate(accounts={accounts}, months={months}): both must be at least 1")
    if folder.exists() and any(folder.iterdir()):
        raise SimulationFolderError(folder=folder.name)


def _write_blocks(
    writer: Writer, accounts: int, seed: int, clock: Clock, world: World, progress: Progress | None
) -> Tally:
    tally = Tally(clock)
    waiting: list[Tables] = []
    n_blocks = -(-accounts // BLOCK)
    for number in range(n_blocks):
        _tell(progress, text(N_("simulating accounts")), number * BLOCK, accounts)
        block = draw_block(seed, number, min(BLOCK, accounts - number * BLOCK), clock, world)
        made = tables(block, writer.dirt, np.random.default_rng([seed, _DIRT_STREAM, number]))
        tally.add(made)
        waiting.append(made)
        last = number == n_blocks - 1
        if last or (writer.form == "parquet" and len(waiting) == BLOCKS_PER_PART):
            writer.write(Tables.together(waiting))
            waiting = []
    _tell(progress, text(N_("simulating accounts")), accounts, accounts)
    return tally


def _tell(progress: Progress | None, what: str, done: int, total: int | None) -> None:
    if progress is not None:
        progress(what, done, total)
