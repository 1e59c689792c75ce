"""Identifiers for other tools, made from clause ids alone: equal input, equal identifiers. Pure."""

import hashlib
import re
import unicodedata
import uuid
from collections.abc import Callable, Iterable, Mapping

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:kanmon:policy")
"""Name space of every UUID we write (RFC 9562, version 5)."""

_UNITS = re.compile(r"第|[編章節款目条項号]|の")
_KANA = {
    char: str(place) for place, char in enumerate("アイウエオカキクケコサシスセソタチツテト", 1)
}
_WORDS = {"別表": "table", "別記": "annex", "様式": "form", "段落": "par"}


def make_uuid(*parts: str) -> str:
    """Return the UUID of a path of names; parts cannot run into one another."""
    return str(uuid.uuid5(NAMESPACE, "\x1f".join(parts)))


def tokens(ids: Iterable[str]) -> Mapping[str, str]:
    """Return for each clause id an OSCAL token: letters, digits, ``.-_``, a letter first.

    ``6.2(1)③`` becomes ``c-6.2-1-3``, ``第50条第2項`` stays readable as ``c-第50条第2項``.
    Two ids never share a token.
    """
    return _unique(ids, lambda text: "c-" + re.sub(r"[^\w.]+", "-", _narrow(text)).strip("-"))


def node_names(ids: Iterable[str]) -> Mapping[str, str]:
    """Return for each clause id an ASCII name for a URN: ``第50条第2項第1号`` is ``50.2.1``."""
    return _unique(ids, _ascii)


def slug(text: str) -> str:
    """Return a short ASCII name for a document: readable part, then 8 digits of its hash."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    readable = re.sub(r"[^a-z0-9]+", "-", _narrow(text).lower()).strip("-")[:24].strip("-")
    return f"{readable}-{digest}" if readable else digest


def _narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _ascii(text: str) -> str:
    plain = _narrow(text)
    for word, name in _WORDS.items():
        plain = plain.replace(word, f".{name}")
    plain = _UNITS.sub(".", plain)
    plain = "".join(_KANA.get(char, char) for char in plain)
    return re.sub(r"[^a-z0-9]+", ".", plain.lower()).strip(".")


def _unique(ids: Iterable[str], make: Callable[[str], str]) -> Mapping[str, str]:
    named: dict[str, str] = {}
    taken: set[str] = set()
    for name in ids:
        if name in named:
            continue
        wanted = make(name) or "n"
        chosen, count = wanted, 1
        while chosen in taken:
            count += 1
            chosen = f"{wanted}-{count}"
        taken.add(chosen)
        named[name] = chosen
    return named
