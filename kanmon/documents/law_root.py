"""The outside of a law XML: parsed without entities, DTD or network, and what it is called."""

from datetime import date

from lxml import etree

from kanmon.dates import parse_date
from kanmon.documents.identity import Identity, identify, instrument_type
from kanmon.documents.xml_text import element_text
from kanmon.errors import InputError
from kanmon.provision import arabic_dates
from kanmon.source import SourceRef

_LAW_TYPES = {
    "Constitution": "憲法",
    "Act": "法律",
    "CabinetOrder": "政令",
    "ImperialOrder": "勅令",
    "MinisterialOrdinance": "省令",
}
_BODY_PARTS = ("MainProvision", "SupplProvision")
_MAIN_PARTS = ("Part", "Chapter", "Section", "Subsection", "Division", "Article", "Paragraph")
_ERAS = {"Meiji": "明治", "Taisho": "大正", "Showa": "昭和", "Heisei": "平成", "Reiwa": "令和"}


_Element = etree._Element


def parse_law(data: bytes, path: str) -> _Element:
    """Return the ``Law`` element of ``data``; a part cut out of a law gets one around it.

    Raises:
        InputError: the XML is broken, declares a DTD or entities, or holds no part of a law.
    """
    where = SourceRef(path)
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        place = f"line {error.lineno}" if isinstance(error, etree.XMLSyntaxError) else ""
        raise InputError(
            f"XML として読めません: {error}",
            where=where.at(place),
            hint="ファイルが途中で切れていないか確かめ、取り直してください",
        ) from error
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]  # stubs lag behind lxml
        raise InputError(
            "DTD・実体宣言のある XML は読みません（外部参照や展開爆弾を防ぐため）",
            where=where,
            hint="e-Gov などの法令標準XML には DTD は要りません。出所を確かめてください",
        )
    law = root if root.tag == "Law" else next(root.iter("Law"), None)
    law = law if law is not None else _law_around(root)
    if law is None:
        raise InputError(
            f"法令標準XML ではありません（最上位の要素は {str(root.tag)[:40]}）",
            where=where,
            hint="e-Gov の法令標準XML（Law 要素を持つもの）を渡してください",
        )
    return law


def _law_around(root: _Element) -> _Element | None:
    """Return a nameless ``Law`` around the parts in ``root``; ``None`` when it holds none.

    Source: the parts the e-Gov API returns when it is asked for one element only.
    """
    first = next(root.iter("LawBody", *_BODY_PARTS, *_MAIN_PARTS), None)
    if first is None:
        return None
    parts = [first, *first.itersiblings(str(first.tag))]
    law = etree.Element("Law")
    if first.tag == "LawBody":
        law.append(first)
        return law
    holder = etree.SubElement(law, "LawBody")
    if first.tag in _MAIN_PARTS:
        holder = etree.SubElement(holder, "MainProvision")
    holder.extend(parts)
    return law


def identify_law(law: _Element) -> Identity:
    """Return title, number, date and type from the elements and attributes of ``Law``."""
    body = law.find("LawBody")
    title = element_text(body.find("LawTitle")) if body is not None else ""
    written = element_text(law.find("LawNum"))
    number = arabic_dates(written)
    kind = _LAW_TYPES.get(law.get("LawType", ""), "") or instrument_type(title, number)
    found = identify(title, number)
    return Identity(found.title, number, _promulgated(law) or found.date, kind)


def _promulgated(law: _Element) -> date | None:
    era, year = _ERAS.get(law.get("Era", ""), ""), law.get("Year", "")
    month, day = law.get("PromulgateMonth", ""), law.get("PromulgateDay", "")
    if not (era and year and month and day):
        return None
    try:
        return parse_date(f"{era}{int(year)}年{int(month)}月{int(day)}日")
    except ValueError:
        return None
