"""Why a clause was judged as it was: the parse and the reasoning, in Japanese."""

from collections.abc import Mapping, Sequence

from kanmon.report import Block, Column, Facts, Heading, Report, Table, Text
from kanmon.source import SourceRef
from regulation_scan.model import Article, Judgement, Sentence
from regulation_scan.normal import normalise
from regulation_scan.parse import Parse
from regulation_scan.report import marked_sentence
from regulation_scan.structure import modality_of, sentence_kind, subject_on_surface

RELATIONS = {
    "ROOT": "文の述語",
    "nsubj": "主語",
    "obj": "目的語（を）",
    "obl": "連用修飾（に・で・より等）",
    "acl": "連体修飾",
    "advcl": "連用節",
    "nmod": "名詞の修飾",
    "case": "助詞",
    "aux": "助動詞",
    "mark": "接続助詞",
    "compound": "複合",
    "fixed": "複合辞",
    "punct": "句読点",
    "cc": "接続詞",
    "conj": "並列",
    "advmod": "副詞",
    "det": "連体詞",
    "nummod": "数",
}
"""Universal Dependencies labels in the words of a Japanese reader."""

_WORDS = (
    Column("no", "番号", 6),
    Column("word", "語", 16),
    Column("lemma", "基本形", 14),
    Column("tag", "品詞", 22),
    Column("relation", "係り方", 18),
    Column("head", "係り先", 16),
)


def explain_report(
    articles: Sequence[Article],
    judgements: Sequence[Judgement],
    parses: Mapping[str, Parse],
    where: SourceRef,
) -> Report:
    """Return, for each sentence: what kind it is, the parse, and every candidate's reasons."""
    blocks: list[Block] = []
    for article in articles:
        for sentence in article.sentences:
            mine = [item for item in judgements if item.clause.order == sentence.order]
            blocks += _sentence_blocks(article, sentence, mine, parses)
    return Report(title=f"判定の説明: {where}", blocks=tuple(blocks))


def _sentence_blocks(
    article: Article,
    sentence: Sentence,
    judgements: Sequence[Judgement],
    parses: Mapping[str, Parse],
) -> list[Block]:
    core = normalise(sentence.text).text
    kind = sentence_kind(article, sentence)
    blocks: list[Block] = [
        Heading(sentence.provision, 2),
        Text(marked_sentence(sentence.text, [item.evidence for item in judgements]), "quote"),
        Facts(
            (
                ("正規化した文", core),
                ("文の種類", kind or "実体規定"),
                ("主体", subject_on_surface(core, len(core)) or "（省略）"),
                ("文末の性質", modality_of(core).label_ja),
                *((("柱書", sentence.chapeau),) if sentence.chapeau else ()),
            )
        ),
    ]
    for item in judgements:
        blocks.append(Heading(f"{item.category}: {item.status.label_ja}", 3))
        blocks.append(Facts(tuple(_judgement_facts(item))))
    if not judgements:
        blocks.append(Text("手がかりの語がないか、手がかりの言い回しに合わない。", "note"))
    parse = parses.get(core)
    if parse:
        blocks.append(_parse_table(sentence.provision, parse))
    return blocks


def _judgement_facts(item: Judgement) -> list[tuple[str, str]]:
    facts = [("根拠の語", item.evidence)]
    facts += [(f"理由{number}", reason) for number, reason in enumerate(item.reasons, 1)]
    facts += [
        ("手がかり", f"rules/analog の {item.cue}"),
        ("位置", item.position.label_ja),
        ("確度", item.confidence.label_ja),
    ]
    if item.reason_code:
        facts.append(("理由コード", item.reason_code))
    if item.by_reference:
        facts.append(("準用の連鎖", " → ".join(item.by_reference)))
    if item.frequency:
        facts.append(("頻度", item.frequency))
    if item.phase:
        facts.append(("PHASE（案）", item.phase))
    if item.technology:
        facts.append(("技術の候補", item.technology))
    return facts


def _parse_table(title: str, parse: Parse) -> Table:
    rows = tuple(
        (
            index,
            token.text,
            token.lemma,
            token.tag,
            RELATIONS.get(token.relation, token.relation),
            "—" if token.head == index else f"{token.head} {parse[token.head].text}",
        )
        for index, token in enumerate(parse)
    )
    return Table("parse", f"係り受け解析（{title}）", _WORDS, rows)
