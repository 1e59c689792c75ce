"""pySigma's modifiers, with those replaced that differ from the Sigma specification.

Each class here repairs one deviation of pySigma 1.5.1 (sigma/modifiers.py) and has a test in
tests/csirt/engine/test_pysigma_deviations.py. pySigma's own table is left alone: `sigma convert`
in the same process keeps its behaviour.

Source: sigma-specification v2.1.0, appendix "Modifiers".
"""

import re
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

from sigma.exceptions import SigmaValueError
from sigma.modifiers import SigmaModifier, SigmaValueModifier, modifier_mapping
from sigma.types import Placeholder, SigmaExpansion, SigmaString

DASHES = ("-", "/", "\u2013", "\u2014", "\u2015")
"""hyphen, slash, en dash, em dash, horizontal bar."""

MAX_DASHES = 6
"""Each dash multiplies the value by five; 5^6 = 15,625 variants of one value is the most."""

# As in pySigma a dash counts where a word begins: exchanging those inside a path or a file name
# would match other files. pySigma looks for - and / only; all five may stand in the rule.
_DASH = re.compile("\\B[" + "".join(DASHES) + "]\\b")


class ByteString(SigmaString):
    """A string after an encoding modifier: one character (U+0000 to U+00FF) per byte."""


def _plain(value: SigmaString, source: Any) -> str:
    """Return the literal text; pySigma's ``bytes(value)`` would put escapes back in."""
    literals = [part for part in value.s if isinstance(part, str)]
    if len(literals) < len(value.s):
        raise SigmaValueError("Base64 encoding of strings with wildcards", source=source)
    return "".join(literals)


def _bytes(value: SigmaString, source: Any) -> bytes:
    text = _plain(value, source)
    return text.encode("latin-1") if isinstance(value, ByteString) else text.encode()


class Base64(SigmaValueModifier[SigmaString, SigmaString]):
    """Base64 of the text itself: an escaped wildcard is encoded without its backslash."""

    def modify(self, val: SigmaString) -> SigmaString:
        """Return the encoded string, matched case-insensitively like any other."""
        return SigmaString.from_str(b64encode(_bytes(val, self.source)).decode())


class Base64Offset(SigmaValueModifier[SigmaString, SigmaExpansion]):
    """Base64 at the three alignments; counts bytes where pySigma counts characters."""

    def modify(self, val: SigmaString) -> SigmaExpansion:
        """Return the part of each encoding that does not depend on the neighbours."""
        raw = _bytes(val, self.source)
        values = []
        for offset, start in enumerate((0, 2, 3)):
            end = (None, -3, -2)[(len(raw) + offset) % 3]
            values.append(SigmaString.from_str(b64encode(b" " * offset + raw)[start:end].decode()))
        return SigmaExpansion(list(values))


class _Encoded(SigmaValueModifier[SigmaString, SigmaString]):
    """A text in another encoding; pySigma refuses or garbles anything but ASCII."""

    encoding = "utf-16-le"
    mark = b""

    def modify(self, val: SigmaString) -> SigmaString:
        """Return the bytes of each literal, wildcards kept between them."""
        encoded = ByteString()
        encoded.s = [
            part.encode(self.encoding).decode("latin-1") if isinstance(part, str) else part
            for part in val.s
        ]
        if self.mark:
            encoded.s.insert(0, self.mark.decode("latin-1"))
        return encoded


class Wide(_Encoded):
    """UTF-16, little endian; also under its other name ``utf16le``, which pySigma lacks."""


class Utf16BE(_Encoded):
    """UTF-16, big endian."""

    encoding = "utf-16-be"


class Utf16(_Encoded):
    """UTF-16 with byte order mark FF FE; pySigma writes the mark as its UTF-8 bytes."""

    mark = b"\xff\xfe"


class Windash(SigmaValueModifier[SigmaString, SigmaExpansion]):
    """Each dash that begins a word, as any of the five dash characters."""

    def modify(self, val: SigmaString) -> SigmaExpansion:
        """Return every combination."""

        def exchange(place: Placeholder) -> Iterator[str | Placeholder]:
            if place.name == "_windash":
                yield from DASHES
            else:
                yield place

        marked = val.replace_with_placeholder(_DASH, "_windash")
        dashes = sum(isinstance(part, Placeholder) for part in marked.s)
        if dashes > MAX_DASHES:
            raise SigmaValueError(f"windash over {dashes} dashes in one value", source=self.source)
        return SigmaExpansion(list(marked.replace_placeholders(exchange)))


MODIFIERS: dict[str, type[SigmaModifier[Any, Any]]] = {
    **modifier_mapping,
    "base64": Base64,
    "base64offset": Base64Offset,
    "wide": Wide,
    "utf16le": Wide,
    "utf16be": Utf16BE,
    "utf16": Utf16,
    "windash": Windash,
}
"""Every modifier by its name in rules."""
