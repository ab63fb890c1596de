"""Credit: which touches deserve how much of the conversions, under every model beside the others."""

from tabiji.metrics.credit.costs import Costs, Spend
from tabiji.metrics.credit.question import credit
from tabiji.metrics.credit.result import CreditResult, KeyCredit
from tabiji.metrics.credit.work import Options

__all__ = ["Costs", "CreditResult", "KeyCredit", "Options", "Spend", "credit"]
