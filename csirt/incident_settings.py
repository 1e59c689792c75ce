"""Settings of triage and incidents; see kanmon.config."""

from kanmon.config import Setting

SEGMENTS = Setting(
    "csirt.segments",
    "table",
    [],
    "ネットワークの区分。端末名（* を使える）かアドレスの範囲で、どの系のものかを決めます。\n"
    "layer は rules/runbooks/authority.yml の layers の名前、value は資産の重み（1 が普通）。",
    example="""[[csirt.segments]]
name = "基幹系"
layer = "my-number"
hosts = ["KIKAN-*"]
networks = ["10.1.0.0/16"]
value = 3.0""",
)
CRITICAL_HOSTS = Setting(
    "csirt.critical_hosts",
    "texts",
    (),
    "特に重要な端末・サーバーの名前（* を使える）。アラートの順番が上がります。",
    example='critical_hosts = ["SV-FILE01", "DC*"]',
)
MODEL = Setting(
    "csirt.network_model",
    "text",
    "",
    "ネットワークの型（alpha、alpha-prime、beta、beta-prime）。手順書に、その型の封じ込めだけを載せます。\n"
    "空なら全ての型の手順を載せます。",
    example='network_model = "alpha"',
)
CONTACT = Setting(
    "csirt.contact",
    "text",
    "",
    "問い合わせ先。文面の「お問い合わせ」に入ります。",
    example='contact = "〇〇市 情報政策課 0000-00-0000"',
)
FILTERS = Setting(
    "csirt.filters",
    "path",
    "",
    "alerts suppress が書く抑止（Sigma フィルター）のフォルダー。hunt はこの中の、\n"
    "期限の切れていないものをいつも使います。空なら抑止は使いません。",
    example='filters = "filters"',
)

INCIDENT_SETTINGS: tuple[Setting, ...] = (SEGMENTS, CRITICAL_HOSTS, MODEL, CONTACT, FILTERS)
