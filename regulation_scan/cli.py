"""Commands: parse, load, one verb, render, exit code."""

import click


@click.group()
def cli() -> None:
    """例規集からアナログ規制の条項を洗い出す。"""
