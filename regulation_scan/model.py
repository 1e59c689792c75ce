"""The words of this job: categories, cues, clauses, and what was judged about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from kanmon.finding import Confidence


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of analog requirement.

    Attributes:
        slug: Part of the check id ``analog/<slug>`` and anchor in docs/checks.md.
        label_ja: As in the review table.
        group: ``core`` (the Digital Agency's seven and recording media), ``procedure`` (paper,
            seal, appearance) or ``means`` (further means; switchable in kanmon.toml).
    """

    slug: str
    label_ja: str
    group: str

    @property
    def check(self) -> str:
        """Return the stable check id."""
        return f"analog/{self.slug}"


CATEGORIES: Mapping[str, Category] = {
    label: Category(slug, label, group)
    for slug, label, group in (
        ("visual-inspection", "目視", "core"),
        ("on-site-audit", "実地監査", "core"),
        ("periodic-inspection", "定期検査・点検", "core"),
        ("resident-or-dedicated", "常駐・専任", "core"),
        ("in-person-training", "対面講習", "core"),
        ("written-posting", "書面掲示", "core"),
        ("in-person-viewing", "往訪閲覧・縦覧", "core"),
        ("recording-medium", "FD等記録媒体", "core"),
        ("paper-document", "書面", "procedure"),
        ("seal-or-signature", "押印・署名", "procedure"),
        ("appearance-in-person", "対面・出頭", "procedure"),
        ("through-another-office", "経由", "means"),
        ("carry-and-show", "携帯・提示", "means"),
        ("post-or-service", "郵便・送達", "means"),
        ("stamps-or-cash", "印紙・現金", "means"),
        ("orally", "口頭", "means"),
        ("public-notice-medium", "公告媒体", "means"),
        ("original-or-copies", "原本・部数", "means"),
        ("bring-or-hand-over", "持参・引渡し", "means"),
    )
}
"""By Japanese label, in the order of reports. Source: issue brief and the Digital Agency's
アナログ規制の点検・見直しマニュアル (seven items and recording media); the rest are the further
means asked for by paper, seal and in-person reviews."""


class Status(Enum):
    """How a candidate ended. Nothing vanishes: every candidate ends as one of these."""

    FINDING = "finding", "該当候補"
    COVERED = "covered", "通則条例等で対応済み"
    NOT_APPLICABLE = "not_applicable", "非該当"

    def __init__(self, slug: str, label_ja: str) -> None:
        self.slug = slug
        self.label_ja = label_ja


REASONS: Mapping[str, str] = {
    "PEN": "罰則（語は犯罪の構成要件として現れるだけ）",
    "DEF": "定義規定",
    "JUN": "準用・読替えの列挙",
    "ALT": "同じ条の中でデジタルの手段が既に認められている",
    "DIG": "規定そのものがデジタルの手段を前提にしている",
    "PERM": "禁止又は許容であり、行為を義務付けていない",
    "HOM": "同じ字面の別の意味",
    "ORG": "組織・権限・所掌の列挙",
    "SUP": "名称にその語を含む機関の監督規定",
    "REF": "既にされた行為・他の規定を指すだけ",
    "EXC": "適用除外",
    "SIDE": "アナログな仕組みの付随規定（手数料・期間など）",
    "COV": "通則条例・押印省略規則により対応済み",
}
"""Reason codes of candidates that are no finding. Source: false-positive types of the reference
on analog-regulation review, extended by COV."""


class Position(Enum):
    """Where in the sentence the words stand, as the parse shows it."""

    MAIN = "main", "主たる述語"
    CONDITION = "condition", "条件・時点の節"
    RELATIVE = "relative", "名詞を修飾する節"
    MENTION = "mention", "述語を伴わない言及"

    def __init__(self, slug: str, label_ja: str) -> None:
        self.slug = slug
        self.label_ja = label_ja


class Modality(Enum):
    """What the sentence does to its subject."""

    OBLIGATION = "obligation", "義務"
    EFFORT = "effort", "努力義務"
    PROHIBITION = "prohibition", "禁止"
    PERMISSION = "permission", "許容・権限"
    STATEMENT = "statement", "規定"

    def __init__(self, slug: str, label_ja: str) -> None:
        self.slug = slug
        self.label_ja = label_ja


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Words around a cue that make it something else.

    Attributes:
        pattern: Regular expression over the normalised sentence; when it matches a stretch that
            overlaps the cue's, the candidate is not applicable.
        code: Key of ``REASONS``.
        reason: One Japanese sentence, as a lawyer would write it.
    """

    pattern: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Cue:
    """One way in which a requirement is worded.

    Attributes:
        id: ``<category slug>/<name>``, unique.
        category: Japanese label, key of ``CATEGORIES``.
        type_ja: 類型 inside the category; empty when the reference names none.
        words: At least one must occur in the normalised sentence; the prefilter looks for these.
        pattern: Regular expression over the normalised sentence; empty: the words themselves.
        predicates: Lemmas one of which must govern the cue in the parse; empty: any.
        accept: Positions that make it a finding.
        unless: Exclusions, tried in order.
        confidence: Of a finding by this cue.
        reason: Why it is a finding, one Japanese sentence.
        matches, not_matches: Sentences written by us that it must and must not flag.
        source, version: Where the knowledge comes from, as the file says.
        in_brackets: True when it is also looked for in remarks in brackets: （実印を押したもの）.
        reads_replacements: True when it looks into the quoted words of a 読替え.
    """

    id: str
    category: str
    words: tuple[str, ...]
    reason: str
    matches: tuple[str, ...]
    not_matches: tuple[str, ...]
    type_ja: str = ""
    pattern: str = ""
    predicates: tuple[str, ...] = ()
    accept: frozenset[Position] = frozenset({Position.MAIN})
    unless: tuple[Exclusion, ...] = ()
    confidence: Confidence = Confidence.MEDIUM
    source: str = ""
    version: str = ""
    reads_replacements: bool = False
    in_brackets: bool = False


@dataclass(frozen=True, slots=True)
class Instrument:
    """One ordinance, rule or form file as the scan sees it.

    Attributes:
        file: As the user named it.
        kind: 条例, 規則, 要綱, 訓令, 告示, 規程, 法律 …; empty when unknown.
    """

    file: str
    title: str
    number: str
    kind: str

    @property
    def subject(self) -> str:
        """Return what outlives an edit: the number, else the title, else the file's name."""
        return self.number or self.title or self.file


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an article, at its address.

    Attributes:
        text: Verbatim.
        provision: Arabic address: 第12条の2第1項第3号, 別表第1.
        paragraph: Number of the paragraph inside the article, 1 when unnumbered.
        chapeau: For an item, the sentence that introduces it; else empty.
        proviso: True for ただし ….
        order: Position in the instrument, from 0.
    """

    text: str
    provision: str
    paragraph: int = 1
    chapeau: str = ""
    proviso: bool = False
    order: int = 0


@dataclass(frozen=True, slots=True)
class Article:
    """The unit of judgement: an article with all its sentences (or a table, or a form).

    Attributes:
        address: Arabic address of the article: 第12条の2, 別表第1, 様式第3号.
        headings: Titles of the chapters around it, outermost first.
        form: True for a form (様式): seal marks and signature fields count.
        linked: For a form, the article it belongs to, as written: 第7条関係; else empty.
    """

    instrument: Instrument
    address: str
    caption: str
    headings: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    form: bool = False
    linked: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """Where a judgement was made, flat, so that it can be kept without the document.

    Attributes:
        article: Arabic address of the article, table or form.
        provision: Arabic address of the sentence.
        order: Position of the sentence in the instrument, from 0.
        form: True for a form; ``linked`` then names the article it belongs to.
    """

    instrument: Instrument
    article: str
    caption: str
    provision: str
    sentence: str
    order: int
    form: bool = False
    linked: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What became of one category at one sentence.

    Attributes:
        evidence: The words themselves, verbatim.
        reason_code: Key of ``REASONS``; empty for a finding.
        reasons: Japanese sentences, strongest first.
        by_reference: For a 準用, the chain of addresses that leads to the flagged clause.
        covered_by: (instrument, article) of the city's general ordinance; empty otherwise.
        digital_ok: True when a digital means stands beside the analog one.
        phase: Proposal ``1-1``, ``1-2`` or ``2``; a person decides.
        priority: ``A`` to ``D``; see ``regulation_scan.priority``.
        addressee: 住民・事業者, 行政から住民へ or 内部.
        procedure: Name of the state's priority online procedure it belongs to; or empty.
    """

    clause: Clause
    category: str
    status: Status
    evidence: str
    type_ja: str = ""
    reason_code: str = ""
    reasons: tuple[str, ...] = ()
    subject: str = ""
    modality: Modality = Modality.STATEMENT
    position: Position = Position.MAIN
    frequency: str = ""
    cue: str = ""
    confidence: Confidence = Confidence.MEDIUM
    by_reference: tuple[str, ...] = ()
    covered_by: tuple[str, ...] = ()
    digital_ok: bool = False
    phase: str = ""
    priority: str = ""
    addressee: str = ""
    procedure: str = ""
    technology: str = ""
    discretion: str = ""

    @property
    def sort_key(self) -> tuple[str, str, int, int, str]:
        """Return what orders results: file, instrument, sentence, category."""
        clause, order = self.clause, list(CATEGORIES).index(self.category)
        return (clause.instrument.file, clause.instrument.title, clause.order, order, self.cue)
