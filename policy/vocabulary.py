"""What the editable rules say, as values: synonyms, old terms, sections. Pure; no file is read.

The files and their keys:

``rules/policy/terms.yml``::

    synonyms:                       # words a city uses for one thing; matching only
      - {term: 管理区域, also: [電算室, サーバ室], source: …}
    old_terms:                      # words an edition gave up: a finding 旧版準拠
      - {old: 外部委託, new: 業務委託, edition: 令和2年12月版まで, source: …, verify: true}

    narrower:                       # a thing and some of its kinds: naming only a kind asks less
      - {term: 端末, kinds: [モバイル端末, USBメモリ]}

``rules/policy/words.yml``::

    groups: [[保存, 保管, 保持], …]   # general words, dictionary forms
    dropped: [為る, 行う, …]         # words that say nothing about the subject

``rules/policy/sections.yml``::

    edition: …
    sections:
      - {id: '4.1', title: サーバ等の管理, also: [機器に対する管理], law_item: 3}

``rules/policy/baseline.yml``::

    edition: …
    duties:
      - {id: …, section: …, title: …, actor: …, text: …, strength: 6, frequency: "",
         threshold: "", applies: [model=β], law_item: 3, source: …, verify: true,
         recommended: false}
"""

from dataclasses import dataclass

from policy.model import Strength


@dataclass(frozen=True, slots=True)
class OldTerm:
    """A word that an edition of the guideline replaced.

    Attributes:
        edition: The last edition (or range) that used ``old``, as shown to people.
        verify: True while nobody has checked it against the official text.
    """

    old: str
    new: str
    edition: str
    verify: bool = True


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the guideline's current edition.

    Attributes:
        also: Other headings cities use for it, for alignment only.
        law_item: The 号 of 施行規則16条の3; 0 for the 基本方針.
    """

    id: str
    title: str
    also: tuple[str, ...] = ()
    law_item: int = 0


@dataclass(frozen=True, slots=True)
class Synonym:
    """Words that mean ``term`` to one city or another."""

    term: str
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """The word lists alignment and comparison use.

    Attributes:
        synonyms: In file order; a word may stand under one term only.
        groups: General words (dictionary forms) that mean nearly the same, for alignment only.
        dropped: Dictionary forms every clause shares; they say nothing about its subject.
        narrower: Things with words for some of their kinds.
    """

    synonyms: tuple[Synonym, ...] = ()
    old_terms: tuple[OldTerm, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    dropped: frozenset[str] = frozenset()
    narrower: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineDuty:
    """A duty of the shipped baseline: our own wording, never the guideline's.

    Attributes:
        id: ``6.2-3``: section, then a running number.
        section: Section of the current edition, ``6.2``.
        title: What it is about, a few words.
        actor: Who must act.
        text: The duty as one sentence in our words, ending in its own predicate.
        strength: Level 0 to 7.
        frequency: Words, where the guideline fixes one; else empty.
        threshold: Words, where the guideline fixes one; else empty.
        applies: Conditions as in ``Clause.applies``.
        law_item: The 号 of 施行規則16条の3, 1 to 8; 0 for the 基本方針.
        source: Edition and section it paraphrases.
        verify: True while nobody has checked it against the official text.
        recommended: 【推奨事項】 in the guideline.
    """

    id: str
    section: str
    title: str
    actor: str
    text: str
    strength: Strength
    frequency: str = ""
    threshold: str = ""
    applies: tuple[str, ...] = ()
    law_item: int = 0
    source: str = ""
    verify: bool = True
    recommended: bool = False
