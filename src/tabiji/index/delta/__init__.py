"""What came after the base was built: added on disk as one sorted tier, laid over the touched units when it is opened."""

from tabiji.index.delta.appending import append_delta
from tabiji.index.delta.opening import lay_over

__all__ = ["append_delta", "lay_over"]
