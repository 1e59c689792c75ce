"""Reminder letters into a folder, all or none."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from kanmon.errors import ConfigError, InputError
from kanmon.output import check_output, write_output
from kanmon.report import Column, Report, Table
from kanmon.session import Session
from kanmon.source import SourceRef
from training.duties import ask
from training.export import to_cp932
from training.ladder import climb
from training.letters import Letter, Sender, mail_bytes, write_letters
from training.opening import Day, known, read_training, standings_on
from training.settings import CONTACT, MAIL_FROM


def write_reminders(
    session: Session, day: date, folder: Path, *, templates: Path | None, encoding: str
) -> tuple[int, int]:
    """Write the letters due on ``day``; return how many, and how many lack an address.

    Raises:
        InputError: the folder holds something already, or cannot be written.
        ConfigError: the programme has no ladder, a template or the sender is wrong.
    """
    where = SourceRef(str(folder))
    if folder.exists() and any(folder.iterdir()):
        hint = "前の督促文と混ざらないよう、新しいフォルダーを指定してください"
        raise InputError("フォルダーが空ではありません", where=where, hint=hint)
    check_output(str(folder))
    with read_training(session) as store:
        knowledge = known(session, store, Day(day))
    if not knowledge.catalogue.ladder:
        raise ConfigError("研修プログラムに ladder（督促の段階）がありません", where=where)
    items = standings_on(session, knowledge, Day(day))
    question = ask(knowledge, day)
    notices = climb(question, items, knowledge.catalogue.ladder)
    sender = Sender(session.config.get(MAIL_FROM), session.config.get(CONTACT))
    letters = write_letters(question, notices, items, sender.contact, templates)
    mails = [(letter.file, mail_bytes(letter, sender, day)) for letter in letters]
    table = merge_table(letters, encoding)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise InputError(f"フォルダーを作れません: {error.strerror}", where=where) from error
    for name, data in mails:
        write_output(data, str(folder / name))
    write_output(table, str(folder / "mailmerge.csv"))
    return len(letters), sum(1 for letter in letters if not letter.address)


def merge_table(letters: Iterable[Letter], encoding: str) -> bytes:
    """Return the mail-merge csv; cells that Excel would run as formulas are made text."""
    from kanmon.render.render import render

    columns = tuple(
        Column(key, label)
        for key, label in (
            ("rung", "段階"),
            ("number", "職員番号"),
            ("name", "氏名"),
            ("address", "メールアドレス"),
            ("section", "所属"),
            ("subject", "件名"),
            ("body", "本文"),
            ("file", "ファイル"),
        )
    )
    rows = tuple(
        (m.rung, m.number, m.name, m.address, m.section, m.subject, m.body, m.file) for m in letters
    )
    report = Report(title="督促", blocks=(Table("letters", "督促", columns, rows),))
    data = render(report, "csv")
    return to_cp932(data.decode("utf-8-sig"))[0] if encoding == "cp932" else data
