"""A thing replaced by one of its kinds (端末 → USBメモリ): the duty covers less. Pure."""

from collections.abc import Iterator

from policy.model import Difference, Dimension
from policy.ranks import WEAKER
from policy.sides import Side
from policy.words import Lexicon, plain


def find_narrowed(one: Side, two: Side, lexicon: Lexicon) -> Iterator[Difference]:
    """Yield the first thing of the guideline (``one``) of which the local text names only kinds.

    Only where the local text says the thing itself nowhere, in no synonym, and the guideline does
    not speak of that kind: else nothing was narrowed.
    """
    texts = [plain(side.text + "".join(side.items)) for side in (one, two)]
    for thing, kinds in lexicon.narrower:
        said = [kind for kind in kinds if plain(kind) in texts[1]]
        if not said or any(plain(kind) in texts[0] for kind in kinds):
            continue
        # A kind's name may hold the thing's (モバイル端末 ⊃ 端末).
        rest = texts[1]
        for kind in sorted(said, key=len, reverse=True):
            rest = rest.replace(plain(kind), "\x00")
        word = lexicon.canonical(thing)
        if word not in lexicon.canonical(texts[0]) or word in lexicon.canonical(rest):
            continue
        reason = f"「{thing}」に対し「{said[0]}」とあり、対象が狭くなっています。"
        yield Difference(Dimension.SCOPE, WEAKER, thing, said[0], reason)
        return
