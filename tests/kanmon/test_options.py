"""Options every command shares."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from kanmon.options import format_option, output_option


@click.command()
@format_option("text", "html", "docx")
@output_option()
def show(fmt: str, output: str) -> None:
    """Print which format was chosen."""
    click.echo(f"{fmt} {output}")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(show, arguments)


@pytest.mark.parametrize(
    ("arguments", "fmt"),
    [
        ([], "text"),
        (["-o", "a"], "text"),
        (["-o", "a.txt"], "text"),
        (["-o", "-"], "text"),
        (["-o", "結果.docx"], "docx"),
        (["-o", str(Path("folder.docx", "A.HTML"))], "html"),
        (["-o", "a.docx", "-f", "html"], "html"),
        (["-f", "text", "-o", "a.xlsx"], "text"),
    ],
)
def test_ending_of_the_output_gives_the_format(arguments: list[str], fmt: str) -> None:
    """-o 結果.docx writes a Word file; -f always wins."""
    assert run(*arguments).output.split()[0] == fmt


def test_a_workbook_this_command_cannot_write_is_refused() -> None:
    """A text under the name of a workbook would not open in Excel."""
    result = run("-o", "a.xlsx")
    assert result.exit_code == 2
    assert "xlsx では出せません（text、html、docx）" in result.output
