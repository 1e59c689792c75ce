"""Forms (様式): seal marks and signature fields, which no sentence mentions."""

import re
from collections.abc import Iterable

from kanmon.finding import Confidence
from regulation_scan.judge import clause_of
from regulation_scan.model import Article, Judgement, Modality, Position, Sentence, Status

# 印 alone counts only where a form puts a mark: in brackets, in a circle, or after a field.
_SEAL = re.compile(
    r"㊞|[（(]\s*印\s*[）)]|[\s\u3000]印\s*$|[\s\u3000]印(?=[\s\u3000])|(?<=[名者長])[\s\u3000]*印\s*$|^\s*印\s*$|"
    r"[（(][^（）()]{0,8}(押印|捺印|なつ印|職印|公印|実印|認印|割印)[^（）()]{0,8}[）)]|押印欄|検印欄?|受付印|収入印紙"
)
_SIGNATURE = re.compile(
    r"(自署|自書|署名)(欄|してください|すること|[）)：:]|[\s\u3000]|$)|[（(][^（）()]{0,10}(自署|自書|署名)[^（）()]{0,10}[）)]"
)
_SEAL_OPTIONAL = re.compile(
    r"(押印|印)(は)?(不要|省略|を?要しない|を?省略)|署名(した|する)場合[^。]{0,12}押印"
)
_OWN_OFFICE = re.compile(r"(市長|町長|村長|知事|教育長|管理者|所長|署長|委員長)")
_RECEIPT = re.compile(r"受付印|収受印|消印")


def judge_forms(articles: Iterable[Article]) -> tuple[Judgement, ...]:
    """Return what the forms ask for, in document order.

    A seal mark or signature field is a finding with the form's number and the article it belongs
    to; a form that says the seal may be left out is not applicable.
    """
    return tuple(
        judgement for article in articles if article.form for judgement in _judge_form(article)
    )


def _judge_form(article: Article) -> Iterable[Judgement]:
    waived = any(_SEAL_OPTIONAL.search(sentence.text) for sentence in article.sentences)
    for sentence in article.sentences:
        for pattern, what in ((_SEAL, "印"), (_SIGNATURE, "署名")):
            match = pattern.search(sentence.text)
            if match is None or "電子署名" in sentence.text:
                continue
            if match.group(0).strip() == "収入印紙":
                yield _judgement(article, sentence, match.group(0), "収入印紙", waived=False)
            else:
                yield _judgement(article, sentence, match.group(0).strip(), what, waived=waived)
            break


def _judgement(
    article: Article, sentence: Sentence, mark: str, what: str, *, waived: bool
) -> Judgement:
    place = f"{article.address}（{article.linked}関係）" if article.linked else article.address
    field = "印の欄" if what == "印" else f"{what}の欄"
    reasons = [f"{place}に{field}がある:「{mark}」"]
    if _OWN_OFFICE.search(sentence.text) and what == "印":
        reasons.append("市の機関の公印の欄とみられる")
    receipt = bool(_RECEIPT.search(sentence.text))
    refused = "EXC" if waived else "HOM" if receipt else ""
    if waived:
        reasons = ["様式に押印を省略できる旨の記載がある"]
    elif receipt:
        reasons = ["受付の印の欄であり、提出する人の押印ではない"]
    return Judgement(
        clause=clause_of(article, sentence),
        category="印紙・現金" if what == "収入印紙" else "押印・署名",
        status=Status.NOT_APPLICABLE if refused else Status.FINDING,
        evidence=mark,
        reason_code=refused,
        reasons=tuple(reasons),
        modality=Modality.STATEMENT,
        position=Position.MAIN,
        cue="form",
        confidence=Confidence.HIGH if mark != "印" else Confidence.MEDIUM,
        type_ja="様式の印" if what == "印" else "様式の署名",
    )
