"""Text out of law XML elements: indentation dropped, readings (ruby) kept apart."""

from lxml import etree

from kanmon.documents.model import Ruby, Sentence
from kanmon.provision import Number, parse_attribute

_INLINE = {"Ruby", "Rt", "Sup", "Sub", "Line", "QuoteStruct", "ArithFormula"}

_Element = etree._Element


def take_heads(element: _Element, tags: tuple[str, ...]) -> dict[str, str]:
    """Return the texts of the leading children named ``tags`` and remove them, in their order."""
    found: dict[str, str] = {}
    while len(element) and element[0].tag in tags and element[0].tag not in found:
        found[element[0].tag] = element_text(element[0])
        element.remove(element[0])
    for tag in tags:
        found.setdefault(tag, "")
    return found


def read_num(element: _Element) -> tuple[Number, Number]:
    """Return first and last number of ``Num``; without a readable one, the place among siblings."""
    first, last = parse_attribute(element.get("Num", ""))
    if first:
        return first, last
    before = sum(1 for _ in element.itersiblings(str(element.tag), preceding=True))
    return (before + 1,), (before + 1,)


def take_sentences(element: _Element, tag: str) -> tuple[Sentence, ...]:
    """Return the sentences of the leading child ``tag`` and remove it.

    A child that also holds something else (a table in a sentence) is left for ``_nodes``.
    """
    if not len(element) or element[0].tag != tag:
        return ()
    head = element[0]
    sentences: list[Sentence] = []
    column = 0
    if not len(head) and clean(head.text):
        # Not of the schema, but the words stand there all the same.
        sentences.append(read_sentence(head, 0))
    for child in head:
        if child.tag == "Sentence":
            sentences.append(read_sentence(child, 0))
        elif child.tag == "Column":
            column += 1
            sentences.extend(read_sentence(inner, column) for inner in child)
        else:
            return ()
    element.remove(head)
    return tuple(sentences)


def read_sentence(element: _Element, column: int) -> Sentence:
    """Return one ``Sentence``; ``column`` is 0 outside of columns."""
    function = element.get("Function", "")
    if not len(element):
        text = element.text or ""
        return Sentence(clean(text), function, column)
    text, readings = clean(element.text), []
    for child in element:
        if child.tag == "Ruby":
            reading = "".join(element_text(rt) for rt in child.iter("Rt"))
            text += clean(child.text) + "".join(clean(rt.tail) for rt in child)
            readings.append(Ruby(len(text), reading))
        else:
            text += element_text(child)
        text += clean(child.tail)
    return Sentence(text, function, column, tuple(readings))


def clean(text: str | bytes | None) -> str:
    """Return text without the line breaks and indentation of a pretty-printed file."""
    if not text:
        return ""
    first, *others = str(text).split("\n")
    if not others:
        return first
    *middle, last = others
    return "".join((first.rstrip(), *(part.strip() for part in middle), last.lstrip()))


def element_text(element: _Element | None) -> str:
    """Return all text below ``element`` as one run; empty for ``None``."""
    if element is None:
        return ""
    if not len(element):
        return clean(element.text).strip()
    return "".join(map(clean, element.itertext())).strip()


def element_lines(element: _Element) -> str:
    """Return all text below ``element``; what stands in elements of its own has its own line."""
    if all(child.tag in _INLINE for child in element):
        return element_text(element)
    pieces = [clean(element.text).strip()]
    for child in element:
        pieces.append(element_lines(child))
        pieces.append(clean(child.tail).strip())
    return "\n".join(piece for piece in pieces if piece)


def joined(number: Number) -> str:
    """Return a number with its branches as a mark: ``3.2``."""
    return ".".join(map(str, number))
