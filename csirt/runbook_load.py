"""rules/runbooks as a library: shared blocks filled in, every reference checked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from csirt.runbook import (
    Check,
    Containment,
    Decision,
    Lesson,
    Library,
    Preserve,
    Runbook,
    Verification,
    Words,
)
from csirt.runbook_parts import (
    read_check,
    read_containment,
    read_decision,
    read_false_positive,
    read_lesson,
    read_notice,
    read_preserve,
    read_queries,
    read_severity,
    read_suggested,
    read_verification,
    read_words,
)
from csirt.yaml_data import Node, read_yaml, unique
from kanmon.errors import InputError
from kanmon.source import SourceRef

DESTINATIONS = frozenset(
    ("next", "contain", "evidence", "decide", "false-positive", "my-number", "contractor")
)
_HEAD = ("id", "title", "version", "revised", "owner", "tlp", "summary", "why_it_matters")
_PARTS = (
    *_HEAD,
    "branch",
    "attack",
    "do_first",
    "never",
    "questions",
    "false_positives",
    "evidence",
    "containment",
    "decisions",
    "answers",
    "notices",
    "eradication",
    "recovery",
    "letters",
    "lessons",
    "closeout",
    "training",
)
T = TypeVar("T")


def load_library(folder: Path) -> Library:
    """Return the runbooks, queries, scale and words below ``folder``.

    Raises:
        InputError: a file is missing or malformed, or refers to something that is not there.
    """
    words = read_words(read_yaml(folder / "authority.yml"))
    queries = read_queries(folder / "queries")
    shelf = _shelf(folder / "blocks", words)
    letters = frozenset(path.stem for path in (folder / "letters").glob("*.txt"))
    runbooks = {}
    for path in sorted((folder / "categories").glob("*.yml")):
        root = read_yaml(path)
        runbook = _runbook(root, shelf, words)
        if runbook.id != path.stem:
            raise root.need("id").fail(f"id はファイル名と同じ {path.stem} にしてください")
        _check_references(root, runbook, frozenset(queries), letters)
        runbooks[runbook.id] = runbook
    if "general" not in runbooks:
        raise InputError("categories/general.yml がありません", where=SourceRef(str(folder)))
    severities = read_yaml(folder / "severity.yml").each("levels", read_severity)
    return Library(runbooks=runbooks, queries=queries, severities=severities, words=words)


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The shared blocks, by id."""

    questions: Mapping[str, Check]
    evidence: Mapping[str, Preserve]
    containment: Mapping[str, Containment]
    decisions: Mapping[str, Decision]
    checks: Mapping[str, Verification]
    lessons: Mapping[str, Lesson]


def _shelf(folder: Path, words: Words) -> _Shelf:
    finish = read_yaml(folder / "finish.yml")

    def contain(node: Node) -> Containment:
        return read_containment(node, words)

    def decide(node: Node) -> Decision:
        return read_decision(node, words)

    return _Shelf(
        questions=_block(read_yaml(folder / "questions.yml"), "questions", read_check),
        evidence=_block(read_yaml(folder / "evidence.yml"), "evidence", read_preserve),
        containment=_block(read_yaml(folder / "containment.yml"), "containment", contain),
        decisions=_block(read_yaml(folder / "decisions.yml"), "decisions", decide),
        checks=_block(finish, "checks", read_verification),
        lessons=_block(finish, "lessons", read_lesson),
    )


def _block(root: Node, name: str, read: Callable[[Node], T]) -> dict[str, T]:
    nodes = root.need(name).items()
    unique(nodes, "id")
    return {node.text("id"): read(node) for node in nodes}


def _listed(
    root: Node, name: str, shared: Mapping[str, T], read: Callable[[Node], T]
) -> tuple[T, ...]:
    """Return a list whose members are written out, or ``use: id``, or the id alone."""

    def one(node: Node) -> T:
        used = node.string() if isinstance(node.value, str) else ""
        if not used and (use := node.get("use")) is not None:
            node.only("use")
            used = use.string()
        if not used:
            return read(node)
        if used not in shared:
            raise node.fail(f"共通の部品 {used} がありません", f"ある部品: {'、'.join(shared)}")
        return shared[used]

    return root.each(name, one)


def _runbook(root: Node, shelf: _Shelf, words: Words) -> Runbook:
    root.only(*_PARTS)
    training = root.need("training")
    evidence = _listed(root, "evidence", shelf.evidence, read_preserve)
    return Runbook(
        **{name: root.text(name) for name in _HEAD},
        branch=root.flag("branch"),
        attack=root.texts("attack"),
        do_first=root.texts("do_first"),
        never=root.texts("never"),
        questions=_listed(root, "questions", shelf.questions, read_check),
        false_positives=root.each("false_positives", read_false_positive),
        evidence=tuple(sorted(evidence, key=lambda item: item.order)),
        containment=_listed(
            root, "containment", shelf.containment, lambda node: read_containment(node, words)
        ),
        decisions=_listed(
            root, "decisions", shelf.decisions, lambda node: read_decision(node, words)
        ),
        answers=root.each("answers", read_suggested),
        notices=root.each("notices", read_notice),
        eradication=_listed(root, "eradication", shelf.checks, read_verification),
        recovery=_listed(root, "recovery", shelf.checks, read_verification),
        letters=root.texts("letters"),
        lessons=_listed(root, "lessons", shelf.lessons, read_lesson),
        closeout=_listed(root, "closeout", shelf.checks, read_verification),
        training=(training.text("topic"), training.text("audience")),
    )


def _check_references(
    root: Node, runbook: Runbook, queries: frozenset[str], letters: frozenset[str]
) -> None:
    """Refuse a branch that leads nowhere, an unknown query, a letter without a template."""
    ids = {check.id for check in runbook.questions}
    for check in runbook.questions:
        for branch in (check.yes, check.no):
            if branch.go not in DESTINATIONS and branch.go not in ids:
                raise root.fail(f"問い {check.id} の行き先 {branch.go} がありません")
        for query in check.look:
            if query not in queries:
                raise root.fail(f"問い {check.id} の検索 {query} が queries/ にありません")
    for letter in runbook.letters:
        if letter not in letters:
            raise root.fail(f"文面 {letter} が letters/ にありません")
