"""Settings of this job; see kanmon.config."""

from csirt.elastic.settings import ELASTIC_SETTINGS
from csirt.incident_settings import INCIDENT_SETTINGS
from kanmon.config import Setting

WINDOW_MINUTES = Setting(
    "csirt.window_minutes",
    "integer",
    60,
    "同じルール・ホスト・ユーザー・コマンドの一致を 1 件のアラートにまとめる間隔（分）。\n"
    "前の一致からこれより長く空いたら別のアラートにします。",
)
HITS_KEPT = Setting(
    "csirt.hits_kept",
    "integer",
    20,
    "1 件のアラートについて、根拠として残すイベントの数（これと最後の 1 件）。",
)
JOBS = Setting(
    "csirt.jobs",
    "integer",
    0,
    "検知に使うプロセスの数。0 なら CPU の数（--jobs が優先）。",
)
EXPAND = Setting(
    "csirt.expand",
    "table",
    {},
    "Sigma ルールの |expand が参照する %名前% の値。書かれていない名前を使うルールは読み飛ばし、\n"
    "その旨を一覧に出します。",
    example='[csirt.expand]\nAdmins_Workstations = ["ADM-PC-01", "ADM-PC-02"]',
)
CACHE = Setting(
    "csirt.cache",
    "path",
    "~/.cache/kanmon",
    "読み込んだルールの控えを置くフォルダー（2 回目から速くなります）。空なら控えません。",
)

HUNT_SETTINGS: tuple[Setting, ...] = (WINDOW_MINUTES, HITS_KEPT, JOBS, EXPAND, CACHE)

SETTINGS: tuple[Setting, ...] = (*HUNT_SETTINGS, *INCIDENT_SETTINGS, *ELASTIC_SETTINGS)
