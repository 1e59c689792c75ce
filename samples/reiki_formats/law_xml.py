"""法令標準XML."""

from lxml import etree

from kanmon.documents.assemble import document_from_lines
from kanmon.documents.line import Line
from kanmon.documents.model import Article, Group, Item, Paragraph, SupplProvision


def law_xml(lines: list[Line], name: str) -> bytes:
    """Return the instrument as 法令標準XML."""
    document = document_from_lines(lines, name, "text")
    day = document.date
    assert day is not None
    law = etree.Element("Law", Era="Reiwa", Year=str(day.year - 2018), LawType="Misc", Lang="ja")
    law.set("Num", "3")
    law.set("PromulgateMonth", f"{day.month:02d}")
    law.set("PromulgateDay", f"{day.day:02d}")
    child(law, "LawNum", document.number)
    body = child(law, "LawBody")
    child(body, "LawTitle", document.title)
    main = child(body, "MainProvision")
    for node in document.children:
        if isinstance(node, SupplProvision):
            supplement = child(body, "SupplProvision")
            child(supplement, "SupplProvisionLabel", node.title)
            add_nodes(supplement, node.children)
        elif isinstance(node, Article | Group):
            add_nodes(main, (node,))
    etree.indent(law)
    return bytes(etree.tostring(law, encoding="UTF-8", xml_declaration=True)) + b"\n"


def add_nodes(parent: etree._Element, nodes: tuple[object, ...]) -> None:
    """Append articles, paragraphs and items."""
    for node in nodes:
        if isinstance(node, Article):
            element = child(parent, "Article", Num="_".join(map(str, node.number)))
            if node.caption:
                child(element, "ArticleCaption", node.caption)
            child(element, "ArticleTitle", node.title)
        elif isinstance(node, Paragraph):
            element = child(parent, "Paragraph", Num=str(node.number[0]))
            child(element, "ParagraphNum", node.title)
            add_sentences(child(element, "ParagraphSentence"), node)
        elif isinstance(node, Item):
            element = child(parent, "Item", Num=str(node.number[0]))
            child(element, "ItemTitle", node.title)
            add_sentences(child(element, "ItemSentence"), node)
        else:
            raise TypeError(f"not in this sample: {node}")
        add_nodes(element, node.children)


def add_sentences(parent: etree._Element, node: Paragraph | Item) -> None:
    """Append the sentences, main and proviso."""
    for number, sentence in enumerate(node.sentences, 1):
        element = child(parent, "Sentence", sentence.text, Num=str(number))
        if sentence.function:
            element.set("Function", sentence.function)


def child(parent: etree._Element, tag: str, text: str = "", **attributes: str) -> etree._Element:
    """Append an element and return it."""
    element = etree.SubElement(parent, tag, **attributes)
    if text:
        element.text = text
    return element
