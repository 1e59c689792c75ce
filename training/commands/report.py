"""``training report``."""

from datetime import date

import click

from kanmon.options import format_option, output_option
from kanmon.session import Session
from training.options import (
    anonymise_option,
    as_of_option,
    encoding_option,
    known_on_option,
    year_option,
)

KINDS = {
    "sections": "課別の受講状況と名簿（情報セキュリティ管理者）",
    "executive": "幹部向けの一枚（部局別・年度の推移）",
    "committee": "情報セキュリティ委員会への年度報告",
    "my-number": "番号法の年次一覧（特定個人情報ファイルを扱う全員）",
    "makeup": "未受講者と再受講の機会",
    "drill": "標的型メール訓練の結果",
    "exercise": "緊急時対応訓練の記録",
    "skills": "能力の表（役割 × 能力 × 水準と科目）",
    "evidence": "監査の証跡（記録の鎖・規則の版・免除）",
}


@click.command(epilog="KIND: " + "、".join(f"{kind} {text}" for kind, text in KINDS.items()))
@click.argument("kind", type=click.Choice(tuple(KINDS)))
@as_of_option()
@known_on_option()
@year_option()
@click.option("--section", help="この所属（下の所属を含む）だけ。名前かコード。")
@anonymise_option()
@encoding_option()
@format_option()
@output_option()
@click.pass_obj
def report(
    session: Session,
    kind: str,
    as_of: date | None,
    known_on: date | None,
    year: int | None,
    section: str | None,
    anonymise: bool,
    encoding: str,
    fmt: str,
    output: str,
) -> None:
    """KIND の報告書を作る。幹部向け・委員会・訓練の報告書には氏名が入らない。

    csv と jsonl には主な表だけが入る。ほかの表は xlsx・html・docx・json で。
    """
    from kanmon.output import check_output
    from training.export import main_first, write_personal
    from training.opening import Day
    from training.reporting import NAMELESS, build_report

    check_output(output, fmt)
    day = Day(as_of or session.today, known_on, year)
    made = build_report(session, kind, day, section=section, anonymise=anonymise)
    made = main_first(made, fmt, "log" if kind == "evidence" else "sections")
    has_names = not anonymise and kind not in NAMELESS
    write_personal(made, fmt, output, has_names=has_names, encoding=encoding)
