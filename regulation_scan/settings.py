"""Settings of this job; see kanmon.config."""

from kanmon.config import Setting

CACHE = Setting(
    "regulation.cache",
    "path",
    "kanmon-cache.db",
    "係り受け解析と判定結果の控え。消してもよい（次の点検が遅くなるだけ）。\n"
    "例規の文が入るので、保存ファイルと同じように扱ってください。",
)
LEAVE_OUT = Setting(
    "regulation.leave_out",
    "texts",
    (),
    "点検しない区分。経由・携帯・提示などの「さらなる手段」は、ここに書いて外せます。",
    example='leave_out = ["経由", "公告媒体", "原本・部数"]',
)
GENERAL_ORDINANCES = Setting(
    "regulation.general_ordinances",
    "table",
    (),
    "市の通則条例。kind は old（条例・規則）、promotion（同）、internal（訓令・要綱など）、\n"
    "broad（すべて）、announcement（告示した手続だけ。announced に語を並べる）。",
    example=(
        "[[regulation.general_ordinances]]\n"
        'title = "〇〇市行政手続等における情報通信の技術の利用に関する条例"\n'
        'article = "第3条"\n'
        'kind = "old"\n'
        'exclusions = ["対面本人確認", "原本", "備付け"]'
    ),
)
SEAL_RULES = Setting(
    "regulation.seal_rules",
    "table",
    (),
    "押印を省略できることとした規則。exceptions の語がある条項は例外として残します。",
    example=(
        "[[regulation.seal_rules]]\n"
        'title = "〇〇市の規則等で定める申請書等の押印の特例に関する規則"\n'
        'article = "第2条"\n'
        'scope = ["規則", "要綱", "訓令"]\n'
        'exceptions = ["契約", "入札", "請求", "補助金", "委任状"]'
    ),
)
DEPARTMENTS = Setting(
    "regulation.departments",
    "table",
    {},
    "例規の題名に含まれる語から所管課へ。点検表のシート分けに使います。",
    example='[regulation.departments]\n"公園" = "都市整備課"\n"図書館" = "図書館"',
)
COLUMNS = Setting(
    "regulation.columns",
    "texts",
    (),
    "点検表の列とその順。空ならすべて。列の名前は docs/regulation.md にあります。",
    example='columns = ["連番", "例規名", "条項号", "条文抜粋", "区分", "判断", "備考"]',
)
COLUMN_NAMES = Setting(
    "regulation.column_names",
    "table",
    {},
    "点検表の列の見出しを、国や県の様式の見出しに読み替えます。",
    example='[regulation.column_names]\n"区分" = "規制区分"\n"現在PHASE" = "現在のPhase"',
)
AMENDMENT_STYLE = Setting(
    "regulation.amendment_style",
    "text",
    "after-before",
    "新旧対照表の様式。rules/comparison にあるファイルの名前（.yml を除く）。",
)

SETTINGS: tuple[Setting, ...] = (
    CACHE,
    LEAVE_OUT,
    GENERAL_ORDINANCES,
    SEAL_RULES,
    DEPARTMENTS,
    COLUMNS,
    COLUMN_NAMES,
    AMENDMENT_STYLE,
)
