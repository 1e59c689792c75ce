"""Which header means which field: the usual ones, and the city's own from kanmon.toml."""

import difflib
import unicodedata
from collections.abc import Mapping
from typing import Any

from kanmon.config import Config, Setting
from kanmon.errors import ConfigError, InputError
from kanmon.source import SourceRef
from training.sheet import Row, Sheet

STAFF = {
    "number": ("職員番号", "職員コード", "職員No", "職員ID", "個人番号（職員）"),
    "name": ("氏名", "職員氏名", "漢字氏名", "氏名漢字", "名前"),
    "kana": ("カナ", "カナ氏名", "氏名カナ", "フリガナ", "ふりがな", "氏名(カナ)"),
    "email": ("メールアドレス", "メール", "E-mail", "Email", "電子メール"),
    "section_code": ("所属コード", "課コード", "所属CD", "部署コード"),
    "section": ("所属", "所属名", "所属名称", "課名", "課", "部署", "部署名"),
    "department_code": ("部局コード", "部コード"),
    "department": ("部局", "部局名", "部", "部名"),
    "title": ("職位", "職名", "役職", "補職", "補職名"),
    "occupation": ("職種",),
    "employment": ("任用区分", "職員区分", "雇用区分", "任用形態"),
    "appointed": ("発令日", "発令年月日", "所属異動年月日", "異動日", "着任日"),
    "hired": ("採用日", "採用年月日", "任用開始日"),
    "retired": ("退職日", "退職年月日", "任期満了日", "任用終了日"),
    "posting_kind": ("本務兼務", "本兼区分", "兼務区分", "本務・兼務"),
    "concurrent": ("兼務", "兼務所属", "兼務先", "併任"),
    "absence": ("休職区分", "休業区分", "休職等区分", "休職・育休・派遣", "状態", "在職状況"),
    "absence_from": ("休職開始日", "休業開始日", "休職等開始日", "開始日"),
    "absence_to": ("休職終了日", "休業終了日", "休職等終了日", "終了日"),
    "roles": ("役割", "セキュリティ役割", "情報セキュリティ役割"),
    "duties": ("業務", "取扱業務", "担当業務"),
    "systems": ("システム", "利用システム", "担当システム"),
    "information": ("情報区分", "機密性", "取扱情報"),
}
STAFF_REQUIRED = ("number", "name")

SECTION = {
    "code": ("所属コード", "コード", "課コード", "部署コード"),
    "name": ("所属名", "所属", "名称", "課名", "部署名"),
    "parent": ("上位所属コード", "上位コード", "親コード", "部局コード"),
    "position": ("並び順", "組織順", "順", "表示順"),
}
SECTION_REQUIRED = ("code", "name")

COMPLETION = {
    "number": ("職員番号", "受講者ID", "ユーザID", "idnumber", "IDナンバー", "number"),
    "email": ("メールアドレス", "Email", "E-mail", "email", "メール"),
    "course": ("科目ID", "科目", "コース", "コース名", "研修名", "course"),
    "day": ("修了日", "受講日", "完了日", "修了日時", "受講日時", "完了日時", "day"),
    "completed": ("修了", "修了状況", "受講状況", "完了", "ステータス", "completed"),
    "passed": ("合否", "合格", "テスト結果", "passed"),
    "score": ("得点", "点数", "スコア", "score"),
    "note": ("備考", "シナリオ", "メモ", "note"),
}
COMPLETION_REQUIRED = ("day",)

DRILL = {
    "number": ("職員番号", "number"),
    "email": ("メールアドレス", "email", "Email", "E-mail"),
    "status": ("status", "Status", "結果", "状態"),
    "reported": ("reported", "報告", "通報", "Reported"),
    "opened": ("開封", "opened"),
    "clicked": ("クリック", "リンククリック", "clicked"),
    "submitted": ("入力", "情報入力", "送信", "submitted"),
    "day": ("send_date", "配信日", "送信日", "配信日時", "送信日時"),
    "campaign": ("campaign_id", "訓練名", "訓練ID", "campaign"),
}
DRILL_REQUIRED = ()

Fields = Mapping[str, tuple[str, ...]]
"""Field to the headers of this sheet that hold it, in sheet order."""


def folded(header: str) -> str:
    """Return a header as compared: NFKC, no white space, no case."""
    return "".join(unicodedata.normalize("NFKC", header).split()).casefold()


def field_headers(config: Config, setting: Setting, known: Mapping[str, tuple[str, ...]]) -> Fields:
    """Return the headers that stand for each field: the city's own first, then the usual ones.

    Raises:
        ConfigError: kanmon.toml names a field there is not, or gives no text.
    """
    merged = dict(known)
    where = SourceRef(str(config.path or "kanmon.toml"), setting.key)
    for field, value in _table(config.get(setting), where).items():
        if field not in known:
            near = difflib.get_close_matches(field, known, n=1)
            hint = f"もしかして: {near[0]}" if near else "使える項目: " + "、".join(sorted(known))
            raise ConfigError(f"列の項目 {field} はありません", where=where, hint=hint)
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise ConfigError(f"{field} には見出しの文字列を書きます", where=where)
        merged[field] = (*names, *known[field])
    return merged


def _table(value: Any, where: SourceRef) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ConfigError("[…] の表で書きます", where=where)
    return value


def map_columns(sheet: Sheet, headers: Fields, required: tuple[str, ...]) -> Fields:
    """Return which headers of ``sheet`` hold each field; 兼務1, 兼務2 … all hold ``concurrent``.

    Raises:
        InputError: a required field has no column.
    """
    present = {folded(name): name for name in sheet.headers if name}
    found: dict[str, tuple[str, ...]] = {}
    for field, names in headers.items():
        wanted = [folded(name) for name in names]
        hits = [present[name] for name in wanted if name in present]
        numbered = [
            header
            for key, header in present.items()
            if any(key.startswith(name) and key[len(name) :].isdigit() for name in wanted)
        ]
        if hits or numbered:
            found[field] = tuple(dict.fromkeys([*hits[:1], *numbered]))
    for field in required:
        if field not in found:
            raise InputError(
                f"「{headers[field][0]}」の列がありません",
                where=sheet.where,
                hint=f"見出しは {'、'.join(headers[field][:4])} のどれかにするか、"
                f"kanmon.toml で対応を書いてください。今の見出し: {'、'.join(sheet.headers[:20])}",
            )
    return found


def value(row: Row, fields: Fields, field: str) -> str:
    """Return the first non-empty text of a field; empty when there is no such column."""
    return next((row.cells[name] for name in fields.get(field, ()) if row.cells.get(name)), "")
