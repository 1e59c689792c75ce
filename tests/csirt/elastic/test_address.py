"""つなぎ先の設定の誤りは、何も送る前に、どの設定かと直し方を言う。"""

from base64 import b64decode
from pathlib import Path

import pytest

from csirt.elastic.address import index_prefix, read_address
from csirt.elastic.settings import (
    API_KEY,
    CA,
    GIVE_UP,
    INDEX,
    PASSWORD,
    TIMEOUT,
    URLS,
    USER,
)
from kanmon.config import Config
from kanmon.errors import ConfigError

URL = "https://es1.example.jp:9200"


def settings(**values: object) -> Config:
    named = {"urls": URLS, "key": API_KEY, "user": USER, "password": PASSWORD, "ca": CA}
    named |= {"timeout": TIMEOUT, "give_up": GIVE_UP, "index": INDEX}
    return Config({URLS.key: (URL,), **{named[name].key: value for name, value in values.items()}})


@pytest.mark.parametrize(
    "url",
    [
        "es1.example.jp",
        "es1.example.jp:9200",
        "https://es1.example.jp",
        "https://",
        "http://[::1",
        "ftp://es1.example.jp:9200",
        "https://es1.example.jp:99999",
        "https://es1.example.jp:port",
        "https://es1 .example.jp:9200",
    ],
)
def test_a_url_that_cannot_be_used_is_named_with_an_example(url: str) -> None:
    """方式やポート番号のない URL は、そのまま見せて、正しい例を言う。"""
    with pytest.raises(ConfigError, match="URL として使えません") as told:
        read_address(settings(urls=(url,)))
    assert url in str(told.value)
    assert "https://es1.example.jp:9200" in told.value.hint


def test_a_url_given_twice_is_used_once() -> None:
    """同じ URL を 2 度書いても止まらない。"""
    assert read_address(settings(urls=(URL, URL))).urls == (URL,)


def test_a_password_in_a_url_is_never_shown() -> None:
    """URL に書かれたパスワードは、メッセージに出さない。"""
    secret = "https://user:secret@es1.example.jp:9200"
    assert read_address(settings(urls=(secret,))).shown == URL
    with pytest.raises(ConfigError) as told:
        read_address(settings(urls=("https://user:secret@es1.example.jp",)))
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("key", ["鍵", "a b", "abc\r\nX-Evil: 1", "abc\n"])
def test_a_key_that_no_header_can_carry_is_refused_unseen(key: str) -> None:
    """改行や全角の混じった API キーは断り、キーそのものは見せない。"""
    with pytest.raises(ConfigError, match="API キーに使えない文字") as told:
        read_address(settings(key=key))
    assert key not in str(told.value)


def test_a_japanese_name_and_password_can_be_sent() -> None:
    """日本語の利用者名とパスワードも送れる。"""
    sent = read_address(settings(user="山田", password="ひみつ:1")).options["basic_auth"]
    assert b64decode(sent).decode() == "山田:ひみつ:1"


@pytest.mark.parametrize("name", ["timeout", "give_up"])
@pytest.mark.parametrize("seconds", [0, -5, float("nan"), float("inf")])
def test_a_senseless_time_limit_is_refused(name: str, seconds: float) -> None:
    """0 以下や数でない待ち時間は、どの設定かを言って断る。"""
    with pytest.raises(ConfigError, match="0 より大きい秒数"):
        read_address(settings(**{name: seconds}))


def test_an_authority_without_tls_is_refused(tmp_path: Path) -> None:
    """http:// の URL に認証局の証明書を設定したら、検証されないと誤解しないよう断る。"""
    with pytest.raises(ConfigError, match="https:// の URL でだけ"):
        read_address(settings(urls=("http://127.0.0.1:9200",), ca=str(tmp_path / "ca.pem")))


def test_a_file_that_is_no_certificate_is_named(tmp_path: Path) -> None:
    """証明書でないファイルは、その名前を言って断る。"""
    (tmp_path / "ca.pem").write_text("これは証明書ではない")
    with pytest.raises(ConfigError, match=r"ca\.pem: 認証局の証明書を読めません"):
        read_address(settings(ca=str(tmp_path / "ca.pem")))


@pytest.mark.parametrize("prefix", ["", "Bad", "a*", "a,b", "-a", "_a", "a b", "索引", "a" * 201])
def test_an_index_name_the_server_would_refuse_is_refused_first(prefix: str) -> None:
    """索引名に使えない文字は、サーバーに送る前に断る。"""
    with pytest.raises(ConfigError, match="索引名の頭"):
        index_prefix(settings(index=prefix))


def test_the_default_index_name_is_fine() -> None:
    """既定の索引名はそのまま使える。"""
    assert index_prefix(Config({})) == "kanmon-logs"
