"""Is a digital means already allowed beside the analog one, in the same article?"""

import re
from dataclasses import dataclass

from regulation_scan.model import Article, Sentence

_SPACE = re.compile(r"[\s\u3000]")
_RECORD = (
    r"電磁的記録|電磁的方法|電磁的な方法|電子情報処理組織|電子的方法|電子メール|電子申請|電子計算機"
    r"|ファイルに記録|オンライン|情報通信(の)?技術"
)
_NETWORK = r"自動公衆送信|インターネット|ウェブサイト|ホームページ|電気通信回線"
_REMOTE = (
    r"(映像|音声)[^。]{0,16}(の)?送受信|テレビ(会議|電話)|ウェブ会議|オンライン"
    r"|情報通信(の)?技術|遠隔|電気通信回線|電磁的方法"
)
_INSTEAD = re.compile(
    r"に代えて|に代わる|代替|状態に置く措置|(又は|若しくは|その他の)[^。]{0,12}(電磁的|電子|インターネット)"
)

_WORDS = {
    "書面": _RECORD,
    "原本・部数": _RECORD,
    "郵便・送達": _RECORD,
    "押印・署名": r"署名[^。]{0,24}に?代わる措置|に代わる措置|電子署名",
    "書面掲示": _NETWORK,
    "往訪閲覧・縦覧": _NETWORK
    + r"|状態に置く措置|電磁的方法[^。]{0,30}により(提供|通知)|情報通信(の)?技術",
    "公告媒体": _NETWORK + "|電子公告|" + _RECORD,
    "FD等記録媒体": r"電気通信回線|電子情報処理組織|電子メール|オンライン",
    "対面・出頭": _REMOTE,
    "口頭": _REMOTE,
    "対面講習": _REMOTE,
    "目視": _REMOTE + "|画像|カメラ|ドローン|無人航空機|センサー",
    "実地監査": r"(映像|音声)[^。]{0,16}(の)?送受信|テレビ会議|オンライン|情報通信(の)?技術|遠隔",
    "定期検査・点検": r"遠隔|センサー|情報通信(の)?技術|常時監視",
    "常駐・専任": r"情報通信(の)?技術|遠隔|電気通信回線|映像",
    # That books may be electronic records (帳簿…電磁的記録を含む) opens no other way here.
    "経由": r"電子情報処理組織を使用|電子申請|オンライン|経由しないで",
    "携帯・提示": r"電磁的方法により[^。]{0,20}(提示|呈示|示|表示)"
    r"|(証明書|証票|許可証|身分証|カード)[^、。]{0,16}電磁的(方法|記録)|(画面|端末|スマートフォン)[^、。]{0,16}(提示|表示)",
    "印紙・現金": r"電子納付|電子マネー|口座振替|キャッシュレス|クレジットカード|指定納付"
    r"|電子情報処理組織を使用[^。]{0,16}納",
    "持参・引渡し": _RECORD,
}
# Posting stays a duty even where the network is added; the sentence is judged a finding that has
# a digital means beside it (PHASE 2), never not applicable.
_STAYS = frozenset(
    ("書面掲示", "公告媒体", "FD等記録媒体", "常駐・専任", "目視", "実地監査", "定期検査・点検")
)
# Except that whoever may choose 電子公告 is bound to no gazette or newspaper.
_FREE_CHOICE = {"公告媒体": re.compile(r"(又は|若しくは)電子公告|電子公告(又は|若しくは)")}
_PARAGRAPH = re.compile(r"第([一二三四五六七八九十0-9]+)項")
_DIGITS = {char: str(n) for n, char in enumerate("〇一二三四五六七八九")}


@dataclass(frozen=True, slots=True)
class Alternative:
    """A digital means found.

    Attributes:
        replaces: True when it may be used instead, so that the analog duty is none any more.
        quote: The sentence that allows it, verbatim, cut to 80 characters.
    """

    replaces: bool
    quote: str


def find_alternative(article: Article, sentence: Sentence, category: str) -> Alternative | None:
    """Return the digital means that stands beside an analog one; ``None`` without one."""
    pattern = re.compile(_WORDS[category])
    own = _SPACE.sub("", sentence.text)
    match = pattern.search(own)
    if match:
        free = category in _FREE_CHOICE and bool(_FREE_CHOICE[category].search(own))
        return Alternative(free or category not in _STAYS, _quote(own, match.start()))
    beside = None
    for other in article.sentences:
        if other is sentence:
            continue
        text = _SPACE.sub("", other.text)
        match = pattern.search(text)
        if not match:
            continue
        if category not in _STAYS and _replaces(text, other, sentence):
            return Alternative(True, _quote(text, match.start()))
        beside = beside or Alternative(False, _quote(text, match.start()))
    return beside


def _replaces(text: str, other: Sentence, sentence: Sentence) -> bool:
    """Return whether another sentence of the article allows a substitute for this one."""
    if other.proviso and other.paragraph == sentence.paragraph:
        return True
    if not _INSTEAD.search(text):
        return False
    if other.paragraph == sentence.paragraph:
        return True
    if "前項" in text or "同項" in text:
        return other.paragraph - sentence.paragraph in (1, 2)
    named = {_number(match.group(1)) for match in _PARAGRAPH.finditer(text)}
    return not named or sentence.paragraph in named


def _number(text: str) -> int:
    """Return a paragraph number in kanji or digits; paragraphs do not reach a hundred."""
    if text.isdigit():
        return int(text)
    tens, _, ones = text.rpartition("十")
    value = 10 * (int(_DIGITS.get(tens, "1")) if "十" in text else 0)
    return value + int(_DIGITS.get(ones, "0"))


def _quote(text: str, start: int) -> str:
    return text[max(0, start - 40) : start + 40]
