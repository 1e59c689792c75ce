"""How strongly a sentence binds: the final predicate on a scale of eight, with its traps.

Pure; the rules are data (rules/policy/modality.yml) and come in as ``ModalityRules``.
"""

import re
from dataclasses import dataclass

from policy.model import Sentence, Strength

_OPEN, _CLOSE = "（(「『【［[〔", "）)」』】］]〕"
_QUOTES = "「『"
_RECOMMENDED = re.compile(r"\s*[【\[［〔](?:推奨(?:事項)?|努力事項)[】\]］〕]")
_TAIL = re.compile(r"[。．\s」』）)]*$")


@dataclass(frozen=True, slots=True)
class Ending:
    """One rule about the end of a sentence.

    Attributes:
        strength: ``None``: the sentence states no duty.
        negative: It asks not to do something (禁止, 望ましくない).
        noun: The sentence ends like a noun (…すること): a 号 takes the level of its 柱書.
        verb: The pattern takes only the end of a verb; people are shown the whole of it.
    """

    id: str
    strength: Strength | None
    pattern: re.Pattern[str]
    negative: bool = False
    noun: bool = False
    verb: bool = False


@dataclass(frozen=True, slots=True)
class ModalityRules:
    """The rules in force: endings in the order to try, cues that make a duty conditional."""

    endings: tuple[Ending, ...]
    conditional: tuple[tuple[str, re.Pattern[str]], ...]
    proviso_openings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the end of one sentence says.

    Attributes:
        ending: Id of the rule that decided; empty for a sentence that ends in a noun.
        cue: The words, verbatim; two cues are joined by ``…``.
    """

    ending: str
    strength: Strength | None
    cue: str
    negative: bool = False
    noun: bool = False


def split_sentences(text: str) -> tuple[tuple[str, int], ...]:
    """Return the sentences with their offsets; a full stop inside brackets does not end one.

    Brackets that never close are ignored rather than swallowing the rest.
    """
    closers = _matching(text)
    found: list[tuple[str, int]] = []
    start = position = 0
    while position < len(text):
        if position in closers:
            position = closers[position]
        elif text[position] in "。\n":
            found.append((text[start : position + 1], start))
            start = position + 1
        position += 1
    found.append((text[start:], start))
    kept = []
    for sentence, offset in found:
        lead = len(sentence) - len(sentence.lstrip())
        if sentence.strip(" 　\n\t。"):
            kept.append((sentence.strip(), offset + lead))
    return tuple(kept)


def mask_brackets(text: str) -> str:
    """Return ``text`` of the same length with 括弧書 blanked; quotations in 「」 stay."""
    closers = _matching(text)
    chars = list(text)
    position = 0
    while position < len(text):
        end = closers.get(position)
        if end is not None and text[position] not in _QUOTES:
            chars[position : end + 1] = "\x00" * (end + 1 - position)
            position = end
        position += 1
    return "".join(chars)


def _matching(text: str) -> dict[int, int]:
    """Return opening offset -> closing offset of the outermost balanced brackets."""
    pairs: dict[int, int] = {}
    stack: list[int] = []
    for position, char in enumerate(text):
        if char in _OPEN:
            stack.append(position)
        elif char in _CLOSE:
            while stack:
                opened = stack.pop()
                if _OPEN.index(text[opened]) == _CLOSE.index(char):
                    pairs[opened] = position
                    break
    inner: set[int] = set()
    limit = -1
    for opened in sorted(pairs):
        if opened < limit:
            inner.add(opened)
        else:
            limit = pairs[opened]
    return {opened: closed for opened, closed in pairs.items() if opened not in inner}


def read_sentence(
    sentence: str, rules: ModalityRules, *, ignoring: frozenset[str] = frozenset()
) -> Reading:
    """Return the strength of one sentence taken alone; brackets do not count.

    A sentence ending in a plain noun has no strength of its own (``noun`` is true). Conditional
    cues whose id is in ``ignoring`` (``except``: を除き) do not lower the duty.
    """
    bare = mask_brackets(sentence).replace("\x00", "")
    bare = _TAIL.sub("", bare)
    for ending in rules.endings:
        match = ending.pattern.search(bare)
        if match is None:
            continue
        strength, cue = ending.strength, match.group()
        if ending.verb:
            whole = last_word(bare[: match.start()]) + cue
            cue = whole if whole in sentence else cue
        if strength is not None and strength.level >= Strength.NECESSITY.level:
            softened = _softened(bare, rules, ignoring)
            if softened:
                return Reading(
                    ending.id, Strength.CONDITIONAL, f"{softened}…{cue}", ending.negative
                )
        return Reading(ending.id, strength, cue, ending.negative, ending.noun)
    return Reading("", None, "", noun=True)


# A verb of several kanji is joined by one kana of its first part (取り扱う, 受け入れる).
_LAST_WORD = re.compile(
    r"(?:[0-9A-Za-z一-龥々ァ-ヴー]+(?:[いきしちびみりじえけせてげべめれ][一-龥々]+)*"
    r"(?:(?![をは])[ぁ-ん]){0,10}|(?:(?![をはにがへ])[ぁ-ん]){0,6})$"
)


def last_word(text: str) -> str:
    """Return the word ``text`` breaks off in: 「台帳を分類す」 gives 「分類す」; may be empty."""
    match = _LAST_WORD.search(text)
    return match.group() if match else ""


def _softened(bare: str, rules: ModalityRules, ignoring: frozenset[str]) -> str:
    for name, pattern in rules.conditional:
        if name not in ignoring and (match := pattern.search(bare)):
            return match.group()
    return ""


def is_proviso(sentence: str, rules: ModalityRules) -> bool:
    """Return whether the sentence only adds to the one before it (ただし, なお, この場合)."""
    return sentence.startswith(rules.proviso_openings)


def read_clause(
    text: str, rules: ModalityRules, *, chapeau: tuple[str, ...] = (), recommended: bool = False
) -> tuple[Strength | None, str, tuple[Sentence, ...]]:
    """Return a clause's strength, the deciding words, and its sentences with their own.

    The main sentences decide, the strongest first; ただし…この限りでない after one lowers it to
    条件付き; a clause ending in a noun or in こと takes the level of the nearest chapeau that has
    one; 【推奨事項】 is never more than 推奨.
    """
    recommended = recommended or _RECOMMENDED.match(text) is not None
    inherited = _chapeau_reading(chapeau, rules)
    sentences = []
    main: tuple[Strength, str] | None = None
    lowered = False
    for sentence, start in split_sentences(text):
        reading = _inherit(read_sentence(sentence, rules), inherited)
        strength = reading.strength
        if recommended and strength is not None and strength.level > 1:
            strength = Strength.RECOMMENDATION
        sentences.append(Sentence(sentence, strength, reading.cue, start))
        if is_proviso(sentence, rules):
            lowered = lowered or reading.ending == "proviso"
        elif strength is not None and (main is None or strength.level > main[0].level):
            main = strength, reading.cue
    if main is None:
        others = [s for s in sentences if s.strength is not None]
        return (
            (others[0].strength, others[0].cue, tuple(sentences))
            if others
            else (
                None,
                "",
                tuple(sentences),
            )
        )
    if lowered and main[0].level > Strength.CONDITIONAL.level:
        return Strength.CONDITIONAL, f"{main[1]}…この限りでない", tuple(sentences)
    return main[0], main[1], tuple(sentences)


def _chapeau_reading(chapeau: tuple[str, ...], rules: ModalityRules) -> Reading | None:
    for text in reversed(chapeau):
        for sentence, _start in reversed(split_sentences(text)):
            reading = read_sentence(sentence, rules)
            if reading.strength is not None and not is_proviso(sentence, rules):
                return reading
    return None


def _inherit(own: Reading, chapeau: Reading | None) -> Reading:
    if chapeau is None or chapeau.strength is None or not own.noun:
        return own
    if own.negative and chapeau.strength.level >= Strength.NECESSITY.level:
        return own
    return Reading(own.ending or "noun", chapeau.strength, chapeau.cue, own.negative, own.noun)
