"""Bytes of a text file to characters: UTF-8, UTF-16, CP932 or EUC-JP, told apart by content."""

import re

from kanmon.errors import InputError
from kanmon.source import SourceRef

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_\-]+)""", re.I)
_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠、。]")
# What UTF-8 turns into when it was once read as CP932 or Latin-1 and saved again.
_MOJIBAKE = re.compile(r"[縺繧繝譁蜑遶莉蟶驛逕]|ã[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|\ufffd")
_HALF_KATAKANA = re.compile(r"[｡-ﾟ]")
_MOJIBAKE_SHARE = 0.05
_HINT = "元のファイルを UTF-8 か Shift_JIS（CP932）で保存し直してください"


def decode_text(data: bytes, path: str) -> str:
    """Return the characters of ``data``; line ends become line feeds, a BOM is dropped.

    Raises:
        InputError: no encoding fits, the content is binary, or it is already garbled.
    """
    text = _decode(data, path).replace("\r\n", "\n").replace("\r", "\n")
    sample = text[:200_000]
    if len(_MOJIBAKE.findall(sample)) > _MOJIBAKE_SHARE * max(len(sample), 1):
        raise InputError("文字化けしている疑いがあります", where=SourceRef(path), hint=_HINT)
    return text


def looks_japanese(text: str) -> bool:
    """Return whether ``text`` holds Japanese words at all."""
    return _JAPANESE.search(text) is not None


def _decode(data: bytes, path: str) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding, path)
    if utf16 := _bare_utf16(data):
        return _strict(data, utf16, path)
    if b"\0" in data:
        raise InputError(
            "文字のファイルではありません（バイナリー）",
            where=SourceRef(path),
            hint="例規の HTML・XML・Word・PDF・テキストを渡してください",
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    candidates = {encoding: _try(data, encoding) for encoding in ("cp932", "euc_jp")}
    fitting = {name: text for name, text in candidates.items() if text is not None}
    if not fitting:
        raise InputError(
            "文字コードが分かりません（UTF-8・CP932・EUC-JP のどれでも読めません）",
            where=SourceRef(path),
            hint=_HINT,
        )
    declared = _declared(data)
    if declared in fitting:
        return fitting[declared]
    return max(fitting.values(), key=_plausibility)


def _strict(data: bytes, encoding: str, path: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(
            f"{encoding} として読めない所があります",
            where=SourceRef(path, f"byte {error.start}"),
            hint=_HINT,
        ) from error


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _bare_utf16(data: bytes) -> str:
    """Return the UTF-16 variant of a text without BOM, or an empty string.

    Line feeds and digits have a zero byte on one side only.
    """
    head = data[:4096]
    little, big = head.count(b"\n\0") + head.count(b" \0"), head.count(b"\0\n") + head.count(b"\0 ")
    if len(data) % 2 or max(little, big) * 200 < len(head) or not head:
        return ""
    return "utf-16-le" if little >= big else "utf-16-be"


def _declared(data: bytes) -> str:
    match = _DECLARED.search(data[:2048])
    name = match[1].decode("ascii").lower().replace("_", "-") if match else ""
    if name in ("shift-jis", "sjis", "x-sjis", "windows-31j", "cp932", "ms932"):
        return "cp932"
    return "euc_jp" if name in ("euc-jp", "eucjp", "x-euc-jp") else ""


def _plausibility(text: str) -> float:
    # EUC-JP read as CP932 becomes half-width katakana; real ordinances hold almost none.
    sample = text[:20_000]
    return len(_JAPANESE.findall(sample)) - 3 * len(_HALF_KATAKANA.findall(sample))
