"""How the city writes: its word for each thing, its way to end a sentence. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from policy.model import Clause
from policy.vocabulary import Synonym

_POLITE = re.compile(r"(?:ません|ます|です)。")
_PLAIN = re.compile(r"(?:ならない|する|こと|ない|とする)。")
_SHORT_NAME = re.compile(r"[（(]以下[^（()）]*「[^「」]*」という。?[）)]")
_BODIES = "市町村区県"
_BODY = re.compile(rf"(?<![一-龥])(?:副)?([{_BODIES}])(?=長|は|が|に|の|と|を|、|による)")
_POLITE_ENDINGS = (
    ("なければならない。", "なければなりません。"),
    ("てはならない。", "てはなりません。"),
    ("ではならない。", "ではなりません。"),
    ("ことができる。", "ことができます。"),
    ("望ましい。", "望ましいです。"),
)


@dataclass(frozen=True, slots=True)
class LocalStyle:
    """What a draft must sound like.

    Attributes:
        words: Every known word to the one to write; itself where the city has no other. Known
            words are all listed so that a longer one (修正プログラム) guards its parts.
        polite: The city writes です・ます.
        body: What it is: 市, 町, 村 … The guideline speaks of 市.
    """

    words: Mapping[str, str]
    polite: bool = False
    body: str = "市"


def learn_style(clauses: Iterable[Clause], synonyms: Iterable[Synonym]) -> LocalStyle:
    """Return the city's style, learned by counting its words.

    Of several words for one thing the city's most frequent one is taken. A word is never
    replaced by a part of itself or a longer form of itself: 職員等 must not become 職員, nor ログ
    become アクセスログ, because that changes whom or what the clause covers.
    """
    text = "\n".join(clause.quote for clause in clauses)
    groups = [(synonym.term, *synonym.also) for synonym in synonyms]
    counts = Counter(_pattern(word for group in groups for word in group).findall(text))
    words = {}
    for group in groups:
        best = max(group, key=lambda word: (counts[word], -group.index(word)))
        for word in group:
            taken = counts[word] or not counts[best] or _contains(word, best)
            words[word] = word if taken else best
    bodies = Counter(_BODY.findall(text))
    body = max(_BODIES, key=lambda word: (bodies[word], -_BODIES.index(word)))
    return LocalStyle(words, len(_POLITE.findall(text)) > len(_PLAIN.findall(text)), body)


def in_city_words(text: str, style: LocalStyle) -> str:
    """Return a guideline text in the city's words and way of ending sentences.

    A short name the guideline defines (以下「CISO」という) is left out: the city has its own.
    """
    text = _SHORT_NAME.sub("", text)
    text = _BODY.sub(lambda match: match.group().replace("市", style.body), text)
    told = _pattern(style.words).sub(lambda match: style.words[match.group()], text)
    if style.polite:
        for plain, polite in _POLITE_ENDINGS:
            told = told.replace(plain, polite)
    return told


def _contains(one: str, two: str) -> bool:
    short, long = sorted((one, two), key=len)
    return short in long and long != short + "ー"


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return re.compile("|".join(re.escape(word) for word in ordered) or r"(?!)")
