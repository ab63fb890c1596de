from dataclasses import fields
from pathlib import Path

import pytest

from tabiji.settings import RANGES, SettingError, Settings, SettingsFileError, load_settings


def test_flags_win_over_environment_over_file_over_default(tmp_path: Path) -> None:
    file = tmp_path / "tabiji.toml"
    file.write_text('min_n = 20\nhorizon_days = 90\ncurrency = "USD"\n')
    settings = load_settings(file, {"TABIJI_MIN_N": "30", "TABIJI_HORIZON_DAYS": "60"}, horizon_days=45)
    assert (settings.currency, settings.min_n, settings.horizon_days, settings.language) == ("USD", 30, 45, "ja")


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("horizn_days = 9", "setting 'horizn_days' in tabiji.toml: unknown; did you mean 'horizon_days'?"),
        ('min_n = "ten"', "setting 'min_n' in tabiji.toml: 'ten' is not a whole number"),
        (
            'timezone = "Asia/Tokio"',
            "setting 'timezone' in tabiji.toml: 'Asia/Tokio' is unknown; did you mean 'Asia/Tokyo'?",
        ),
        ('timezone = "?"', "setting 'timezone' in tabiji.toml: '?' is unknown; did you mean 'Asia/Tokyo'?"),
        ("min_n = -3", "setting 'min_n' in tabiji.toml: -3 is outside 1–1000000"),
        ("min_n = 1.7", "setting 'min_n' in tabiji.toml: 1.7 is not a whole number"),
        ("threads = true", "setting 'threads' in tabiji.toml: True is not a whole number"),
        ("horizon_days = 0", "setting 'horizon_days' in tabiji.toml: 0 is outside 1–3650"),
        ('language = "fr"', "setting 'language' in tabiji.toml: 'fr' is not one of: ja, en"),
    ],
)
def test_a_setting_that_cannot_be_used_says_what_would_work(tmp_path: Path, written: str, message: str) -> None:
    file = tmp_path / "tabiji.toml"
    file.write_text(written)
    with pytest.raises(SettingError) as caught:
        load_settings(file, {})
    assert caught.value.render("en") == message


def test_every_whole_number_has_its_bounds_and_the_defaults_lie_within() -> None:
    whole = {f.name: f.default for f in fields(Settings) if f.type is int}
    assert whole.keys() == RANGES.keys()
    assert all(low <= whole[name] <= high for name, (low, high) in RANGES.items())


def test_a_file_of_settings_that_is_no_toml_says_where(tmp_path: Path) -> None:
    file = tmp_path / "tabiji.toml"
    file.write_text("min_n = 5\nmin_n = 6\n")
    with pytest.raises(SettingsFileError) as caught:
        load_settings(file, {})
    assert caught.value.render("en") == "tabiji.toml cannot be read: Cannot overwrite a value (at line 2, column 10)"


def test_values_of_the_data_have_labels_by_language(tmp_path: Path) -> None:
    file = tmp_path / "tabiji.toml"
    file.write_text('[labels.region]\n"東京都" = {en = "Tokyo"}\n', "utf-8")
    settings = load_settings(file, {"TABIJI_LABELS": "x"})
    assert [settings.label("region", "東京都", lang) for lang in ("en", "ja")] == ["Tokyo", "東京都"]
    assert (settings.label("region", "大阪府", "en"), settings.label("country", "東京都", "en")) == ("大阪府", "東京都")
    assert (settings.label("region", None, "en"), Settings().label("region", "東京都", "en")) == ("", "東京都")


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("labels = 3", "setting 'labels' in tabiji.toml: 3 is not a table"),
        ("[labels.regoin]\nx = {en = 'y'}", "setting 'labels.regoin' in tabiji.toml: unknown; did you mean 'region'?"),
        ("[labels.region]\nx = 'y'", "setting 'labels.region.x' in tabiji.toml: 'y' is not a table"),
        (
            "[labels.region]\nx = {fr = 'y'}",
            'setting \'labels.region.x.fr\' in tabiji.toml: write texts by language: ja = "…", en = "…"',
        ),
    ],
)
def test_a_label_that_cannot_be_used_says_what_would_work(tmp_path: Path, written: str, message: str) -> None:
    file = tmp_path / "tabiji.toml"
    file.write_text(written, "utf-8")
    with pytest.raises(SettingError) as caught:
        load_settings(file, {})
    assert caught.value.render("en") == message
