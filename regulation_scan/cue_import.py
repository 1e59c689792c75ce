"""The official manual's keyword annex (CSV or Excel) turned into a cue file of ours."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kanmon.errors import InputError
from kanmon.source import SourceRef
from regulation_scan.model import CATEGORIES

_CATEGORY_HEADINGS = ("区分", "規制区分", "項目", "規制項目", "アナログ規制")
_WORD_HEADINGS = ("キーワード", "語", "検索語", "検索キーワード")
_TYPE_HEADINGS = ("類型",)
_ALIASES = {
    "目視規制": "目視",
    "実地監査規制": "実地監査",
    "定期検査・点検規制": "定期検査・点検",
    "定期検査点検": "定期検査・点検",
    "常駐・専任規制": "常駐・専任",
    "常駐専任": "常駐・専任",
    "対面講習規制": "対面講習",
    "書面掲示規制": "書面掲示",
    "往訪閲覧・縦覧規制": "往訪閲覧・縦覧",
    "往訪閲覧縦覧": "往訪閲覧・縦覧",
    "FD": "FD等記録媒体",
    "FD等": "FD等記録媒体",
    "記録媒体": "FD等記録媒体",
}
_MAX_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class Keyword:
    """One line of the annex."""

    category: str
    type_ja: str
    word: str


def read_keywords(path: Path) -> tuple[Keyword, ...]:
    """Return the keywords of a CSV (UTF-8 or CP932) or xlsx file, in file order, each once.

    Raises:
        InputError: unreadable, without the columns 区分 and キーワード, or with an unknown 区分.
    """
    where = SourceRef(str(path))
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"開けません: {error.strerror}", where=where) from error
    if len(data) > _MAX_BYTES:
        raise InputError("ファイルが大きすぎます", where=where)
    lines = _xlsx_lines(data, where) if data[:2] == b"PK" else _csv_lines(data, where)
    start, columns = _header(lines, where)
    found: dict[Keyword, None] = {}
    for number, line in enumerate(lines[start + 1 :], start + 2):
        word = _cell(line, columns["word"])
        if not word:
            continue
        label = _cell(line, columns["category"])
        category = _ALIASES.get(label, label)
        if category not in CATEGORIES:
            hint = "区分: " + "、".join(CATEGORIES)
            raise InputError(
                f"区分 {label!r} はありません", where=where.at(f"row {number}"), hint=hint
            )
        type_ja = _cell(line, columns["type"]) if "type" in columns else ""
        for single in word.replace("、", "\n").replace(",", "\n").split("\n"):
            if single.strip():
                found[Keyword(category, type_ja, single.strip())] = None
    if not found:
        raise InputError("キーワードが一つもありません", where=where)
    return tuple(found)


def cue_file_text(keywords: Sequence[Keyword], *, source: str, version: str) -> str:
    """Return a cue file (YAML) that flags each keyword where it stands in the main predicate.

    The sentences under ``matches`` and ``not_matches`` are placeholders built from the word; the
    city replaces them by its own. Keywords say nothing about context, hence low confidence.
    """
    cues = [
        {
            "id": f"annex-{number}",
            "category": item.category,
            **({"type": item.type_ja} if item.type_ja else {}),
            "words": [item.word],
            "accept": ["main"],
            "confidence": "low",
            "reason": f"マニュアルのキーワード「{item.word}」が述語にかかっている",
            "matches": [f"市長は、{item.word}を行わなければならない。"],
            "not_matches": [f"この条例において「{item.word}」とは、別に定めるものをいう。"],
        }
        for number, item in enumerate(keywords, 1)
    ]
    categories = list(dict.fromkeys(item.category for item in keywords))
    body: Mapping[str, Any] = {
        "categories": categories,
        "version": version,
        "source": source,
        "cues": cues,
    }
    return yaml.safe_dump(dict(body), allow_unicode=True, sort_keys=False, width=200)


def _csv_lines(data: bytes, where: SourceRef) -> list[list[str]]:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = data.decode(encoding)
            return [list(line) for line in csv.reader(io.StringIO(text))]
        except (UnicodeDecodeError, csv.Error):
            continue
    hint = "UTF-8 か Shift_JIS の CSV、または xlsx を渡してください"
    raise InputError("文字コードが分かりません", where=where, hint=hint)


def _xlsx_lines(data: bytes, where: SourceRef) -> list[list[str]]:
    import zipfile

    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise InputError("Excel として読めません", where=where) from error
    try:
        return [
            ["" if cell is None else str(cell) for cell in line]
            for line in book.worksheets[0].iter_rows(values_only=True)
        ]
    finally:
        book.close()


def _header(lines: Sequence[Sequence[str]], where: SourceRef) -> tuple[int, dict[str, int]]:
    """Return the heading line (a title may stand above it) and the columns found in it."""
    names = {"category": _CATEGORY_HEADINGS, "word": _WORD_HEADINGS, "type": _TYPE_HEADINGS}
    for number, line in enumerate(lines[:20]):
        cells = [cell.strip() for cell in line]
        columns = {
            key: next(cells.index(label) for label in labels if label in cells)
            for key, labels in names.items()
            if any(label in cells for label in labels)
        }
        if "category" in columns and "word" in columns:
            return number, columns
    hint = "見出しの行に「区分」と「キーワード」を入れてください"
    raise InputError("区分とキーワードの列がありません", where=where, hint=hint)


def _cell(line: Sequence[str], index: int) -> str:
    return line[index].strip() if index < len(line) else ""
