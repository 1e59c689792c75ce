"""Print docs/cli.md from the live help; ``make docs`` redirects it."""

import os

import click

# The page must not depend on the terminal or the machine it was made on.
os.environ["COLUMNS"] = "100"


def pages(
    command: click.Command, name: str, parent: click.Context | None = None
) -> list[tuple[str, str]]:
    """Return (full name, help text) of a command and everything below it, parents first."""
    settings = {"max_content_width": 100, **command.context_settings}
    context = click.Context(command, info_name=name, parent=parent, **settings)
    # A command that was run before, under another parent, remembers that parent's help option.
    command._help_option = None
    found = [(context.command_path, command.get_help(context))]
    if isinstance(command, click.Group):
        for child_name in command.list_commands(context):
            child = command.get_command(context, child_name)
            if child is not None and not child.hidden:
                found += pages(child, child_name, context)
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
    for name, text in pages(cli, "kanmon"):
        lines += [f"## {name}", "", "```text", text.rstrip(), "```", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    print(reference(), end="")
