"""Text as a bag of meaning: canonical terms, dictionary forms, kanji, character pairs.

The one file that knows SudachiPy. Everything it returns is a pure value.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from policy.modality import split_sentences
from policy.model import Clause
from policy.vocabulary import Terms

_CONTENT = frozenset({"名詞", "動詞", "形容詞", "形状詞", "副詞", "接尾辞", "接頭辞"})
_DROPPED_KINDS = frozenset({"非自立可能", "数詞", "助数詞可能", "助数詞", "代名詞"})
_KANJI = re.compile(r"[一-龥々]")
_GRAM_NOISE = re.compile(r"[^\wー一-龥ぁ-んァ-ヶ]|[0-9]")


@dataclass(frozen=True, slots=True)
class Bag:
    """What one stretch of text is about: word, kanji and character-pair counts."""

    words: Mapping[str, float]
    kanji: Mapping[str, float]
    grams: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Features:
    """A clause as alignment sees it.

    Attributes:
        units: The whole text first, then each sentence where there are several.
        heading: Its headings path, the nearest counted twice.
        path: The headings in canonical words, outermost first.
        position: 0 to 1, place in the document.
        text: The clause's words without spaces: equal texts are one matter whatever they say.
    """

    id: str
    units: tuple[Bag, ...]
    heading: Bag
    path: tuple[str, ...]
    position: float
    text: str = ""


class Lexicon:
    """Terms made canonical and texts made bags; one per run, answers are cached.

    ``roles`` (CISO, 所属長 …) are left out of bags: the same duty may lie with another person.
    """

    def __init__(self, terms: Terms, roles: Sequence[str] = ()) -> None:
        self._terms = terms
        self.old_terms = terms.old_terms
        self.narrower = terms.narrower
        replacements: dict[str, str] = {}
        for old in terms.old_terms:
            replacements[plain(old.old)] = plain(old.new)
        for synonym in terms.synonyms:
            for word in synonym.also:
                replacements.setdefault(plain(word), plain(synonym.term))
        for synonym in terms.synonyms:
            # A longer word that is itself canonical must not be eaten by a shorter synonym.
            replacements.setdefault(plain(synonym.term), plain(synonym.term))
        self._replacements = {old: _resolve(old, replacements) for old in replacements}
        ordered = sorted(self._replacements, key=lambda word: (-len(word), word))
        self._pattern = re.compile("|".join(re.escape(word) for word in ordered) or r"(?!)")
        ordered = sorted({plain(role) for role in roles}, key=lambda word: (-len(word), word))
        self._roles = re.compile("|".join(re.escape(word) for word in ordered) or r"(?!)")
        self._tokenizer: Any = None
        self._groups = {word: group[0] for group in terms.groups for word in group}
        self._tokenize = lru_cache(maxsize=20_000)(self._content_words)

    def canonical(self, text: str) -> str:
        """Return ``text`` in NFKC without spaces, city words replaced by the guideline's."""
        return self._pattern.sub(lambda m: self._replacements[m.group()], plain(text))

    def words(self, text: str) -> tuple[str, ...]:
        """Return the content words of ``text`` in dictionary form, in order."""
        return self._tokenize(self.canonical(text))

    def bag(self, text: str) -> Bag:
        """Return what ``text`` is about; who must act is no part of that."""
        canonical = self.canonical(self._roles.sub("", plain(text)))
        grams = _GRAM_NOISE.sub("", canonical)
        words = self._tokenize(canonical)
        return Bag(
            Counter(words),
            Counter(char for word in words for char in _KANJI.findall(word)),
            Counter(grams[i : i + 2] for i in range(len(grams) - 1)),
        )

    def features(self, clauses: Iterable[Clause]) -> tuple[Features, ...]:
        """Return the features of each clause, in order."""
        listed = tuple(clauses)
        return tuple(
            self._features(clause, place / max(len(listed) - 1, 1))
            for place, clause in enumerate(listed)
        )

    def _features(self, clause: Clause, position: float) -> Features:
        sentences = split_sentences(clause.text)
        units = [self.bag(clause.quote)]
        if len(sentences) > 1:
            units += [self.bag(sentence) for sentence, _start in sentences]
        path = tuple(self.canonical(heading) for heading in clause.headings)
        context = "。".join((*clause.headings, *clause.headings[-1:], *clause.chapeau))
        text = plain(clause.quote)
        return Features(clause.id, tuple(units), self.bag(context), path, position, text)

    def _content_words(self, text: str) -> tuple[str, ...]:
        if self._tokenizer is None:
            from sudachipy import Dictionary, SplitMode

            self._tokenizer = Dictionary().create(SplitMode.A)
        found = []
        dropped = self._terms.dropped
        for start in range(0, len(text), 8000):  # SudachiPy refuses more than 49,149 bytes
            for token in self._tokenizer.tokenize(text[start : start + 8000]):
                kind = token.part_of_speech()
                form = token.normalized_form()
                if kind[0] in _CONTENT and kind[1] not in _DROPPED_KINDS and form not in dropped:
                    found.append(self._groups.get(form, form))
        return tuple(found)


def plain(text: str) -> str:
    """Return ``text`` in NFKC without white space, for comparing words."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _resolve(word: str, replacements: Mapping[str, str]) -> str:
    """Follow replacements (外部委託先 → 業務委託先 → 受託者) to their end; a circle stops."""
    seen = {word}
    while (following := replacements.get(word)) is not None and following not in seen:
        seen.add(following)
        word = following
    return word
