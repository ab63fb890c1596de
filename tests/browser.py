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


CONTRAST = """() => {
  const rgb = (c) => { const m = c.match(/[\\d.]+/g).map(Number); return m.length === 3 ? [...m, 1] : m; };
  const over = (a, b) => [0, 1, 2].map((i) => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
  const lum = (c) => { const f = c.slice(0, 3).map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * f[0] + 0.7152 * f[1] + 0.0722 * f[2]; };
  const behind = (e) => { const layers = []; for (let n = e; n; n = n.parentElement) layers.push(rgb(getComputedStyle(n).backgroundColor));
    return layers.reverse().reduce((below, above) => over(above, below), [255, 255, 255, 1]); };
  const bad = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement, text = walk.currentNode.textContent.trim();
    if (!text || e.closest('script, noscript, select, svg, .unseen, .skip') || !e.checkVisibility()) continue;
    const style = getComputedStyle(e), back = behind(e), front = over(rgb(style.color), back);
    const [a, b] = [lum(front), lum(back)].sort((x, y) => y - x), ratio = (a + 0.05) / (b + 0.05);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) bad.push(`${text.slice(0, 30)}: ${ratio.toFixed(2)}`);
  }
  return bad;
}"""
