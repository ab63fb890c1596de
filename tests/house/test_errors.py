import json

import pytest

from tabiji.errors import THINGS, NotFoundError, TabijiError, nearest_hint
from tabiji.i18n import text


def every_error(kind: type[TabijiError] = TabijiError) -> list[type[TabijiError]]:
    return [kind, *(e for child in kind.__subclasses__() for e in every_error(child))]


def test_one_json_shape() -> None:
    error = NotFoundError("map", "new-busines", ["new-business", "deals"])
    assert json.loads(json.dumps(error.to_dict())) == {
        "error": {
            "code": "not_found",
            "message": "there is no map 'new-busines'; did you mean 'new-business'?",
            "details": {"what": "map", "name": "new-busines", "hint": "; did you mean 'new-business'?"},
        }
    }


def test_without_a_near_name_it_says_what_there_is() -> None:
    assert (
        nearest_hint("商談ＩＤ", ["商談名", "商談ID"]) == "; did you mean '商談ID'?"
    )  # not the one that looks more alike
    assert nearest_hint("LOST", ["most", "lost"]) == "; did you mean 'lost'?"
    assert nearest_hint("x", ["alpha", "beta"]) == "; there is: alpha, beta"
    assert nearest_hint("x", []) == ""


def test_codes_are_unique_and_every_error_says_its_remedy() -> None:
    kinds = every_error()
    codes = [k.code for k in kinds if "code" in vars(k)]
    assert len(codes) == len(set(codes))
    assert [k.__name__ for k in kinds if not (k.__doc__ or "").strip()] == []


@pytest.mark.parametrize("what", THINGS)
def test_what_is_missing_is_named_in_the_language_of_the_reader(what: str) -> None:
    error = NotFoundError(what, "x")
    assert error.render("en") == f"there is no {what} 'x'"
    assert error.render("ja") == f"{text(what, 'ja')} 'x' はありません"
    assert what == "KPI" or text(what, "ja") != what
    assert error.details["what"] == what
