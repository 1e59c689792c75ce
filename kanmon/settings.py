"""The settings every job shares."""

from kanmon.config import Setting

STORE = Setting(
    "store",
    "path",
    "kanmon.db",
    "保存ファイル（判断・事案・受講記録の唯一の置き場所）。この設定ファイルからの相対パス。",
)
RULES = Setting(
    "rules",
    "path",
    "",
    "ルール一式（rules/）の場所。空なら Kanmon に付属のものを使います。",
    example='rules = "rules"',
)
CITY = Setting("city.name", "text", "", "団体名。報告書の見出しに使います。", 'name = "〇〇市"')
USER = Setting(
    "user",
    "text",
    "",
    "判断者として記録する名前。空なら OS のユーザー名。",
    'user = "情報政策課 山田"',
)

SETTINGS: tuple[Setting, ...] = (STORE, RULES, USER, CITY)
