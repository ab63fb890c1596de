from pathlib import Path

import pytest

from tabiji.settings import SettingError, load_settings


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
    ],
)
def test_a_setting_that_cannot_be_used_says_what_would_work(tmp_path: Path, written: str, message: str) -> None:
    file = tmp_path / "tabiji.toml"
    file.write_text(written)
    with pytest.raises(SettingError) as caught:
        load_settings(file, {})
    assert caught.value.render("en") == message
