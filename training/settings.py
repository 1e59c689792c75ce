"""Settings of this job; see kanmon.config."""

from kanmon.config import Setting

COLUMNS = Setting(
    "training.columns",
    "table",
    {},
    "人事システムの名簿の見出し。標準の見出しと違う項目だけを書きます（複数書けます）。\n"
    "項目名は docs/training.md の「名簿の列」にあります。",
    example='[training.columns]\nnumber = ["職員コード"]\nsection_code = ["課コード"]',
)
COMPLETION_COLUMNS = Setting(
    "training.completion_columns",
    "table",
    {},
    "受講記録（LMS の CSV）の見出し。標準の見出しと違う項目だけを書きます。",
    example='[training.completion_columns]\nnumber = ["受講者ID"]\ncompleted = ["修了状況"]',
)
COURSE_NAMES = Setting(
    "training.course_names",
    "table",
    {},
    "LMS や訓練ツールでの科目名・活動 ID と、Kanmon の科目 ID の対応。",
    example='[training.course_names]\n"情報セキュリティ研修（全職員）" = "security-basic"',
)
NUMBER_WIDTH = Setting(
    "training.number_width",
    "integer",
    0,
    "職員番号の桁数。短い番号は Excel が先頭の 0 を落としたものとみなして補い、\n"
    "疑わしい行に挙げます。0 なら補わず、名簿の中で桁数が違う番号を疑わしい行に挙げます。",
    example="number_width = 6",
)
DEPARTURE_LIMIT = Setting(
    "training.departure_limit",
    "number",
    0.2,
    "名簿から一度に消えてよい職員の割合。超えると、一部だけの名簿とみて取り込みを止めます。",
)
RETURN_GRACE_DAYS = Setting(
    "training.return_grace_days",
    "integer",
    30,
    "休職・育休・派遣から戻った日、または免除が切れた日から、受講までに与える日数。",
)
SMALL_GROUP = Setting(
    "training.small_group",
    "integer",
    5,
    "--anonymise のとき、対象者がこの人数に満たない所属の内訳を伏せます。",
)
MAIL_FROM = Setting(
    "training.mail_from",
    "text",
    "",
    "督促文（.eml）の差出人。空なら差出人を書きません。",
    example='mail_from = "人事課研修担当 <kenshu@city.example.lg.jp>"',
)
CONTACT = Setting(
    "training.contact",
    "text",
    "人事課 研修担当",
    "督促文に書く問い合わせ先。",
    example='contact = "人事課 研修担当（内線 0000）"',
)

SETTINGS: tuple[Setting, ...] = (
    COLUMNS,
    COMPLETION_COLUMNS,
    COURSE_NAMES,
    NUMBER_WIDTH,
    DEPARTURE_LIMIT,
    RETURN_GRACE_DAYS,
    SMALL_GROUP,
    MAIL_FROM,
    CONTACT,
)
