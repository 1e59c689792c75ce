"""Two parts of one kind set against each other. Pure."""

from collections.abc import Iterator

from policy.model import Difference, Dimension, Part

WEAKER, STRONGER, OTHER = -1, 1, 0


def ranked(
    dimension: Dimension, one: Part | None, two: Part | None, label: str
) -> Iterator[Difference]:
    """Yield the difference between two parts of one key, either of which may be absent."""
    if one is None and two is None:
        return
    if two is None:
        assert one is not None
        reason = f"ガイドラインの「{one.text}」に当たる{label}の定めがありません。"
        yield Difference(dimension, WEAKER, one.text, "", reason)
    elif one is None:
        reason = f"ガイドラインにない{label}の定め「{two.text}」があります。"
        yield Difference(dimension, STRONGER, "", two.text, reason)
    elif abs(one.rank - two.rank) > _tolerance(one):
        weaker = two.rank < one.rank
        words = "弱くなっています" if weaker else "強くなっています"
        reason = f"{label}が「{one.text}」に対し「{two.text}」とあり、{words}。"
        yield Difference(dimension, WEAKER if weaker else STRONGER, one.text, two.text, reason)


def _tolerance(part: Part) -> float:
    """Return what two ranks may differ by: 90 days and 3 months are one length of time."""
    return 0.03 * abs(part.rank) if part.key.endswith("hours") else 1e-9


def first_of(parts: tuple[Part, ...]) -> Part | None:
    """Return the most binding part of a list that ``Side.of`` gave, or ``None``."""
    return parts[0] if parts else None
