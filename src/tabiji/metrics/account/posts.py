"""What somebody does, from a title and a department that often say the same: 経理部 and 経理課長, IT and Head of IT."""

import re

from tabiji.i18n import N_, text

STEM = 6  # letters that words of one stem begin with (Accounting, Accountant)
_UNIT = re.compile(r"(本部|事業部|部門|部|課|室|グループ|チーム|\s+(department|dept\.?|division|team|group))$", re.I)


def post(title: str | None, department: str | None, lang: str | None = None) -> str:
    """Title and department as one text, each said once: where one contains the other only the fuller one stands."""
    title, department = (title or "").strip(), (department or "").strip()
    if not title or not department:
        return title or department
    low, of = title.casefold(), department.casefold()
    if low in of:
        return department
    if _within(_UNIT.sub("", of) or of, low):
        return title
    return text(N_("{title}, {department}"), lang, title=title, department=department)


def _within(unit: str, title: str) -> bool:
    if not unit.isascii():
        return unit in title
    words = re.findall(r"[a-z]+", title)
    return bool(re.search(rf"\b{re.escape(unit)}\b", title)) or (
        unit.isalpha() and len(unit) >= STEM and any(w.startswith(unit[:STEM]) for w in words)
    )
