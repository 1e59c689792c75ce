"""The bones: budgets, layers, start-up time, and what may never be in the tree."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("kanmon", "csirt", "policy", "regulation_scan", "training")
SOURCES = sorted(path for name in PACKAGES for path in (ROOT / name).rglob("*.py"))
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "handler", "service"}

MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 50
MAX_PARAMETERS = 5


def functions(path: Path) -> list[ast.FunctionDef]:
    tree = ast.parse(path.read_text("utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def is_command(node: ast.FunctionDef) -> bool:
    return any("command" in ast.unparse(item) for item in node.decorator_list)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_small(path: Path) -> None:
    """どのファイルも 300 行以内、関数は 50 行・引数 5 個以内に収まっている。"""
    lines = path.read_text("utf-8").count("\n")
    assert lines <= MAX_FILE_LINES, f"{lines} lines"
    for node in functions(path):
        # A command's signature is as long as its options; its body is what must stay short.
        first = node.body[0].lineno if is_command(node) else node.lineno
        length = (node.end_lineno or node.lineno) - first + 1
        assert length <= MAX_FUNCTION_LINES, f"{node.name}: {length} lines"
        given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        count = len([item for item in given if item.arg not in ("self", "cls")])
        assert is_command(node) or count <= MAX_PARAMETERS, f"{node.name}: {count} parameters"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_names_say_what_they_hold(path: Path) -> None:
    """「その他」を意味する名前のファイルはない。"""
    assert path.stem not in VAGUE
    assert not re.search(r"\d{4}", path.stem)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_swallowed(path: Path) -> None:
    """何でも捕まえて黙る except は一つもない。"""
    text = path.read_text("utf-8")
    assert not re.search(r"except (Base)?Exception\b(?!.*raise)|except:", text) or (
        "except BaseException" in text and "raise" in text
    )
    assert "TODO" not in text
    assert not re.search(r"type: ignore(?!\[)", text)


GROUPS = ["", "csirt", "csirt incident", "policy", "regulation", "training"]


@pytest.mark.parametrize("group", GROUPS)
def test_help_imports_nothing_heavy(group: str) -> None:
    """ヘルプを出すだけなら、解析器やデータベースは読み込まない（すぐ出る）。"""
    script = (
        "import sys; sys.argv = ['kanmon', *sys.argv[1:]]\n"
        "from kanmon.cli import cli\n"
        "cli(standalone_mode=False)\n"
        "heavy = {'spacy','ginza','sigma','numpy','elasticsearch','openpyxl','docx','lxml',"
        "'xlsxwriter','jinja2','yaml','evtx','pypdfium2','rich'} & set(sys.modules)\n"
        "print('HEAVY', sorted(heavy), file=sys.stderr)\n"
    )
    command = [sys.executable, "-c", script, *group.split(), "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "HEAVY []" in done.stderr, done.stderr


def test_the_layers_hold() -> None:
    """四つの仕事は互いを呼ばず、共通部分は仕事を知らない（import-linter）。"""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", ["csirt", "policy", "regulation_scan", "training"])
def test_a_job_can_be_removed_and_the_rest_still_runs(name: str, tmp_path: Path) -> None:
    """どの仕事のフォルダーを消しても、残りの仕事は動く。"""
    for other in PACKAGES:
        if other != name:
            (tmp_path / other).symlink_to(ROOT / other)
    script = (
        "from kanmon.cli import cli; from kanmon.declared_settings import all_settings\n"
        "print(len(all_settings())); cli(['--help'])"
    )
    command = [sys.executable, "-S", "-c", script]
    site = [path for path in sys.path if "site-packages" in path]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={"PYTHONPATH": ":".join([str(tmp_path), *site]), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    offered = re.findall(r"^  ([a-z]+) ", done.stdout, re.M)
    jobs = {"csirt", "policy", "regulation", "training"}
    assert jobs - set(offered) == {name.removesuffix("_scan")}


def test_no_machine_is_named_in_the_tree() -> None:
    """特定の機械のパスが文書やコードに残っていない。"""
    listing = subprocess.run(
        ["git", "ls-files", "*.py", "*.md", "*.toml", "Makefile", ".ci/run", "*.sh", "*.yml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode != 0:
        pytest.skip("git の作業フォルダーではない")
    marks = re.compile("/wo" + "rk/|/ro" + "ot/")
    named = [
        name
        for name in listing.stdout.split()
        if (ROOT / name).is_file() and marks.search((ROOT / name).read_text("utf-8"))
    ]
    assert named == []
