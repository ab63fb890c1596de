"""How groups of `--by` are called on the pages."""

import pytest

from tabiji.i18n import NO_VALUE, use
from tabiji.settings import Settings
from tabiji.web.segments import group_label


@pytest.mark.parametrize(("lang", "label"), [("en", "(none)"), ("ja", "（値なし）")])
@pytest.mark.parametrize("by", ["industry", "size", "employees >= 300"])
def test_a_group_without_a_value_is_named_in_the_reader_s_language(lang: str, label: str, by: str) -> None:
    with use(lang):
        assert group_label(NO_VALUE, by, Settings()) == group_label(None, by, Settings()) == label
        assert group_label("x", by, Settings()) == "x"
