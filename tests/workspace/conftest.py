"""The cast of the pages, for tests that change it."""

from web_cast import cast_folder, ws

__all__ = ["cast_folder", "ws"]
