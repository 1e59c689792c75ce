"""Commands: parse, load, one verb, render, exit code."""

import click


@click.group()
def cli() -> None:
    """誰がどの研修をいつまでに受けるかを決め、証跡を残す。"""
