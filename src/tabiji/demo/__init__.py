"""A simulated vendor with planted truth, and a workspace that is alive with it."""

from tabiji.demo.export.dirt import CLEAN, DIRTY, Dirt
from tabiji.demo.run import prepare
from tabiji.demo.simulate import simulate
from tabiji.demo.truth import Truth

__all__ = ["CLEAN", "DIRTY", "Dirt", "Truth", "prepare", "simulate"]
