"""One function per part of a runbook file: from YAML to the words of csirt.runbook."""

from pathlib import Path

from csirt.runbook import (
    Branch,
    Check,
    Choice,
    Containment,
    Decision,
    ExtraNotice,
    FalsePositive,
    Lesson,
    Preserve,
    Query,
    SeverityLevel,
    SuggestedAnswer,
    Verification,
    Words,
)
from csirt.yaml_data import Node, read_yaml


def read_queries(folder: Path) -> dict[str, Query]:
    """Return the queries of a folder, by file name."""
    found = {}
    for path in sorted(folder.glob("*.yml")):
        root = read_yaml(path)
        found[path.stem] = Query(
            id=path.stem,
            title=root.text("title"),
            description=root.text("description"),
            path=str(path),
            kibana=root.text("kibana"),
        )
    return found


def read_check(node: Node) -> Check:
    """Return a yes/no question."""
    node.only("id", "ask", "how", "look", "yes", "no")
    return Check(
        id=node.text("id"),
        ask=node.text("ask"),
        how=node.text("how", ""),
        look=node.texts("look"),
        yes=read_branch(node.need("yes")),
        no=read_branch(node.need("no")),
    )


def read_branch(node: Node) -> Branch:
    """Return one arm of a question."""
    node.only("do", "go")
    return Branch(node.text("do"), node.text("go"))


def read_preserve(node: Node) -> Preserve:
    """Return a piece of evidence to keep."""
    node.only("id", "order", "what", "how", "keep")
    return Preserve(
        id=node.text("id"),
        order=node.integer("order", 9),
        what=node.text("what"),
        how=node.text("how"),
        keep=node.text("keep", ""),
    )


def read_containment(node: Node, words: Words) -> Containment:
    """Return a containment step; its words must stand in authority.yml."""
    node.only("id", "title", "cut", "layers", "models", "order", "execute", "before", "steps",
              "side_effect", "rollback")  # fmt: skip
    layers, models = node.texts("layers"), node.texts("models")
    for known, given, name in (
        (words.layers, layers, "layers"),
        (words.models, models, "models"),
        (words.authorities, (node.text("order"),), "order"),
        (words.authorities, (node.text("execute"),), "execute"),
        (words.cuts, (node.text("cut"),), "cut"),
    ):
        if not given or (bad := next((word for word in given if word not in known), None)):
            unknown = bad if given else "（空）"
            raise node.need(name).fail(f"{name} の {unknown} が authority.yml にありません")
    return Containment(
        id=node.text("id"),
        title=node.text("title"),
        cut=node.text("cut"),
        layers=layers,
        models=models,
        order=node.text("order"),
        execute=node.text("execute"),
        before=node.text("before"),
        steps=node.texts("steps"),
        side_effect=node.text("side_effect"),
        rollback=node.text("rollback"),
    )


def read_decision(node: Node, words: Words) -> Decision:
    """Return a decision point; who decides must stand in authority.yml."""
    node.only("id", "ask", "who", "by", "options")
    who = node.text("who")
    if who not in words.authorities:
        raise node.need("who").fail(f"who の {who} が authority.yml にありません")
    return Decision(
        id=node.text("id"),
        ask=node.text("ask"),
        who=who,
        by=node.text("by"),
        options=node.each("options", lambda n: Choice(n.text("choice"), n.text("means"))),
    )


def read_verification(node: Node) -> Verification:
    """Return something to verify."""
    node.only("id", "check", "how")
    return Verification(id=node.text("id"), check=node.text("check"), how=node.text("how"))


def read_lesson(node: Node) -> Lesson:
    """Return a question of the review meeting."""
    node.only("id", "ask")
    return Lesson(node.text("id"), node.text("ask"))


def read_false_positive(node: Node) -> FalsePositive:
    """Return a harmless cause."""
    node.only("case", "check", "filter")
    return FalsePositive(
        case=node.text("case"), check=node.text("check"), filter=node.text("filter")
    )


def read_suggested(node: Node) -> SuggestedAnswer:
    """Return a suggested answer."""
    node.only("question", "answer", "because")
    return SuggestedAnswer(node.text("question"), node.text("answer"), node.text("because"))


def read_notice(node: Node) -> ExtraNotice:
    """Return a further recipient."""
    node.only("to", "when", "say")
    return ExtraNotice(node.text("to"), node.text("when"), node.text("say"))


def read_severity(node: Node) -> SeverityLevel:
    """Return a step of the scale."""
    node.only("id", "label", "meaning", "examples", "respond_minutes", "call", "alert")
    return SeverityLevel(
        id=node.text("id"),
        label=node.text("label"),
        meaning=node.text("meaning"),
        examples=node.text("examples"),
        respond_minutes=node.integer("respond_minutes"),
        call=node.text("call"),
        alert=node.text("alert"),
    )


def read_words(root: Node) -> Words:
    """Return the labels of authority.yml."""

    def table(name: str) -> dict[str, str]:
        return {key: node.string() for key, node in root.need(name).members()}

    return Words(
        authorities=table("authorities"),
        layers=table("layers"),
        models=table("models"),
        cuts=table("cuts"),
    )
