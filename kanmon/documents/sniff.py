"""Which format a file is, told by its content; a name is never trusted for that."""

import io
import re
import zipfile

from kanmon.documents.encoding import decode_text, looks_japanese
from kanmon.errors import InputError, UnsupportedError
from kanmon.source import SourceRef

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = {
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"BM": "BMP",
}
_XML_START = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*<(?:\?xml|DataRoot|(?:Law|LawBody|MainProvision|SupplProvision|Article)[\s>])"
)
_HTML_ROOT = re.compile(rb"<(?:!doctype\s+)?html\b", re.I)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|frameset|div|table|p)\b", re.I)
_STYLE_NAMES = (".css", ".js")


def sniff(data: bytes, path: str) -> str:
    """Return ``law-xml``, ``html``, ``docx``, ``pdf``, ``rtf`` or ``text``.

    Raises:
        InputError: empty, binary or without any Japanese text.
        UnsupportedError: a format Kanmon does not read, or a file locked by a password.
    """
    where = SourceRef(path)
    if not data.strip():
        raise InputError("空のファイルです", where=where, hint="元のファイルを確かめてください")
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _zip_kind(data, where)
    if data.startswith(_OLE):
        _refuse_ole(data, where)
    if data.lstrip()[:5] == b"{\\rtf":
        return "rtf"
    for magic, name in _IMAGES.items():
        # "BM" alone would refuse a text that begins so.
        if data.startswith(magic) and (name != "BMP" or b"\0" in data[:32]):
            raise UnsupportedError(
                f"画像（{name}）は読めません",
                where=where,
                hint="文字のある PDF か Word を渡してください。画像の様式は目で確かめてください",
            )
    if _XML_START.search(data[:1024]) and not _HTML_ROOT.search(data[:2048]):
        return "law-xml"
    if _HTML.search(data[:4096]):
        return "html"
    return _text_kind(data, where)


def _zip_kind(data: bytes, where: SourceRef) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError) as error:
        raise InputError(f"壊れた Word ファイルか zip です: {error}", where=where) from error
    if "word/document.xml" in names:
        return "docx"
    kinds = (("xl/workbook.xml", "Excel"), ("ppt/presentation.xml", "PowerPoint"))
    name = next((kind for member, kind in kinds if member in names), "この種類の zip・文書")
    raise UnsupportedError(
        f"{name} は読めません",
        where=where,
        hint="Word（.docx）か文字のある PDF に保存し直して渡してください",
    )


def _refuse_ole(data: bytes, where: SourceRef) -> None:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise UnsupportedError(
            "パスワードで保護された Office ファイルです",
            where=where,
            hint="Word で開き、「文書の保護」の暗号化を外して保存し直してください",
        )
    raise UnsupportedError(
        "古い形式（.doc など）の Office ファイルは読めません",
        where=where,
        hint="Word で開き、.docx 形式で保存し直してください",
    )


def _text_kind(data: bytes, where: SourceRef) -> str:
    text = decode_text(data, where.path)
    if where.path.lower().endswith(_STYLE_NAMES):
        raise UnsupportedError("例規の本文ではありません（画面の部品ファイル）", where=where)
    if not looks_japanese(text):
        raise UnsupportedError(
            "日本語の文章がありません", where=where, hint="例規のファイルか確かめてください"
        )
    return "text"
