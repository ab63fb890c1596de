"""Title and department said once."""

import pytest

from tabiji.metrics.account.posts import post


@pytest.mark.parametrize(
    ("title", "department", "ja", "en"),
    [
        ("経理課長", "経理部", "経理課長", "経理課長"),
        ("情報システム課長", "情報システム部", "情報システム課長", "情報システム課長"),
        ("管理本部長", "管理本部", "管理本部長", "管理本部長"),
        ("代表取締役社長", "経営", "経営 代表取締役社長", "代表取締役社長, 経営"),
        ("課長", "経理部", "経理部 課長", "課長, 経理部"),
        ("Head of IT", "IT", "Head of IT", "Head of IT"),
        ("Accountant", "Accounting", "Accountant", "Accountant"),
        ("Sales representative", "Sales department", "Sales representative", "Sales representative"),
        ("Senior buyer", "Purchasing", "Purchasing Senior buyer", "Senior buyer, Purchasing"),
        ("Editor", "IT", "IT Editor", "Editor, IT"),  # the letters alone say nothing
        ("Head", "Head office", "Head office", "Head office"),
        ("Head", None, "Head", "Head"),
        (None, "IT", "IT", "IT"),
        (" ", "", "", ""),
    ],
)
def test_what_both_say_is_said_once(title: str | None, department: str | None, ja: str, en: str) -> None:
    assert (post(title, department, "ja"), post(title, department, "en")) == (ja, en)
