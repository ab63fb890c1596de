"""The cast of the pages."""

from web_cast import cast_folder, client, filled, filled_folder, reader, workspace, ws

__all__ = ["cast_folder", "client", "filled", "filled_folder", "reader", "workspace", "ws"]
