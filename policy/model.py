"""The words of this job: clauses of a document, the duties they state, and what became of them.

Pure values; nothing here reads a file. Dimension and verdict names are those of every output.
"""

from dataclasses import dataclass
from enum import Enum

from kanmon.finding import Confidence
from kanmon.source import SourceRef


class Named(Enum):
    """A member with a stable English slug and the Japanese word people read."""

    def __init__(self, slug: str, label_ja: str) -> None:
        self.slug = slug
        self.label_ja = label_ja

    @classmethod
    def from_text(cls, text: str) -> "Named":
        """Return the member written as slug or Japanese word; raises ``ValueError`` otherwise."""
        for member in cls:
            if text in (member.slug, member.label_ja):
                return member
        known = ", ".join(member.slug for member in cls)
        raise ValueError(f"{text!r} is none of {known}")


class Role(Named):
    """Which side of the comparison an imported document stands on."""

    GUIDELINE = "guideline", "ガイドライン"
    LOCAL = "local", "市のポリシー"


class ClauseKind(Named):
    """The layer of a document: the text that binds, and the explanation beside it."""

    BODY = "body", "本文"
    COMMENTARY = "commentary", "解説"


class Verdict(Named):
    """What became of one duty. The last is the honest one when the machine cannot tell."""

    EQUAL = "equal", "一致"
    STRONGER = "stronger", "強い"
    WEAKER = "weaker", "弱い"
    MISSING = "missing", "欠落"
    OUTDATED = "outdated", "旧版準拠"
    OWN = "own", "独自"
    NOT_APPLICABLE = "not-applicable", "適用外"
    SPLIT = "split", "分割/統合"
    UNDECIDED = "undecided", "要人手"


class Dimension(Named):
    """In which respect two clauses differ. Source: reference section 5; ``term`` is 旧用語."""

    VERB = "verb", "強度"
    FREQUENCY = "frequency", "頻度"
    DEADLINE = "deadline", "期限"
    ACTOR = "actor", "主体"
    APPROVER = "approver", "承認者"
    THRESHOLD = "threshold", "基準値"
    SCOPE = "scope", "範囲"
    EXCEPTION = "exception", "例外"
    RECORD = "record", "記録・報告"
    MEASURE = "measure", "項目"
    TERM = "term", "用語"


class Strength(Enum):
    """How strongly a predicate binds, 0 to 7."""

    PERMISSION = 0, "裁量"
    RECOMMENDATION = 1, "推奨"
    EFFORT = 2, "努力義務"
    CONDITIONAL = 3, "条件付き"
    NECESSITY = 4, "必要"
    INSTRUCTION = 5, "訓令的義務"
    OBLIGATION = 6, "義務"
    PROHIBITION = 7, "禁止"

    def __init__(self, level: int, label_ja: str) -> None:
        self.level = level
        self.label_ja = label_ja

    @classmethod
    def from_level(cls, level: int) -> "Strength":
        """Return the member of a level; raises ``ValueError`` outside 0 to 7."""
        for member in cls:
            if member.level == level:
                return member
        raise ValueError(f"no strength {level}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One numbered place of a document, with all it inherits.

    Attributes:
        id: The document's own number: ``6.2(1)③``, ``第50条第2項第1号``, ``5-4(2)``, ``別表2``.
            Where numbers restart the part's number stands in front; unique in one edition.
        edition: Name of the edition it belongs to.
        headings: Titles above it, outermost first, with their numbers removed.
        number: Its own number as written, ``③``; empty for unnumbered text.
        text: Its own words, verbatim, without the number.
        chapeau: The introducing words (柱書) of the places above it, outermost first.
        kind: Body or commentary (解説).
        recommended: Stands under 【推奨事項】: never a hard gap.
        items: Enumerated sub-items that state no duty of their own, verbatim, in order.
        where: File and place.
        applies: Conditions of the profile under which it applies; empty: always. Written
            ``key=value``: ``model=β``, ``cloud``, ``my-number``, ``wireless``, ``joint``.
        introduces: Only leads to the places below it (次の措置を講じなければならない。), which
            state the duties.
    """

    id: str
    edition: str
    headings: tuple[str, ...]
    number: str
    text: str
    where: SourceRef
    chapeau: tuple[str, ...] = ()
    kind: ClauseKind = ClauseKind.BODY
    recommended: bool = False
    items: tuple[str, ...] = ()
    applies: tuple[str, ...] = ()
    introduces: bool = False

    @property
    def quote(self) -> str:
        """Return the words a person must see: the text, then its items in brackets."""
        return self.text + "".join(f"［{item}］" for item in self.items)


@dataclass(frozen=True, slots=True)
class Part:
    """One meaning-bearing part found in a clause.

    Attributes:
        dimension: Which question it answers.
        key: What is measured or named, normalised: ``per-year``, ``urgency``, ``days``,
            ``permit``, ``password-length``, ``record``; equal keys can be compared.
        rank: Larger binds more; units are those of the key (times per year, role rank …).
        text: The words, verbatim.
        start: Offset of ``text`` in the clause's ``quote``; -1 when inherited from a chapeau.
    """

    dimension: Dimension
    key: str
    rank: float
    text: str
    start: int = -1


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a clause with the level of its final predicate.

    Attributes:
        strength: ``None`` for a sentence that states no duty (a definition, a fact, みなす).
        cue: The words that decided, verbatim.
        start: Offset in the clause's ``text``.
    """

    text: str
    strength: Strength | None
    cue: str
    start: int


@dataclass(frozen=True, slots=True)
class Duty:
    """A clause that asks something, with the parts that can be weaker or stronger.

    Attributes:
        strength: Of the main sentence, the 柱書 and 【推奨事項】 taken into account.
        parts: In order of dimension, then place.
    """

    clause: Clause
    strength: Strength
    cue: str
    sentences: tuple[Sentence, ...]
    parts: tuple[Part, ...] = ()

    def of(self, dimension: Dimension) -> tuple[Part, ...]:
        """Return its parts of one dimension, in place order."""
        return tuple(part for part in self.parts if part.dimension is dimension)


@dataclass(frozen=True, slots=True)
class Edition:
    """One imported document, understood.

    Attributes:
        name: As given to ``--edition`` or the file's name.
        digest: SHA-256 of the file's bytes.
        clauses: In document order.
    """

    name: str
    role: Role
    path: str
    digest: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Alignment:
    """Which places of the local policy answer to one duty of the guideline.

    Attributes:
        guideline: Id of the duty.
        local: Ids, best first; empty when nothing came near.
        score: Of the best, 0 to 1.
        runner_up: Id of the best clause not chosen; empty when there is none.
        runner_up_score: Its score.
        confidence: How far the best stands above the threshold and the runner-up.
    """

    guideline: str
    local: tuple[str, ...]
    score: float
    runner_up: str
    runner_up_score: float
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Difference:
    """One respect in which the local text differs.

    Attributes:
        direction: -1 the local text is weaker, +1 stronger, 0 other but not comparable.
        guideline_words: The words on the guideline's side; empty when it has none.
        local_words: The words on the local side; empty when it has none.
        reason: One Japanese sentence quoting both.
    """

    dimension: Dimension
    direction: int
    guideline_words: str
    local_words: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The verdict about one duty, or about one local clause no duty answers to (独自).

    Attributes:
        guideline: The duty's clause; ``None`` for 独自.
        local: The local clauses, best first; empty for 欠落, 適用外 and some 要人手.
        dimensions: Respects that made the verdict, in the order of ``Dimension``.
        edition: For 旧版準拠: the edition whose words the local text keeps.
        strength: Of the guideline's duty; ``None`` for 独自.
        reason: Japanese sentences saying why, quoting the differing words.
    """

    guideline: Clause | None
    local: tuple[Clause, ...]
    verdict: Verdict
    differences: tuple[Difference, ...]
    reason: str
    confidence: Confidence
    score: float = 0.0
    runner_up: str = ""
    runner_up_score: float = 0.0
    edition: str = ""
    strength: Strength | None = None

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """Return the respects in which the two differ, each once."""
        found = {difference.dimension for difference in self.differences}
        return tuple(dimension for dimension in Dimension if dimension in found)
