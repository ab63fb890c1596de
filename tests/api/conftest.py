"""The cast of the pages."""

from web_cast import client, filled, filled_folder, reader, workspace

__all__ = ["client", "filled", "filled_folder", "reader", "workspace"]
