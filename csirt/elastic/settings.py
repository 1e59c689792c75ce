"""How to reach the city's Elasticsearch."""

from kanmon.config import Setting

URLS = Setting(
    "elasticsearch.urls",
    "texts",
    (),
    "Elasticsearch の URL。書かなければ Elasticsearch は使いません（通信もしません）。",
    example='urls = ["https://es1.example.jp:9200"]',
)
API_KEY = Setting(
    "elasticsearch.api_key",
    "text",
    "",
    "API キー（Base64 の encoded 値）。ファイルに書かず環境変数で与えることを勧めます。",
    secret=True,
)
USER = Setting("elasticsearch.username", "text", "", "API キーを使えないときの利用者名。")
PASSWORD = Setting(
    "elasticsearch.password",
    "text",
    "",
    "その利用者のパスワード。環境変数で与えてください（コマンドラインでは受け付けません）。",
    secret=True,
)
CA = Setting(
    "elasticsearch.ca",
    "path",
    "",
    "サーバー証明書を検証する認証局の証明書（PEM）。空なら OS のもの。検証は常に行います。",
)
TIMEOUT = Setting(
    "elasticsearch.timeout_seconds", "number", 60, "1 回の要求の待ち時間の上限（秒）。"
)
GIVE_UP = Setting(
    "elasticsearch.give_up_seconds",
    "number",
    300,
    "サーバーが応答しないとき、再試行をあきらめるまでの時間（秒）。",
)
INDEX = Setting(
    "elasticsearch.index",
    "text",
    "kanmon-logs",
    "Kanmon が取り込むログの索引名の頭。月ごとに「頭-年.月」の索引になります。",
)

ELASTIC_SETTINGS: tuple[Setting, ...] = (
    URLS,
    API_KEY,
    USER,
    PASSWORD,
    CA,
    TIMEOUT,
    GIVE_UP,
    INDEX,
)
