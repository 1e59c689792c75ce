"""What kind of sentence it is in law, seen on its wording: penalty, definition, 準用 …"""

import re

from regulation_scan.model import Article, Modality, Sentence
from regulation_scan.normal import core_text

_PENALTY = re.compile(
    r"(罰金|過料|科料|拘留|懲役|禁錮|禁こ|拘禁刑|死刑)[^。]{0,24}(処|科|課)|刑に処|を罰する|罰則を(適用|科)"
    r"|の規定(による[^、。]{0,8})?に違反して[^。]{0,160}(者|とき)。?$|をせず、(又は|若しくは)虚偽の"
)
_DEFINITION = re.compile(
    r"「[^」]+」とは、|とは、[^。]*をいう。?$|^[^、。]{1,30}は、[^。]*をいう。?$|(用語の(意義|定義|意味)|字句の意義)|(意義は、|それぞれ)当該各号に定めるところによる"
)
_APPLICATION = re.compile(r"準用(する|される|し、|す)")
_REPLACEMENT = re.compile(r"とある(の)?は|読み替え|読替え")
_PAIR = re.compile(r"「(?P<old>[^」]*)」とある(の)?は、?「(?P<new>[^」]*)」")
_DUTY_PART = re.compile(r"なけれ|ものとす|こととす|べき|により|によって|をもって")
_PURPOSE = re.compile(
    r"^(第?[一二三四五六七八九十0-9]*条?)?この(法律|条例|規則|要綱|規程|訓令|告示|要領)は、[^。]*"
    r"(を目的とする|必要な事項を定める(ものとする)?|に関し必要な事項を定め)"
)
_EXCEPTION = re.compile(
    r"(適用しない|適用を?除外|この限りでない|(する|すること)を?要しない|することを要せず)。?$"
)
_NOT_APPLIED = re.compile(r"適用しない|適用を?除外|対象としない")
_COMPETENCE = re.compile(
    r"第[一二1-2]号法定受託事務|(事務|業務)を(つかさどる|所掌する|分掌する)"
    r"|次(に掲げる|の各号に掲げる|の)(事務|業務|事業)を(行う|行い|処理|実施)"
    r"|(権限|事務)[^。]{0,30}(委任する|委任すること|専決)"
)
# 講習会の開催に関すること。 as a line of a list names a task; it asks nobody for anything.
_TASK = re.compile(r"に関する(こと|事項|事務)。?$")
_FEE = re.compile(r"(手数料|使用料)[^。]{0,40}(納め|納付|徴収|額)")
_TRANSITION = re.compile(
    r"(日|時)から(これを)?施行する。?$|なお、?(従前の例による|(その)?効力を有する)。?$"
)
_OBLIGATION = re.compile(
    r"(なければならない|ねばならない|なければならなぃ|なければなら|ものとする|べし|を要する|を要す|"
    r"こととする|べきものとす|することを要)"
)
_EFFORT = re.compile(r"努め(なければ|るものとする|る)|よう(に)?努め")
_PROHIBITION = re.compile(
    r"(て|で)はならない|(て|で)はなら(ず|ない)|ことができない|べからず|を得ず"
)
# 次の各号に適合すると認めるときでなければ、許可をしてはならない: the items are required.
_ONLY_IF = re.compile(r"でなければ、?[^。]*(て|で)はならない|でなければ、?[^。]*ことができない")
_PERMISSION = re.compile(r"ことができる|得る?。?$|を妨げない|させることができ|(する)?ことを得")
_SUBJECT = re.compile(
    r"(?:^|、|。|[0-9一二三四五六七八九十]、?)([^、。「」]{1,60}?)(?:は|が|には)、"
)
_PAPER = re.compile(r"(書|届|録|簿|票|状|証|文書|書類|調書)$")
_ACTOR = re.compile(r"([^、。「」がはをに]{1,30})が(?!ある|あっ|ない)")
_NOT_SUBJECT = re.compile(
    r"(とき|場合|時|際|又|若しく|及び|もの|こと|日|期間|については|において|前項の規定|後|ため|ところ|に|で|て|も)$"
)


def asks_before_application(core: str, end: int) -> bool:
    """Return whether a duty stands between a cue and the 準用 that ends its sentence.

    Old statutes put both into one sentence without a full stop.
    """
    match = _APPLICATION.search(core, end)
    return bool(match and _OBLIGATION.search(core, end, match.start()))


def asks_by_replacement(core: str, span: tuple[int, int]) -> bool:
    """Return whether a 読替え itself brings a duty in: the cue stands only in the new wording.

    「届け出なければ」とあるのは「書面により届け出なければ」 asks for paper where none was asked.
    """
    for match in _PAIR.finditer(core):
        if match.start("new") <= span[0] and span[1] <= match.end("new"):
            added = core[slice(*span)] not in match.group("old")
            return added and bool(_DUTY_PART.search(core, span[0], match.end("new")))
    return False


def sentence_kind(article: Article, sentence: Sentence) -> str:
    """Return the reason code that the sentence's kind alone gives, or an empty string.

    PEN, DEF, JUN, EXC, ORG, SIDE (fees) or REF (purpose, transitional clause). An item takes
    the kind of the sentence that introduces it.
    """
    core = core_text(sentence.text)
    chapeau = core_text(sentence.chapeau) if sentence.chapeau else ""
    if _PENALTY.search(core) or _PENALTY.search(chapeau):
        return "PEN"
    if any("罰則" in heading for heading in article.headings) and not _OBLIGATION.search(core):
        return "PEN"
    if _DEFINITION.search(core) or _DEFINITION.search(chapeau):
        return "DEF"
    if _REPLACEMENT.search(chapeau):
        return "JUN"
    if _REPLACEMENT.search(core) or (_APPLICATION.search(core) and _ends_in_application(core)):
        return "JUN"
    if _PURPOSE.search(core) or _TRANSITION.search(core):
        return "REF"
    if _FEE.search(chapeau):
        return "SIDE"
    if _EXCEPTION.search(core) or _NOT_APPLIED.search(chapeau):
        return "EXC"
    if _COMPETENCE.search(core) or _COMPETENCE.search(chapeau) or _TASK.search(core):
        return "ORG"
    return ""


def _ends_in_application(core: str) -> bool:
    last = max(match.end() for match in _APPLICATION.finditer(core))
    return not _OBLIGATION.search(core, last)


def modality_of(core: str) -> Modality:
    """Return what the end of a normalised sentence does to its subject."""
    tail = core[-40:]
    if _PROHIBITION.search(tail):
        return Modality.PROHIBITION
    if _EFFORT.search(tail):
        return Modality.EFFORT
    if _OBLIGATION.search(tail):
        return Modality.OBLIGATION
    if _PERMISSION.search(tail):
        return Modality.PERMISSION
    return Modality.STATEMENT


def is_duty(core: str) -> bool:
    """Return whether a chapeau asks for its items: 次に掲げる…しなければならない and the like."""
    duties = (_OBLIGATION, _EFFORT, _PERMISSION, _ONLY_IF)
    return any(pattern.search(core) for pattern in duties)


def subject_on_surface(core: str, before: int) -> str:
    """Return the last topic phrase (…は、) before an offset; empty when the sentence has none."""
    found = ""
    for match in _SUBJECT.finditer(core, 0, before + 2):
        phrase = match.group(1)
        if not _NOT_SUBJECT.search(phrase):
            found = phrase
            # 申請書には、申請者が押印し…: the paper is where, the person is who.
            inner = _ACTOR.match(core, match.end()) if _PAPER.search(phrase) else None
            found = inner.group(1) if inner else found
    return found[-40:]


_FREQUENCY = re.compile(
    r"(?:毎(?:事業年度|会計年度|年度|年|月|週|日)|[一二三四五六七八九十0-9]+(?:年|箇月|か月|月|週|日)(?:以内)?ごとに?"
    r"|(?:年|月|週|日)に?[一二三四1234]回)(?:[一二三四1234]回)?(?:以上)?|定期(?:的)?に"
)


def frequency_in(core: str) -> str:
    """Return the first interval named in a normalised sentence (毎年, 一月以内ごとに …)."""
    match = _FREQUENCY.search(core)
    return match.group(0) if match else ""
