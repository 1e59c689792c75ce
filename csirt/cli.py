"""Commands: parse, load, one verb, render, exit code."""

import click


@click.group()
def cli() -> None:
    """ログから攻撃の痕跡を探し、事案として対処する（CSIRT）。"""
