"""The picture of credit: places, lines, names."""

from xml.etree import ElementTree

from credit_world import ask, history
from tabiji.charts.credit import _frame, draw_credit, leading, places, return_bar

EVENTS = [
    *history(0, (0, "lead"), (1, "a"), (2, "b"), (3, "b"), (4, "won")),
    *history(1, (0, "lead"), (1, "a"), (2, "c"), (3, "won")),
    *history(2, (0, "lead"), (1, "won")),
]


def test_places_are_those_among_the_keys_that_are_drawn() -> None:
    found = ask(EVENTS, 3)
    keys = leading(found)
    assert keys[0] == "a" and set(keys) == {"a", "b", "c"}  # d has no credit, and no touch is nobody's
    of = places(found, keys)
    models = list(found.models)
    assert of["a"][models.index("first")] == 1 and of["a"][models.index("last")] == 3
    assert all(sorted(of[k][m] for k in keys) == [1, 2, 3] for m in range(len(models)))


def test_the_picture_is_well_formed_and_names_every_key_twice() -> None:
    found = ask(EVENTS, 3)
    drawing = draw_credit(found, "en")
    root = ElementTree.fromstring(drawing.svg)
    words = [e.text for e in root.iter("{http://www.w3.org/2000/svg}text")]
    assert words.count("a") == words.count("b") == words.count("c") == 2
    assert "First touch" in words and len(root.findall("{http://www.w3.org/2000/svg}g")) == 3
    assert "style=" not in drawing.svg


def test_nobody_is_drawn_where_nothing_was_touched() -> None:
    assert "<path" not in draw_credit(ask(history(0, (0, "lead"), (1, "won")), 1)).svg


def test_a_return_of_nothing_lies_on_the_ground_line() -> None:
    assert 'cx="65"' in return_bar(0.0, None, None, 10.0) and "stroke-linecap" not in return_bar(0.0, None, None, 10.0)
    assert 'cx="4"' in return_bar(-1.0, -1.0, -0.5, 10.0)


def test_the_picture_of_all_models_fits_a_page_of_1280_and_cuts_no_name_of_a_model() -> None:
    found = ask(EVENTS, 3)
    for lang in ("ja", "en"):
        drawing = draw_credit(found, lang)
        words = [e.text or "" for e in ElementTree.fromstring(drawing.svg).iter("{http://www.w3.org/2000/svg}text")]
        assert len(found.models) >= 10 and drawing.width <= 1042
        assert not any("…" in w for w in words)


def test_names_take_the_room_that_they_need_and_are_shortened_beyond_the_most() -> None:
    short, long = _frame(["a"], ["x", "y"]), _frame(["インサイドセールスの電話" * 3], ["x", "y"])
    assert short.side < long.side == 170
