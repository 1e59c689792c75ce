"""Commands: parse, load, one verb, render, exit code."""

import click


@click.group()
def cli() -> None:
    """情報セキュリティポリシーを国のガイドラインと突き合わせる。"""
