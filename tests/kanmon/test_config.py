"""kanmon.toml and the environment."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from kanmon.cli import cli
from kanmon.config import Setting, load_config, template
from kanmon.declared_settings import all_settings
from kanmon.errors import ConfigError

STORE = Setting("store", "path", "kanmon.db", "保存ファイル")
LEVEL = Setting("hunt.jobs", "integer", 2, "並列数")
TAGS = Setting("hunt.tags", "texts", (), "印")
ALL = (STORE, LEVEL, TAGS)


def write(folder: Path, text: str) -> Path:
    path = folder / "kanmon.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    """環境変数で与えた設定は、ファイルの設定に優先する。"""
    path = write(tmp_path, 'store = "a.db"\n[hunt]\njobs = 4\ntags = ["x"]\n')
    config = load_config(ALL, path=path, environ={"KANMON_HUNT_JOBS": "8"})
    assert config.get(LEVEL) == 8
    assert config.get(TAGS) == ("x",)
    assert config.path_of(STORE) == tmp_path / "a.db"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("[hunt]\njbos = 1\n", "hunt.jbos", "hunt.jobs"),
        ('[hunt]\njobs = "二"\n', "hunt.jobs", "2"),
        ("[hunt]\njobs = true\n", "hunt.jobs", "2"),
        ("[hunt]\ntags = [1]\n", "hunt.tags", ""),
        ("[hunt\n", "TOML", "UTF-8"),
    ],
)
def test_a_wrong_setting_is_named_with_a_way_out(
    tmp_path: Path, text: str, message: str, hint: str
) -> None:
    """設定の誤りは、どの設定かと直し方を添えて断る。"""
    with pytest.raises(ConfigError, match=message) as caught:
        load_config(ALL, path=write(tmp_path, text), environ={})
    assert hint in caught.value.hint
    assert "kanmon.toml" in str(caught.value)


@pytest.mark.parametrize(("name", "value"), [("KANMON_HUNT_JOBS", "many")])
def test_a_wrong_environment_variable_is_named(name: str, value: str) -> None:
    """環境変数の誤りも変数名を示す。"""
    with pytest.raises(ConfigError) as caught:
        load_config(ALL, environ={name: value})
    assert name in str(caught.value)


def test_the_template_sets_nothing_and_explains_everything(tmp_path: Path) -> None:
    """kanmon init の雛形は、そのまま使っても既定のままで、全設定の説明がある。"""
    settings = all_settings()
    text = template(settings)
    assert load_config(settings, path=write(tmp_path, text), environ={}).values == {}
    for setting in settings:
        assert setting.help_ja.splitlines()[0] in text


def test_every_setting_can_be_uncommented(tmp_path: Path) -> None:
    """雛形の設定行は、# を外すとそのまま正しい設定になる。"""
    settings = all_settings()
    lines = []
    for line in template(settings).splitlines():
        body = line.removeprefix("# ")
        is_setting = line.startswith("# ") and (
            " = " in body or body.startswith(("[", "{", "]", "}"))
        )
        lines.append(body if is_setting else line)
    values = load_config(settings, path=write(tmp_path, "\n".join(lines)), environ={}).values
    assert {setting.key for setting in settings} == set(values)


def test_init_does_not_overwrite(tmp_path: Path) -> None:
    """既にある設定ファイルは上書きしない。"""
    runner = CliRunner()
    assert runner.invoke(cli, ["init", str(tmp_path)]).exit_code == 0
    before = (tmp_path / "kanmon.toml").read_bytes()
    result = runner.invoke(cli, ["init", str(tmp_path)])
    assert result.exit_code == 3
    assert "既にあります" in result.output
    assert (tmp_path / "kanmon.toml").read_bytes() == before
