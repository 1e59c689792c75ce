"""A runbook as a document to work from: general, or filled with the incident at hand."""

from collections.abc import Sequence

from csirt.alert import USER, detail
from csirt.clock_report import dues_table, open_question_table
from csirt.letters import TITLES
from csirt.runbook import Verification
from csirt.runbook_query import scope_of
from csirt.runbook_sections import (
    containment_blocks,
    decision_blocks,
    evidence_table,
    false_positives_table,
    question_blocks,
)
from csirt.runbook_view import RunbookView
from csirt.timeline_report import timeline_table
from csirt.triage import times_of
from kanmon.dates import format_instant
from kanmon.report import (
    Block,
    Cell,
    Column,
    Facts,
    Heading,
    Listing,
    Report,
    RichText,
    Span,
    Table,
    Text,
)


def runbook_report(view: RunbookView) -> Report:
    """Return the runbook in the order a person works: what, why, now, questions, evidence, cut."""
    runbook, incident = view.runbook, view.facts.incident
    scope = scope_of([item.finding for item in view.alerts])
    about = f"{incident.id} {incident.title}: " if incident else ""
    blocks: list[Block] = [
        Facts(_head(view)),
        *_why(view),
        Heading("今すぐすること"),
        Listing(runbook.do_first, numbered=True, checkbox=False),
        Heading("してはいけないこと"),
        *(Text(f"× {text}", "warning") for text in runbook.never),
        Heading("5分で答える問い"),
        *(block for n, check in enumerate(runbook.questions, 1)
          for block in question_blocks(n, check, view, scope)),
        false_positives_table(runbook),
        evidence_table(runbook),
        Heading("封じ込め（小さく切れるものから）"),
        *containment_blocks(view),
        *decision_blocks(view),
        Heading("報告・通知と期限"),
        *_duties(view),
        *_checks("根絶の確かめ", runbook.eradication),
        *_checks("復旧の確かめ", runbook.recovery),
        *_checks("終える前に", runbook.closeout),
        Heading("振り返りの問い"),
        Listing(tuple(lesson.ask for lesson in runbook.lessons), numbered=True),
        Text(f"研修: {runbook.training[0]}（対象: {runbook.training[1]}）。"
             "事案が確定すると、研修の割当てが動きます。", "note"),
        *_letters(view),
        *((timeline_table(incident),) if incident else ()),
    ]  # fmt: skip
    return Report(
        title=f"{about}手順書「{runbook.title}」",
        summary=(runbook.summary, runbook.why_it_matters),
        blocks=tuple(blocks),
        made_on=view.facts.today,
    )


def _head(view: RunbookView) -> tuple[tuple[str, Cell], ...]:
    runbook, incident = view.runbook, view.facts.incident
    level = view.library.severity(incident.facts.get("severity", "")) if incident else None
    rules = sorted({item.finding.check.removeprefix("sigma/") for item in view.alerts})
    pairs: list[tuple[str, Cell]] = [
        ("手順書", f"{runbook.id} 第{runbook.version}版"),
        ("受け持ち", runbook.owner),
        ("取扱い（TLP）", runbook.tlp),
        ("ATT&CK", "、".join(runbook.attack) or "（攻撃の技術によらない）"),
    ]
    if incident:
        pairs += [("事案", f"{incident.id} {incident.title}"), ("状態", incident.state.label_ja)]
        pairs.append(("ルール", "、".join(rules) or "（ログの検知によらない）"))
    if level:
        pairs.append(("重大さ", f"{level.label}（{level.meaning}）"))
        pairs.append(("目標", f"{level.respond_minutes} 分以内に最初の手。{level.call}"))
    else:
        scale = "、".join(f"{s.label} {s.respond_minutes} 分" for s in view.library.severities)
        pairs.append(("最初の手までの目標", scale))
    return tuple(pairs)


def _why(view: RunbookView) -> list[Block]:
    if not view.alerts:
        return []
    blocks: list[Block] = [Heading("なぜ検知したか")]
    for item in view.alerts:
        finding = item.finding
        first, _ = times_of(finding)
        user = next(iter(detail(finding, USER)), "")
        when = format_instant(first) if first else "時刻なし"
        head = (
            f"{finding.title} … {finding.subject or '端末不明'}、{user or 'ユーザー不明'}、{when}"
        )
        spans = [Span(head, "strong")]
        for reason in finding.reasons:
            name, quote, value = reason.partition("「")
            spans += [Span(f"\n{name}{quote}"), Span(value, "hit")]
        blocks.append(Text(RichText(tuple(spans))))
    return blocks


def _duties(view: RunbookView) -> list[Block]:
    facts = view.facts
    blocks: list[Block] = []
    if facts.incident is None:
        blocks.append(Text("日付は事案を開くと入ります（kanmon csirt incident open）。", "note"))
    blocks.append(dues_table(facts.dues, facts.today, with_closed=facts.incident is None))
    if facts.incident is not None:
        blocks.append(open_question_table(facts.book, facts.incident, facts.dues))
    suggested = _suggestions(view)
    if suggested.rows:
        blocks.append(suggested)
    columns = (
        Column("to", "知らせる相手", 30),
        Column("when", "いつ", 20),
        Column("say", "何を", 60),
    )
    rows = tuple((notice.to, notice.when, notice.say) for notice in view.runbook.notices)
    blocks.append(Table("notices", "ほかに知らせる相手", columns, rows))
    return blocks


def _suggestions(view: RunbookView) -> Table:
    columns = (
        Column("question", "問い", 50),
        Column("answer", "見込み"),
        Column("because", "理由", 50),
        Column("command", "記録のしかた", 50),
    )
    incident = view.facts.incident
    rows = []
    for item in view.runbook.answers:
        question = view.facts.book.question(item.question)
        if question is None or (incident and item.question in incident.answers):
            continue
        given = f"{item.question}={item.answer}"
        command = f"kanmon csirt incident answer {incident.id if incident else '事案番号'} {given}"
        rows.append((question.ask, item.answer, item.because, command))
    note = "この手順書での見込み。確かめてから、人が答える。"
    return Table("suggested-answers", "期限の問いの見込み", columns, tuple(rows), note=note)


def _checks(title: str, checks: Sequence[Verification]) -> tuple[Block, ...]:
    items = tuple(RichText((Span(c.check, "strong"), Span(f" … {c.how}"))) for c in checks)
    return (Heading(title), Listing(items, checkbox=True)) if items else ()


def _letters(view: RunbookView) -> list[Block]:
    if not view.letters:
        return []
    blocks: list[Block] = [
        Heading("文面の案"),
        Text("【未確認】は、送る前に必ず埋めるか消す。", "warning"),
    ]
    for name, text in view.letters:
        blocks += [Heading(TITLES.get(name, name), 2), Text(text, "quote")]
    return blocks
