"""The parts of a runbook that are worked through: questions, evidence, cuts, decisions."""

from csirt.runbook import Branch, Check, Containment, Runbook
from csirt.runbook_query import Scope, search_lines
from csirt.runbook_view import RunbookView
from kanmon.report import Block, Column, Facts, Heading, Listing, RichText, Span, Table, Text

CUT_ORDER = ("host", "media", "account", "service", "flow", "segment", "layer")
"""From the smallest cut to the largest."""


def question_blocks(number: int, check: Check, view: RunbookView, scope: Scope) -> list[Block]:
    """Return one question with its searches and both ways on."""
    blocks: list[Block] = [Heading(f"問い{number}  {check.ask}", 2), Text(check.how)]
    for name in check.look:
        query = view.library.queries[name]
        blocks += [
            Text(f"調べ方: {query.description}", "note"),
            Text(search_lines(query, scope), "code"),
        ]
    blocks.append(Facts((("はい", _branch(check.yes, view)), ("いいえ", _branch(check.no, view)))))
    return blocks


def _branch(branch: Branch, view: RunbookView) -> RichText:
    places = {
        "contain": "封じ込めへ",
        "evidence": "証拠の保全へ",
        "decide": "決定を仰ぐ",
        "false-positive": "誤検知の確かめへ",
        "my-number": "手順書「マイナンバーの分岐」を開く",
        "contractor": "手順書「委託先での事故」を開く",
        "next": "次の問いへ",
    }
    numbers = {check.id: n for n, check in enumerate(view.runbook.questions, 1)}
    there = places.get(branch.go) or f"問い{numbers[branch.go]}へ"
    return RichText((Span(f"{branch.do} → "), Span(there, "strong")))


def false_positives_table(runbook: Runbook) -> Table:
    """Return what fires the rules harmlessly."""
    columns = (
        Column("case", "よくある誤検知", 40),
        Column("check", "確かめ方", 40),
        Column("filter", "抑止の書き方", 40),
    )
    rows = tuple((fp.case, fp.check, fp.filter) for fp in runbook.false_positives)
    note = "抑止は kanmon csirt alerts suppress で書く。理由と期限が要る。"
    return Table("false-positives", "よくある誤検知", columns, rows, note=note)


def evidence_table(runbook: Runbook) -> Table:
    """Return what to keep, the most volatile first."""
    columns = (
        Column("order", "順"),
        Column("what", "何を", 36),
        Column("how", "どうやって", 50),
        Column("keep", "残し方・署名", 40),
        Column("done", "時刻・署名", editable=True),
    )
    rows = tuple((item.order, item.what, item.how, item.keep, "") for item in runbook.evidence)
    note = "消えやすい順。触る前に残し、SHA-256 を kanmon csirt incident evidence で登録する。"
    return Table("evidence", "証拠の保全（先に行う）", columns, rows, note=note)


def containment_blocks(view: RunbookView) -> list[Block]:
    """Return the cuts for the city's model, the smallest first."""
    words = view.library.words
    chosen = [c for c in view.runbook.containment if _is_for(c, view.model)]
    chosen.sort(key=lambda c: CUT_ORDER.index(c.cut) if c.cut in CUT_ORDER else 99)
    blocks: list[Block] = []
    if view.model:
        blocks.append(Text(f"型 {words.models[view.model]} の手順だけを載せています。", "note"))
    for item in chosen:
        layers = "、".join(words.layers[layer] for layer in item.layers)
        models = "、".join(words.models[model] for model in item.models)
        blocks += [
            Heading(item.title, 2),
            Facts(
                (
                    ("切る範囲", words.cuts[item.cut]),
                    ("系 / 型", f"{layers} / {models}"),
                    ("命じる人", words.authorities[item.order]),
                    ("行う人", words.authorities[item.execute]),
                    ("先に残す", item.before),
                    ("影響", RichText((Span(item.side_effect, "strong"),))),
                    ("戻し方", item.rollback),
                )
            ),
            Listing(item.steps, numbered=True),
        ]
    return blocks


def _is_for(item: Containment, model: str) -> bool:
    return not model or "any" in item.models or model in item.models


def decision_blocks(view: RunbookView) -> list[Block]:
    """Return what somebody with authority must decide."""
    blocks: list[Block] = [Heading("決定を仰ぐこと")]
    for decision in view.runbook.decisions:
        who = view.library.words.authorities[decision.who]
        options = tuple(
            RichText((Span(option.choice, "strong"), Span(f" … {option.means}")))
            for option in decision.options
        )
        blocks += [
            Heading(decision.ask, 2),
            Facts((("決める人", who), ("いつまでに", decision.by))),
            Listing(options, checkbox=True),
        ]
    blocks.append(
        Text("決定は kanmon csirt incident decide で、決めた人とともに記録する。", "note")
    )
    return blocks
