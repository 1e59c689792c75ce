"""The wordings of rules/analog/amendments.yml: what may be rewritten, what is left to people."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kanmon.errors import ConfigError
from kanmon.source import SourceRef
from regulation_scan.cues import read_yaml
from regulation_scan.inflection import (
    FORM,
    ended,
    form_of,
    in_form,
    is_continuative,
    joined,
    verb_pattern,
    with_te,
)
from regulation_scan.model import CATEGORIES

_GOES_ON = re.compile(r"[せれ]?、(?:又は|若しくは)")
_SLOT = re.compile(r"\{([^\d{}/,][^{}/]*)(?:/([連終]))?\}")


@dataclass(frozen=True, slots=True)
class Amendment:
    """One replacement of wording.

    Attributes:
        categories: Japanese labels of the findings it answers.
        before: Regular expression over the sentence as written; its last word may be a verb in
            any form.
        after: Replacement: ``\\1`` and ``\\g<name>`` are groups of ``before``, ``{公表する}`` a
            verb in the form found, ``{掲示する/終}`` before とともに, ``{出頭する/連}`` before
            又は.
    """

    categories: tuple[str, ...]
    before: re.Pattern[str]
    after: str
    note: str

    @property
    def joins(self) -> bool:
        """Return whether it offers a second act: …し、又は…."""
        return "/連}" in self.after

    def start(self, match: re.Match[str]) -> int:
        """Return where the changed words begin: after a first group that is kept."""
        return match.end(1) if self.after.startswith("\\1") else match.start()

    def replacement(self, match: re.Match[str]) -> str:
        """Return the words that take the place of a match of ``before``.

        Where an act follows, the pair offered is closed by て (出頭し、又は手続をして、陳述する);
        where another 又は follows, it becomes one list (提示し、表示し、又は提出する).
        """
        rest = match.string[match.end() :]
        one_list = self.joins and _GOES_ON.match(rest) is not None
        closes = self.joins and not one_list and rest.startswith("、")

        def inflected(slot: re.Match[str]) -> str:
            form = form_of(match)
            if closes and not slot.group(2) and is_continuative(form):
                return with_te(slot.group(1))
            match slot.group(2):
                case "連":
                    return joined(slot.group(1), form)
                case "終":
                    return ended(slot.group(1), form)
                case _:
                    return in_form(slot.group(1), form)

        after = self.after.replace("/連}、又は", "/連}、", 1) if one_list else self.after
        return match.expand(_SLOT.sub(inflected, after))


@dataclass(frozen=True, slots=True)
class Undecided:
    """A wording for which people decide first: no draft, but the reason.

    Attributes:
        categories: Japanese labels; empty for every category.
        when: Regular expression over the sentence as written.
        reason: One Japanese sentence.
    """

    categories: tuple[str, ...]
    when: re.Pattern[str]
    reason: str


@dataclass(frozen=True, slots=True)
class Amendments:
    """All of amendments.yml, in its order.

    Attributes:
        digital: Words of a digital means; where the sentence has one, none is added.
    """

    replacements: tuple[Amendment, ...]
    undecided: tuple[Undecided, ...]
    digital: re.Pattern[str]


def load_amendments(path: Path) -> Amendments:
    """Return the replacements and reservations of amendments.yml; raises ``ConfigError``."""
    raw = read_yaml(path)
    where = SourceRef(str(path))
    if not isinstance(raw, dict) or not isinstance(raw.get("amendments"), list):
        raise ConfigError("amendments の一覧がありません", where=where)
    words = raw.get("words", {})
    if not isinstance(words, dict):
        raise ConfigError("words は 名前: 正規表現 の表で書きます", where=where)
    replacements = tuple(_amendment(entry, words, where) for entry in raw["amendments"])
    undecided = tuple(_undecided(entry, words, where) for entry in raw.get("undecided", ()))
    digital = _compiled(str(raw.get("digital", "電磁的")), words, where)
    return Amendments(replacements, undecided, digital)


def _amendment(entry: Any, words: Mapping[str, str], where: SourceRef) -> Amendment:
    if not isinstance(entry, dict) or set(entry) != {"category", "before", "after", "note"}:
        hint = "category・before・after・note の四つを書きます"
        raise ConfigError("書き方が違います", where=where, hint=hint)
    before, after = _compiled(str(entry["before"]), words, where), str(entry["after"])
    has_verb = any(name.startswith(FORM) for name in before.groupindex)
    try:
        for slot in _SLOT.finditer(after):
            in_form(slot.group(1), 0)
        re.sub(before, _SLOT.sub("", after), "")
    except (ValueError, IndexError, re.error) as error:
        raise ConfigError(f"after が正しくありません: {error}", where=where) from error
    if _SLOT.search(after) and not has_verb:
        raise ConfigError("after に動詞があるのに before にありません", where=where)
    return Amendment(_categories(entry["category"], where), before, after, str(entry["note"]))


def _undecided(entry: Any, words: Mapping[str, str], where: SourceRef) -> Undecided:
    if not isinstance(entry, dict) or set(entry) != {"category", "when", "reason"}:
        hint = "undecided には category・when・reason の三つを書きます"
        raise ConfigError("書き方が違います", where=where, hint=hint)
    categories = () if entry["category"] == "すべて" else _categories(entry["category"], where)
    when = _compiled(str(entry["when"]), words, where)
    return Undecided(categories, when, str(entry["reason"]))


def _categories(value: Any, where: SourceRef) -> tuple[str, ...]:
    labels = tuple(value) if isinstance(value, list) else (value,)
    for label in labels:
        if label not in CATEGORIES:
            raise ConfigError(f"区分 {label!r} はありません", where=where)
    return labels


def _compiled(text: str, words: Mapping[str, str], where: SourceRef) -> re.Pattern[str]:
    def filled(slot: re.Match[str]) -> str:
        name = slot.group(1)
        if name in words:
            return f"(?:{words[name]})"
        if slot.end() != len(text):
            raise ValueError(f"動詞 {name} は before の最後に書きます")
        return verb_pattern(name)

    try:
        return re.compile(_SLOT.sub(filled, text))
    except (ValueError, re.error) as error:
        raise ConfigError(f"before が正しくありません: {error}", where=where) from error
