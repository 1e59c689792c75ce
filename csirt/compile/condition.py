"""Sigma's condition language, read by a grammar of our own.

pySigma 1.5.1 reads the selection name ``notepad`` as ``not epad`` and silently inverts a rule that
also has a selection ``epad``; its grammar is also the slowest part of loading. Same language, same
precedence (``or`` loosest, ``and``, ``not``, ``x of``, parentheses).

Source: sigma-specification v2.1.0, Sigma_specification.md, "Condition".
"""

import re
from collections.abc import Mapping

from csirt.compile.expression import Expression, Not, all_of, any_of

_TOKEN = re.compile(r"\s*(\(|\)|[\w*.-]+)")
_QUANTIFIERS = ("1", "any", "all")
_WORDS = ("and", "or", "not")
MAX_DEPTH = 50
"""Parentheses and negations within one another; people write three or four."""


class ConditionError(ValueError):
    """The condition is not Sigma; the message is Japanese."""


def parse_condition(text: str, selections: Mapping[str, Expression]) -> Expression:
    """Return the condition over the named selections.

    Raises:
        ConditionError: unknown selection, syntax error, or nothing to search for.
    """
    parsed = _Parser(_tokens(text), selections).parse()
    if parsed is None:
        raise ConditionError(f"condition「{text}」が、どの検索条件も指していません")
    return parsed


def _tokens(text: str) -> list[str]:
    if "|" in text:
        raise ConditionError("condition の | 構文は廃止されています（correlation に置き換え）")
    tokens = []
    position = 0
    end = len(text.rstrip())
    while position < end:
        found = _TOKEN.match(text, position)
        if found is None:
            raise ConditionError(f"condition の {position + 1} 文字目を読めません: {text!r}")
        tokens.append(found[1])
        position = found.end()
    return tokens


class _Parser:
    """Recursive descent; a part is None when a quantifier fits no selection (as in pySigma)."""

    def __init__(self, tokens: list[str], selections: Mapping[str, Expression]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self._selections = selections

    def parse(self) -> Expression | None:
        result = self._either()
        if self._at < len(self._tokens):
            raise ConditionError(
                f"condition の「{self._tokens[self._at]}」の前に演算子がありません"
            )
        return result

    def _word(self, offset: int = 0) -> str:
        index = self._at + offset
        return self._tokens[index] if index < len(self._tokens) else ""

    def _take(self, word: str) -> bool:
        # A selection may bear the name of an operator in capitals; the operator is lower case.
        if self._word() == word or (
            self._word().lower() == word and self._word() not in self._selections
        ):
            self._at += 1
            return True
        return False

    def _either(self) -> Expression | None:
        parts = [self._both()]
        while self._take("or"):
            parts.append(self._both())
        known = [part for part in parts if part is not None]
        return any_of(known) if known else None

    def _both(self) -> Expression | None:
        parts = [self._negated()]
        while self._take("and"):
            parts.append(self._negated())
        known = [part for part in parts if part is not None]
        return all_of(known) if known else None

    def _negated(self) -> Expression | None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ConditionError(f"condition の入れ子が深すぎます（{MAX_DEPTH} 段まで）")
        part = self._negation_or_primary()
        self._depth -= 1
        return part

    def _negation_or_primary(self) -> Expression | None:
        if self._take("not"):
            part = self._negated()
            return None if part is None else Not(part)
        return self._primary()

    def _primary(self) -> Expression | None:
        word = self._word()
        if self._take("("):
            inside = self._either()
            if not self._take(")"):
                raise ConditionError("condition の括弧が閉じていません")
            return inside
        if word in _QUANTIFIERS and self._word(1) == "of":
            pattern = self._word(2)
            if not pattern or pattern in "()":
                raise ConditionError(f"condition の「{word} of」の後に名前がありません")
            self._at += 3
            return self._quantified(word, pattern)
        if not word or word in (")", *_WORDS):
            raise ConditionError("condition が途中で終わっているか、演算子が続いています")
        if word not in self._selections:
            raise ConditionError(f"condition の「{word}」という検索条件がありません")
        self._at += 1
        return self._selections[word]

    def _quantified(self, quantifier: str, pattern: str) -> Expression | None:
        glob = "*" if pattern == "them" else pattern
        fits = re.compile(".*".join(map(re.escape, glob.split("*")))).fullmatch
        found = [
            part
            for name, part in self._selections.items()
            if fits(name) and (glob.startswith("_") or not name.startswith("_"))
        ]
        if not found:
            return None
        return all_of(found) if quantifier == "all" else any_of(found)
