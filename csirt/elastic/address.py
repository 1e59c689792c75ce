"""Where the server is and who asks: the settings checked, before anything is sent."""

import math
import re
import ssl
from base64 import b64encode
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from csirt.elastic.settings import API_KEY, CA, GIVE_UP, INDEX, PASSWORD, TIMEOUT, URLS, USER
from kanmon.config import Config, Setting
from kanmon.errors import ConfigError
from kanmon.source import SourceRef

_LOCAL = ("127.0.0.1", "localhost", "::1")
_HEADER = re.compile(r"[\x21-\x7e]+")
# Source: Elasticsearch reference, "Create index API", rules for the name.
_INDEX = re.compile(r"[a-z0-9][a-z0-9._-]{0,199}")


@dataclass(frozen=True, slots=True)
class Address:
    """What the client is made with.

    Attributes:
        urls: Each once, in the order given.
        options: Keyword arguments of the client; hold credentials.
        give_up_seconds: How long to try again.
    """

    urls: tuple[str, ...]
    options: dict[str, Any]
    give_up_seconds: float

    @property
    def shown(self) -> str:
        """Return the URLs without credentials."""
        return ", ".join(_without_credentials(url) for url in self.urls)


def read_address(config: Config) -> Address:
    """Return the address and credentials of the settings.

    Raises:
        ConfigError: no URL, one that cannot be used, credentials that contradict or cannot be
            sent, a senseless time limit, an unreadable CA file.
    """
    urls = tuple(dict.fromkeys(config.get(URLS)))
    if not urls:
        raise ConfigError(
            "Elasticsearch の URL が設定されていません",
            where=SourceRef(URLS.variable),
            hint="kanmon.toml の [elasticsearch] urls か、この環境変数に書いてください",
        )
    for url in urls:
        _check_url(url)
    options: dict[str, Any] = {
        "request_timeout": _seconds(config, TIMEOUT),
        # Retrying is done where it is known what may be repeated.
        "max_retries": 0,
        "retry_on_timeout": False,
        # On this machine compressing costs more than it saves.
        "http_compress": not all(urlsplit(url).hostname in _LOCAL for url in urls),
        **_credentials(config),
        **_authority(config, urls),
    }
    return Address(urls, options, _seconds(config, GIVE_UP))


def index_prefix(config: Config) -> str:
    """Return with what the names of our own indices begin; raises ``ConfigError``."""
    prefix = str(config.get(INDEX))
    if not _INDEX.fullmatch(prefix):
        raise ConfigError(
            f"索引名の頭「{prefix}」は使えません",
            where=SourceRef(INDEX.variable),
            hint="英小文字・数字・. _ - だけで書いてください（英小文字か数字で始める）",
        )
    return prefix


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port
    except ValueError:  # a port that is no number, a broken IPv6 address
        usable = None
    if not usable or re.search(r"\s", url):
        raise ConfigError(
            f"URL として使えません: {_without_credentials(url)}",
            where=SourceRef(URLS.variable),
            hint="https:// とポート番号も書いてください。例: https://es1.example.jp:9200",
        )


def _without_credentials(url: str) -> str:
    scheme, mark, rest = url.partition("://")
    return f"{scheme}{mark}{rest.rpartition('@')[2]}"


def _seconds(config: Config, setting: Setting) -> float:
    value = float(config.get(setting))
    if not (math.isfinite(value) and value > 0):
        hint = f"既定は {setting.default} です"
        raise ConfigError("0 より大きい秒数です", where=SourceRef(setting.variable), hint=hint)
    return value


def _credentials(config: Config) -> dict[str, Any]:
    key, user, password = (config.get(setting) for setting in (API_KEY, USER, PASSWORD))
    if key and user:
        raise ConfigError(
            "API キーと利用者名の両方が設定されています",
            where=SourceRef("elasticsearch"),
            hint="どちらか一方にしてください",
        )
    if key and not _HEADER.fullmatch(key):
        raise ConfigError(
            "API キーに使えない文字（空白・改行・全角）があります",
            where=SourceRef(API_KEY.variable),
            hint="キーを作ったときに表示された encoded の値を、そのまま書いてください",
        )
    if key:
        return {"api_key": key}
    # Encoded here: the client refuses names and passwords that are not ASCII.
    return {"basic_auth": b64encode(f"{user}:{password}".encode()).decode()} if user else {}


def _authority(config: Config, urls: tuple[str, ...]) -> dict[str, Any]:
    authority = config.path_of(CA)
    if authority is None:
        return {}
    where = SourceRef(str(authority))
    if not all(url.startswith("https://") for url in urls):
        hint = "URL を https:// にするか、[elasticsearch] ca を空にしてください"
        raise ConfigError("認証局の証明書は https:// の URL でだけ使えます", where=where, hint=hint)
    try:
        return {"ssl_context": ssl.create_default_context(cafile=str(authority))}
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(
            f"認証局の証明書を読めません: {error}",
            where=where,
            hint="PEM 形式のファイルを指定してください",
        ) from error
