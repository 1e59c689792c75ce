"""Print docs/cli.md from the live help; ``make docs`` redirects it."""

import os

import click

# The page must not depend on the terminal or the machine it was made on.
os.environ["COLUMNS"] = "100"


def pages(command: click.Command, names: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return (full name, help text) of a command and everything below it, parents first."""
    context = click.Context(command, info_name=" ".join(names), max_content_width=100)
    found = [(" ".join(names), command.get_help(context))]
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None and not child.hidden:
                found += pages(child, (*names, name))
    return found


def reference() -> str:
    """Return the whole page."""
    from kanmon.cli import cli

    lines = [
        "# Commands",
        "",
        "The live `--help` of every command, written by `make docs`; a test keeps it true.",
        "Exit codes: 0 done, 2 wrong usage, 3 input or setting not usable, 4 a service or the",
        "store does not answer, 10 findings at `--fail-on` or above, 130 interrupted, 1 a bug.",
        "",
    ]
    for name, text in pages(cli, ("kanmon",)):
        lines += [f"## {name}", "", "```text", text.rstrip(), "```", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    print(reference(), end="")
