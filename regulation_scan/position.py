"""Where a cue stands in its sentence: told by the words that follow it, else by the parse."""

import re
from collections.abc import Mapping

from regulation_scan.model import Position
from regulation_scan.parse import Parse, position_of

# A means, and in the same clause the telling it is the means of: 文書をもって申請者に通知する.
_MEANS = re.compile(r"(書面|文書|書類|書)(により|によって|をもって|にて|で)$")
_TELLS = re.compile(
    r"[^、。]{0,40}(通知|報告|回答|届出|届け出|申し?出|申請|請求|通告|勧告|命じ|催告|承諾|同意)"
    r"[^、。]{0,5}(なければなら|ものとす|ことができ|こととす|。$)"
)
# Right after the cue, without a comma: the sentence's own predicate.
_MAIN = re.compile(
    r"を?[^、。「」のをにがは]{0,12}?(なければなら|ねばなら|ものとす|ことができ|こととす|べし|べきこと|を要す|得。|"
    r"よう(に)?努め|てはなら|でなければなら)(?!ない[一-龥])|[^、。「」のをにがとた]{0,6}(する|行う|せる|得る|とする|る|す)?。$"
)
# Right after the cue: a condition or a point in time.
_CONDITION = re.compile(
    r"[^、。「」]{0,10}?(た|る|ない)(とき|場合|際|後|日(から|まで|以)|時)|[^、。「」]{0,4}(れば|るには)"
)
# 点検しなければ、使用してはならない: a condition that may not be left out is a duty.
_ONLY_IF = re.compile(
    r"[^、。「」]{0,10}?(なければ|でなければ|ないで)、[^。]{0,60}(てはなら|でき?ない。|ことができない)"
)
# Right after the cue: a noun that the clause modifies, unless the noun carries the duty itself.
_RELATIVE = re.compile(
    r"(を?する|る|た|した|された|している|されている|しようとする|を受けた|を行う|を行った|すべき)"
    r"(?=[一-龥])(?!上で|場合|際|時|後|前|日|以|方法|義務|必要|責|旨|措置|等|機会|権利|権限|制度|業務|事務)"
)
# Right after the cue: something about it is settled (its form, its fee), nothing is asked.
_ATTRIBUTE = re.compile(
    r"の(様式|書式|額|期間|基準|種類|記載事項|定数|名称|料金|手数料)(は|に|その他|、|及び)"
)
# Joined to what follows: 掲示するとともに…, 掲示し、かつ….
_JOINED = re.compile(
    r"[^、。「」]{0,8}?(るとともに|ると共に|るほか|うとともに|た(上|うえ)で)、?|[^、。「」]{0,8}?[しせりめけきえて]、"
)
_NEXT_MAIN = re.compile(
    r"るとともに|ると共に|なければなら|ねばなら|ものとす|ことができ|こととす|べし|べきこと|を要す|よう(?:に)?努め|てはなら"
    r"|(?:する|行う|させる|置く)。$"
)
_NEXT_OTHER = re.compile(
    r"(?:た|る|ない)(?:者|もの(?!とす)|とき|場合|ため(?!、?必要な)|とする者|おそれ)"
)
# A parallel verb that itself modifies a noun: 備え置き、又は掲示された手引書.
_PARALLEL_RELATIVE = re.compile(r"(若しくは|又は)[^、。]{0,12}(された|した)[一-龥]")
_WINDOW_BEFORE = 45
_WINDOW_AFTER = 110


def surface_position(core: str, end: int) -> Position | None:
    """Return the position when the words after the cue leave no doubt; ``None`` asks the parse."""
    rest = core[end:]
    if (
        _ONLY_IF.match(rest)
        or _MAIN.match(rest)
        or (_MEANS.search(core, 0, end) and _TELLS.match(rest))
    ):
        return Position.MAIN
    if not rest.strip("。"):
        return Position.MAIN
    if _CONDITION.match(rest):
        return Position.CONDITION
    if _ATTRIBUTE.match(rest):
        return Position.MENTION
    if _RELATIVE.match(rest):
        return Position.RELATIVE
    return _joined_position(core, end)


def _joined_position(core: str, end: int) -> Position | None:
    """Return the position of a predicate joined to the next one, which decides for both."""
    # The cue may end in the joining form itself: 契約書を作成し｜、….
    begin = end - 1 if core[end - 1 : end + 1] in ("し、", "せ、", "え、") else end
    rest = core[begin:]
    joined = _JOINED.match(rest)
    if joined is None:
        return None
    if _PARALLEL_RELATIVE.match(rest, joined.end()):
        return Position.RELATIVE
    main = _NEXT_MAIN.search(rest, joined.end())
    other = _NEXT_OTHER.search(rest, joined.end())
    if main is not None and (other is None or main.start() < other.start()):
        return Position.MAIN
    if "とともに" in joined.group(0):
        return Position.MAIN
    return None


def parse_window(core: str, start: int, end: int) -> tuple[str, int]:
    """Return (text to parse, offset of the window in ``core``) around a cue.

    Sentences of statutes run to a thousand characters and a parser is at its best on one clause;
    the window opens at a comma before the cue and closes at the sentence's end or at a comma, so
    that equal clauses give equal windows and are parsed once.
    """
    left = _border_before(core, start)
    right = _border_after(core, end)
    return core[left:right], left


def _border_before(core: str, start: int) -> int:
    if start <= _WINDOW_BEFORE:
        return 0
    comma = core.find("、", start - _WINDOW_BEFORE, start)
    return comma + 1 if comma >= 0 else start - _WINDOW_BEFORE


def _border_after(core: str, end: int) -> int:
    if len(core) - end <= _WINDOW_AFTER:
        return len(core)
    comma = core.rfind("、", end + _WINDOW_AFTER // 2, end + _WINDOW_AFTER)
    return comma + 1 if comma >= 0 else end + _WINDOW_AFTER


def position_in(
    core: str, span: tuple[int, int], parses: Mapping[str, Parse]
) -> tuple[Position, bool]:
    """Return (position, whether the parse decided) of a cue's span.

    ``parses`` must hold the window of every span whose surface leaves doubt.
    """
    surface = surface_position(core, span[1])
    if surface is not None:
        return surface, False
    text, left = parse_window(core, *span)
    return position_of(parses[text], span[1] - left), True
