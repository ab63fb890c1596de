"""A real browser on a served workspace. Its tests run where TABIJI_BROWSER_TESTS=1, as .ci/run does."""

import os
import shutil
from dataclasses import dataclass, field

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
allowed = [
    pytest.mark.browser,
    pytest.mark.skipif(
        os.environ.get("TABIJI_BROWSER_TESTS") != "1", reason="needs a browser: set TABIJI_BROWSER_TESTS=1"
    ),
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
]


@dataclass
class Site:
    """A served workspace, and everything that a browser complained about while it was read."""

    address: str
    complaints: list[str] = field(default_factory=list)

    def open(self, page, path: str, lang: str) -> None:
        """Open a page in a language, listening for errors and violations."""
        page.on("console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: self.complaints.append(str(e)))
        page.context.add_cookies([{"name": "tabiji_lang", "value": lang, "url": self.address}])
        page.goto(self.address + path)
        page.evaluate("document.fonts.ready")
