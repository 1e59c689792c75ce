"""Reads the words and tables of an RTF file: forms of 例規 systems are kept in this format.

Only text is taken; pictures, styles and embedded objects are passed over. Bounded by the size of
the file: nothing is expanded, nothing is executed.
"""

import re
from dataclasses import dataclass, field

from kanmon.documents.field_code import drawn_characters
from kanmon.documents.line import Line
from kanmon.documents.model import Cell, Row
from kanmon.errors import InputError
from kanmon.source import SourceRef

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])"
    rb"|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
_MAX_DEPTH = 1000
_SKIPPED = re.compile(
    "(?:font|color|list|listoverride|rev|rsid|xmlns)tbl|listtable|listoverridetable|stylesheet|"
    "info|pict|nonshppict|object|themedata|datastore|generator|latentstyles|"
    "header[lrf]?|footer[lrf]?|bkmkstart|bkmkend|sp|mmathPr"
)
_TEXT = {
    "tab": "\t",
    "emdash": "—",
    "endash": "–",
    "bullet": "•",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "emspace": "\u3000",
    "enspace": " ",
    "line": "\n",
}
_CODE_PAGES = {932: "cp932", 65001: "utf-8", 1252: "cp1252", 936: "gbk", 949: "cp949"}


@dataclass(slots=True)
class _Group:
    """State a brace group inherits and gives back."""

    skip: bool = False
    unicode_skip: int = 1
    in_table: bool = False
    field_start: int = -1


@dataclass(slots=True)
class _State:
    """What has been read so far."""

    encoding: str
    lines: list[Line] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    pending: bytearray = field(default_factory=bytearray)
    cells: list[Cell] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    to_skip: int = 0

    def flush_bytes(self) -> None:
        if self.pending:
            self.text.append(self.pending.decode(self.encoding, "replace"))
            self.pending.clear()

    def end_field(self, start: int) -> None:
        """Replace the field code read since ``start`` by what it draws."""
        self.flush_bytes()
        code = "".join(self.text[start:])
        self.text[start:] = [drawn_characters(code)]

    def take_text(self) -> str:
        self.flush_bytes()
        text = "".join(self.text)
        self.text.clear()
        # The two halves of a character beyond the first plane come as two \\u words.
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def end_table(self) -> None:
        if self.cells:
            self.end_row()
        if self.rows:
            self.lines.append(Line(rows=tuple(self.rows)))
            self.rows.clear()

    def end_row(self) -> None:
        if any(cell.text for cell in self.cells):
            self.rows.append(Row(tuple(self.cells)))
        self.cells.clear()

    def end_paragraph(self, *, in_table: bool) -> None:
        if in_table:
            self.flush_bytes()
            self.text.append("\n")
            return
        self.end_table()
        self.lines.extend(
            Line(part.rstrip()) for part in self.take_text().split("\n") if part.strip()
        )


def rtf_lines(data: bytes, path: str) -> list[Line]:
    """Return the lines and tables of an RTF file in order.

    Raises:
        InputError: braces nested without end.
    """
    state = _State(_code_page(data))
    groups = [_Group()]
    position = 0
    while match := _TOKEN.match(data, position):
        position = match.end()
        word, value, code, symbol, brace, plain = match.groups()
        group = groups[-1]
        if brace == b"{":
            if len(groups) >= _MAX_DEPTH:
                raise InputError("RTF の入れ子が深すぎます", where=SourceRef(path))
            groups.append(_Group(group.skip, group.unicode_skip, group.in_table))
        elif brace == b"}":
            state.to_skip = 0
            if group.field_start >= 0:
                state.end_field(group.field_start)
            if len(groups) > 1:
                groups.pop()
        elif word is not None:
            number = int(value) if value else None
            if word == b"bin":
                position += max(number or 0, 0)
            else:
                _control(word.decode("ascii"), number, groups, state)
        elif symbol is not None:
            _symbol(symbol, group, state)
        elif not group.skip:
            _bytes(bytes([int(code, 16)]) if code else plain or b"", state)
    state.end_paragraph(in_table=False)
    state.end_table()
    return state.lines


def _bytes(data: bytes, state: _State) -> None:
    # After \u the same character follows once more for old readers.
    skipped = min(state.to_skip, len(data))
    state.to_skip -= skipped
    state.pending.extend(data[skipped:])


def _symbol(symbol: bytes, group: _Group, state: _State) -> None:
    if symbol == b"*":
        group.skip = True
    elif symbol in b"\r\n" and not group.skip:
        state.end_paragraph(in_table=group.in_table)
    elif symbol in (b"\\", b"{", b"}") and not group.skip:
        state.pending.extend(symbol)
    elif symbol == b"~" and not group.skip:
        state.pending.extend(b" ")


def _control(word: str, number: int | None, groups: list[_Group], state: _State) -> None:
    group = groups[-1]
    if word == "shptxt":
        # The words of a text box stand inside a group old readers are told to ignore.
        group.skip = False
        state.end_paragraph(in_table=group.in_table)
    elif word == "fldinst":
        state.flush_bytes()
        group.skip, group.field_start = False, len(state.text)
    elif _SKIPPED.fullmatch(word):
        group.skip = True
    elif word == "uc" and number is not None:
        group.unicode_skip = min(max(number, 0), 10)
    elif group.skip:
        return
    elif word == "u" and number is not None:
        state.flush_bytes()
        state.text.append(_character(number))
        state.to_skip = group.unicode_skip
    elif word in _TEXT:
        state.flush_bytes()
        state.text.append(_TEXT[word])
    else:
        _layout(word, group, state)


def _layout(word: str, group: _Group, state: _State) -> None:
    if word in ("par", "sect", "page"):
        state.end_paragraph(in_table=group.in_table)
    elif word == "pard":
        group.in_table = False
    elif word in ("intbl", "itap"):
        group.in_table = True
    elif word in ("cell", "nestcell"):
        state.cells.append(Cell(state.take_text().strip()))
    elif word in ("row", "nestrow"):
        state.end_row()


def _character(number: int) -> str:
    code = number + 65536 if number < 0 else number
    return chr(code) if 0 < code < 0x110000 else "\ufffd"


def _code_page(data: bytes) -> str:
    match = re.search(rb"\\ansicpg(\d+)", data[:4096])
    encoding = _CODE_PAGES.get(int(match[1])) if match else None
    if encoding in (None, "cp1252") and b"\\fcharset128" in data:
        return "cp932"
    return encoding or "cp1252"
