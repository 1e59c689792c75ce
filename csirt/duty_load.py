"""rules/runbooks/duties.yml and what an analyst types, as duties and answers."""

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from csirt.duty import (
    AllOf,
    Always,
    Answer,
    AnyOf,
    Condition,
    Deadline,
    DeadlineKind,
    Duty,
    DutyBook,
    Is,
    Not,
    Over,
    Question,
    QuestionKind,
    Value,
)
from csirt.yaml_data import Node, read_yaml, unique
from kanmon.dates import parse_number
from kanmon.errors import InputError
from kanmon.source import SourceRef

STARTS = ("occurred", "detected", "known", "decided")
STAGES = ("preliminary", "final", "notify", "inform", "publish")
_YES = ("はい", "yes", "true", "y", "1")
_NO = ("いいえ", "no", "false", "n", "0")
_UNKNOWN = ("不明", "unknown", "?", "？")


def load_duties(path: Path) -> DutyBook:
    """Return the city's duties.

    Raises:
        InputError: the file is no YAML, a duty lacks a part, a condition asks an unknown question.
    """
    root = read_yaml(path)
    root.only("questions", "duties", "scope_notes")
    unique(root.need("questions").items(), "id")
    questions = root.each("questions", _question)
    known = {question.id: question for question in questions}
    duties = tuple(_duty(node, known) for node in root.need("duties").items())
    unique(root.need("duties").items(), "id")
    return DutyBook(questions, duties, root.texts("scope_notes"))


def parse_answer(book: DutyBook, text: str, since: datetime | None = None) -> tuple[str, Answer]:
    """Return (question id, answer) from ``question=answer``; 不明 un-answers it.

    Raises:
        InputError: no such question, or the answer does not fit it.
    """
    name, equals, given = unicodedata.normalize("NFKC", text).partition("=")
    question = book.question(name.strip())
    if question is None or not equals:
        known = "、".join(q.id for q in book.questions)
        hint = f"「問い=答え」の形で書きます。問い: {known}"
        raise InputError(f"問いがありません: {text}", where=SourceRef("回答"), hint=hint)
    return question.id, Answer(_value(question, given.strip()), since)


def answer_label(question: Question, answer: Answer) -> str:
    """Return an answer as people read it: はい, いいえ, 101人, 不明."""
    if answer.value is None:
        return "不明"
    if question.kind is QuestionKind.YES_NO:
        return "はい" if answer.value else "いいえ"
    if question.kind is QuestionKind.COUNT:
        return f"{answer.value:,}人" if isinstance(answer.value, int) else str(answer.value)
    return dict(question.choices).get(str(answer.value), str(answer.value))


def _value(question: Question, given: str) -> Value | None:
    where = SourceRef("回答", question.id)
    low = given.lower()
    if low in _UNKNOWN:
        return None
    if question.kind is QuestionKind.YES_NO:
        if low in _YES + _NO:
            return low in _YES
        raise InputError(f"「{question.ask}」に {given} とは答えられません", where=where,
                         hint="はい / いいえ / 不明 で答えてください")  # fmt: skip
    if question.kind is QuestionKind.COUNT:
        try:
            return parse_number(given.replace(",", "").removesuffix("人"))
        except ValueError as error:
            hint = "人数を数字で、または 不明 と答えてください"
            raise InputError(f"人数として読めません: {given}", where=where, hint=hint) from error
    for value, label in question.choices:
        if low in (value, unicodedata.normalize("NFKC", label).lower()):
            return value
    hint = "選べる答え: " + "、".join(f"{value}（{label}）" for value, label in question.choices)
    raise InputError(f"「{question.ask}」に {given} とは答えられません", where=where, hint=hint)


def _question(node: Node) -> Question:
    node.only("id", "ask", "help", "kind", "choices", "default")
    try:
        kind = QuestionKind(node.text("kind"))
    except ValueError as error:
        raise node.fail("kind は yes-no、count、choice のどれかです") from error
    listed = node.get("choices")
    choices = tuple((key, item.string()) for key, item in listed.members()) if listed else ()
    default = node.get("default")
    return Question(
        id=node.text("id"),
        ask=node.text("ask"),
        help=node.text("help", ""),
        kind=kind,
        choices=choices,
        default=default.value if default else None,
    )


def _duty(node: Node, known: Mapping[str, Question]) -> Duty:
    node.only("id", "title", "group", "stage", "who", "to", "how", "start", "when", "deadline",
              "basis", "source", "verify", "note")  # fmt: skip
    if node.text("start") not in STARTS:
        raise node.need("start").fail(f"start は {'、'.join(STARTS)} のどれかです")
    if node.text("stage") not in STAGES:
        raise node.need("stage").fail(f"stage は {'、'.join(STAGES)} のどれかです")
    names = ("id", "title", "group", "stage", "who", "to", "how", "start", "basis", "source")
    return Duty(
        **{name: node.text(name) for name in names},
        when=_condition(node.need("when"), known),
        deadline=_deadline(node.need("deadline"), known),
        verify=node.flag("verify", default=True),
        note=node.text("note", ""),
    )


def _deadline(node: Node, known: Mapping[str, Question]) -> Deadline:
    node.only("kind", "days", "earliest", "counts_first_day", "rolls", "longer_days", "longer_when")
    try:
        kind = next(k for k in DeadlineKind if k.slug == node.text("kind"))
    except StopIteration as error:
        raise node.fail("kind は limit、guide、promptly のどれかです") from error
    longer = node.get("longer_when")
    return Deadline(
        kind=kind,
        days=node.integer("days"),
        earliest=node.integer("earliest"),
        counts_first_day=node.flag("counts_first_day"),
        rolls=node.flag("rolls"),
        longer_days=node.integer("longer_days"),
        longer_when=_condition(longer, known) if longer else None,
    )


def _condition(node: Node, known: Mapping[str, Question]) -> Condition:
    raw = node.mapping()
    if "question" in raw:
        return _asked(node, known)
    if len(raw) != 1:
        raise node.fail("条件は all、any、not、question、always のどれか一つです")
    if (parts := node.get("all")) is not None:
        return AllOf(tuple(_condition(part, known) for part in parts.items()))
    if (parts := node.get("any")) is not None:
        return AnyOf(tuple(_condition(part, known) for part in parts.items()))
    if (part := node.get("not")) is not None:
        return Not(_condition(part, known))
    if raw.get("always") is True:
        return Always()
    raise node.fail("条件は all、any、not、question、always のどれか一つです")


def _asked(node: Node, known: Mapping[str, Question]) -> Condition:
    node.only("question", "is", "over")
    question = known.get(node.text("question"))
    if question is None:
        raise node.need("question").fail(f"問い {node.text('question')} は questions にありません")
    if (over := node.get("over")) is not None:
        if question.kind is not QuestionKind.COUNT:
            raise over.fail("over は人数の問いにだけ使えます")
        return Over(question.id, node.integer("over"))
    value = node.need("is").value
    fits = {
        QuestionKind.YES_NO: isinstance(value, bool),
        QuestionKind.CHOICE: value in dict(question.choices),
        QuestionKind.COUNT: isinstance(value, int) and not isinstance(value, bool),
    }
    if not fits[question.kind]:
        raise node.need("is").fail(f"問い {question.id} の答えになりません")
    return Is(question.id, value)
