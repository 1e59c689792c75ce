"""Drafts of 速報 and 確報: the nine report items, prefilled, what is unknown marked."""

from collections.abc import Sequence

from csirt.clock import Due
from csirt.clock_report import last_text
from csirt.duty import Truth
from csirt.incident import Incident
from csirt.letters import UNKNOWN, LetterFacts, letter_values
from kanmon.dates import format_instant
from kanmon.report import Block, Cell, Column, Facts, Report, RichText, Span, Table, Text

STAGES = {"preliminary": "速報", "final": "確報"}

# Items of 平成27年特定個人情報保護委員会規則第5号3条1項各号; 個人情報保護法 asks for the same nine.
# Source: 個人情報保護委員会 特定個人情報ガイドライン（行政機関等編）令和7年6月改正 別添2 3D.
_ITEMS = (
    ("概要", "発生日・発覚日・発生事案・発見者・該当する号・委託元と委託先・事実経過"),
    ("項目", "漏えい等した情報の項目。媒体と種類（住民情報・従業員情報の別）"),
    ("本人の数", "確定していなければ、あり得る最大の人数"),
    ("原因", "発生した主体（市か委託先か）とともに"),
    ("二次被害又はそのおそれの有無及びその内容", "悪用の有無、番号・口座・なりすまし"),
    ("本人への対応の実施状況", "知った後に行った措置（通知を含む）"),
    ("公表の実施状況", "公表した日と方法、または予定"),
    ("再発防止のための措置", "実施済みと、今後の予定に分けて"),
    ("その他参考となる事項", "ほかの委託元・警察・関係機関への連絡など"),
)


def draft_report(stage: str, facts: LetterFacts, incident: Incident) -> Report:
    """Return the draft of one stage for every clock that runs, 【未確認】 where unknown.

    Both laws' clocks run separately: mixed data needs two reports, and the draft says so.
    """
    dues = [due for due in facts.dues if due.duty.stage == stage and due.truth is not Truth.NO]
    values = letter_values(facts)
    items = _filled(incident, dues, values)
    unknown = sum(UNKNOWN in text for _, _, text in items)
    columns = (
        Column("item", "報告事項", 30),
        Column("asks", "書くこと", 40),
        Column("draft", "案", 70, editable=True),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (item, asks, _marked(text)) for item, asks, text in items
    )
    blocks: list[Block] = [
        Facts((("事案", f"{incident.id} {incident.title}"), ("作成の区分", STAGES[stage]))),
        _deadlines(dues),
        Table("items", "報告事項", columns, rows),
        Text("委員会のホームページの報告フォームに、この順に写します。"
             "速報は、その時点で分かっていることだけで足ります。", "note"),
        Text("個人番号そのもの、氏名の一覧、パスワードは書きません。", "warning"),
    ]  # fmt: skip
    summary = (
        f"未確認の事項 {unknown} 件" if unknown else "全ての事項に案が入っています",
        *(["保有個人情報と特定個人情報の両方に当たるときは、それぞれに報告します"]
          if len({due.duty.group for due in dues}) > 1 else []),
    )  # fmt: skip
    title = f"漏えい等報告（{STAGES[stage]}）の案: {incident.id}"
    return Report(title=title, summary=summary, blocks=tuple(blocks), made_on=facts.today)


def _filled(
    incident: Incident, dues: Sequence[Due], values: dict[str, str]
) -> list[tuple[str, str, str]]:
    texts = (
        _overview(incident, dues, values),
        values["items"],
        values["persons"],
        values["cause"],
        values["secondary"],
        values["response"],
        values["publication"],
        values["prevention"],
        values["other"],
    )
    return [(item, asks, text) for (item, asks), text in zip(_ITEMS, texts, strict=True)]


def _overview(incident: Incident, dues: Sequence[Due], values: dict[str, str]) -> str:
    reporter = incident.facts.get("reporter", "") or UNKNOWN
    lines = [
        f"発生日時: {values['occurred']}",
        f"発覚日時: {values['detected']}",
        f"知った日時: {values['known']}（{values['known_by']}）",
        f"発見者: {reporter}",
        f"事案: {values['category']}",
        f"該当: {_grounds(incident, dues)}",
        f"委託先: {incident.facts.get('contractor') or ('なし' if _is_own(incident) else UNKNOWN)}",
        f"経過: {values['summary']}",
    ]
    for entry in incident.timeline:
        if entry.kind.slug in ("state", "decision", "done"):
            lines.append(f"　{format_instant(entry.happened)[:16]} {entry.text}")
    return "\n".join(lines)


def _is_own(incident: Incident) -> bool:
    """Return whether somebody said that no contractor is concerned; nobody asked is unknown."""
    answer = incident.answers.get("contractor")
    return answer is not None and answer.value is False


def _grounds(incident: Incident, dues: Sequence[Due]) -> str:
    answers = incident.answers
    named = {
        "special-care": "要配慮個人情報",
        "property-damage": "財産的被害のおそれ",
        "malicious": "不正の目的のおそれ（2号）",
        "my-number-system": "番号利用事務等のシステム（1号）",
        "published-online": "不特定多数の閲覧（3号）",
        "ordinance-care": "条例要配慮個人情報",
    }
    found = [label for key, label in named.items() if _is_yes(incident, key)]
    persons = answers.get("persons")
    if persons and isinstance(persons.value, int) and persons.value > 100:
        found.append("本人の数が100人を超える（4号）")
    if found:
        return "、".join(found)
    return (
        UNKNOWN if any(due.truth is Truth.UNKNOWN for due in dues) or not dues else "（該当なし）"
    )


def _is_yes(incident: Incident, question: str) -> bool:
    answer = incident.answers.get(question)
    return answer is not None and answer.value is True


def _deadlines(dues: Sequence[Due]) -> Table:
    columns = (
        Column("duty", "報告", 40),
        Column("to", "提出先", 24),
        Column("last", "期限・目安", 30),
        Column("truth", "要否"),
        Column("basis", "根拠", 40),
        Column("verify", "出典", 24),
    )
    rows = tuple(
        (
            due.duty.title,
            due.duty.to,
            last_text(due),
            due.truth.label_ja,
            due.duty.basis,
            "要確認" if due.duty.verify else due.duty.source,
        )
        for due in dues
    )
    return Table("deadlines", "提出先と期限", columns, rows)


def _marked(text: str) -> RichText:
    """Return the text with every 【未確認】 marked."""
    spans: list[Span] = []
    for number, part in enumerate(text.split(UNKNOWN)):
        if number:
            spans.append(Span(UNKNOWN, "alarm"))
        if part:
            spans.append(Span(part))
    return RichText(tuple(spans))
