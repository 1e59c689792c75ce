"""Documents that cannot drift from the program."""

import ast
import importlib
import importlib.util
import inspect
import os
import pkgutil
import re
import runpy
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import kanmon.errors
from kanmon.declared_settings import all_settings
from kanmon.errors import ToolError
from kanmon.locale.messages import CATALOGUE, compile_messages

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PACKAGES = ("kanmon", "csirt", "policy", "regulation_scan", "training")


def all_docs() -> str:
    pages = [*DOCS.glob("*.md"), ROOT / "README.md", ROOT / "README.ja.md"]
    return "\n".join(page.read_text("utf-8") for page in sorted(pages))


def test_the_command_reference_is_the_live_help() -> None:
    """docs/cli.md は今の --help と一字一句同じである（違うときは make docs）。"""
    module = runpy.run_path(str(DOCS / "make_cli.py"))
    assert (DOCS / "cli.md").read_text("utf-8") == module["reference"]()


def test_every_command_is_in_japanese() -> None:
    """どのコマンドの説明も日本語で書かれている。"""
    module = runpy.run_path(str(DOCS / "make_cli.py"))
    from kanmon.cli import cli

    english = [
        name
        for name, text in module["pages"](cli, "kanmon")
        if not re.search("[ぁ-んァ-ン]", text.split("\n\n")[1])
    ]
    assert english == []


def test_every_option_is_explained() -> None:
    """どのオプションにも説明が付いている。"""
    import click

    from kanmon.cli import cli

    def walk(command: click.Command, name: str) -> list[str]:
        bare = [
            f"{name} {option.opts[0]}"
            for option in command.params
            if isinstance(option, click.Option) and not option.help and not option.hidden
        ]
        if isinstance(command, click.Group):
            context = click.Context(command)
            for child in command.list_commands(context):
                found = command.get_command(context, child)
                assert found is not None, child
                bare += walk(found, f"{name} {child}")
        return bare

    assert walk(cli, "kanmon") == []


def test_every_error_is_documented() -> None:
    """どのエラーも終了コードとともに operations に書かれている。"""
    text = (DOCS / "operations.md").read_text("utf-8")
    for name, kind in inspect.getmembers(kanmon.errors, inspect.isclass):
        if issubclass(kind, ToolError):
            assert f"`{name}`" in text, name


def test_every_setting_is_documented() -> None:
    """どの設定も docs/settings.md に載っている（違うときは make docs）。"""
    module = runpy.run_path(str(DOCS / "make_settings.py"))
    assert (DOCS / "settings.md").read_text("utf-8") == module["reference"]()
    assert len(all_settings()) == len({setting.key for setting in all_settings()})


def test_both_readmes_run_the_same_commands() -> None:
    """英語と日本語の README は同じコマンドを案内する。"""
    blocks = [
        re.findall(r"```(?:sh|console)\n(.*?)```", (ROOT / name).read_text("utf-8"), re.S)
        for name in ("README.md", "README.ja.md")
    ]

    def commands(texts: list[str]) -> list[str]:
        return [line.split("#")[0].strip() for text in texts for line in text.splitlines()]

    assert commands(blocks[0]) == commands(blocks[1])
    assert "make demo" in commands(blocks[0])
    assert "make test" in commands(blocks[0])


def test_one_range_of_pythons_is_promised() -> None:
    """使える Python の版は、README・Makefile・パッケージのどれでも同じである。"""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    bounds = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", project["requires-python"])
    assert bounds is not None
    first, last = int(bounds[1]), int(bounds[2]) - 1
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert f"(3, {first}) <= sys.version_info[:2] <= (3, {last})" in makefile
    assert makefile.count(f"Python 3.{first}〜3.{last}") == 2
    assert f"Python 3.{first} to 3.{last}" in (ROOT / "README.md").read_text("utf-8")
    assert f"Python 3.{first}〜3.{last}" in (ROOT / "README.ja.md").read_text("utf-8")


def test_the_catalogue_is_what_its_source_says() -> None:
    """click の日本語メッセージは元の表から作ったものと一致する。"""
    assert CATALOGUE.read_bytes() == compile_messages()


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_links_between_documents_lead_somewhere(page: Path) -> None:
    """文書の中のリンクは実在するファイルを指す。"""
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), f"{page.name}: {target}"


def modules() -> list[str]:
    found = []
    for name in PACKAGES:
        package = importlib.import_module(name)
        found.append(name)
        found += [
            item.name
            for item in pkgutil.walk_packages(package.__path__, f"{name}.")
            if not item.name.endswith("__main__")
        ]
    return found


@pytest.mark.parametrize("name", modules())
def test_every_public_name_has_a_docstring(name: str) -> None:
    """公開されている関数とクラスには、何を返すかの説明がある。"""
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    tree = ast.parse(Path(spec.origin).read_text("utf-8"))
    assert ast.get_docstring(tree), name
    bare = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert bare == []


def readme_commands() -> list[str]:
    text = (ROOT / "README.md").read_text("utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.S)
    return [line for block in blocks for line in block.splitlines() if line.startswith("kanmon ")]


@pytest.mark.slow
@pytest.mark.parametrize("command", readme_commands())
def test_readme_commands_run(command: str, tmp_path: Path) -> None:
    """README に書いたコマンドは、そのまま実行できる。"""
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    kanmon = Path(sys.executable).parent / "kanmon"
    done = subprocess.run(
        [str(kanmon), *shlex.split(command)[1:]],
        cwd=tmp_path,
        env={**os.environ, "KANMON_STORE": str(tmp_path / "s.db")},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    named = re.search(r"-o (\S+)", command)
    assert done.stdout if named is None else (tmp_path / named[1]).stat().st_size > 0
