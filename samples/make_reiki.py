"""Writes samples/reiki (ordinances of an invented city, in every format) from samples/reiki_source.

    python samples/make_reiki.py            all but the PDF, which is kept as committed
    python samples/make_reiki.py --pdf      the PDF too (needs LibreOffice)

The sources are plain text, one line a clause. A line may end in ``{{label}}``, what the author says a
scan must find there, and from these tests/data/reiki_labels.jsonl is written:

    {{書面,押印・署名}}      these categories      {{書面:準用}}   by reference      {{押印・署名:form}}  in a form
    {{-PEN:罰則}}          none, and why (codes: docs/documents.md)
"""

import html
import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

from lxml import etree

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from kanmon.documents.line import is_caption, read_appendix, read_article, read_mark, read_supplementary  # noqa: E402
from kanmon.documents.assemble import document_from_lines  # noqa: E402
from kanmon.documents.line import Line  # noqa: E402
from kanmon.documents.model import Article, Block, Cell, Group, Item, Paragraph, Row, SupplProvision  # noqa: E402
from kanmon.documents.passage import passages  # noqa: E402
from kanmon.documents.text import sentence_text  # noqa: E402
from kanmon.render.docx import prepare_document, save_document  # noqa: E402
from kanmon.text import squeeze  # noqa: E402

SOURCE, TARGET = HERE / "reiki_source", HERE / "reiki"
LABELS = HERE.parent / "tests" / "data" / "reiki_labels.jsonl"
TAG = re.compile(r"\{\{(.+?)\}\}$")

TARGETS = {
    "outdoor-advertising": "k101RG00000101.html",
    "outdoor-advertising-rules": "k101RG00000102.html",
    "seal-exemption": "k101RG00000103.html",
    "office-building": "office-building_j.html",
    "digital-procedures": "digital-procedures.xml",
    "subsidies": "subsidies.docx",
    "child-medical": "child-medical.docx",
    "child-medical-form": "child-medical-form5.docx",
    "records-inspection": "records-inspection.txt",
    "cemetery": "cemetery.pdf",
    "electronic-contracts": "electronic-contracts.txt",
}
CLASSIFICATION = {
    "outdoor-advertising": "第10編 建設/第3章 都市計画",
    "outdoor-advertising-rules": "第10編 建設/第3章 都市計画",
    "seal-exemption": "第3編 執行機関/第1章 市長/第3節 文書・公印",
}


def main(with_pdf: bool) -> None:
    """Write every sample and the labels."""
    (TARGET / "word").mkdir(parents=True, exist_ok=True)
    labels = []
    for name, file in TARGETS.items():
        lines, tags = read_source(SOURCE / f"{name}.txt")
        labels += label_rows(f"samples/reiki/{file}", lines, tags)
        if file.endswith(".pdf") and not with_pdf:
            continue
        write(name, TARGET / file, lines)
    for file, text in form_sources(SOURCE / "forms.txt"):
        lines, tags = parse_source(text)
        labels += label_rows(f"samples/reiki/word/{file}", lines, tags)
        (TARGET / "word" / file).write_bytes(rtf(lines))
    rows = (json.dumps(row, ensure_ascii=False) for row in labels)
    LABELS.write_text("\n".join(rows) + "\n", encoding="utf-8")


def write(name: str, path: Path, lines: list[Line]) -> None:
    """Write one sample in the format its name asks for."""
    if path.name.startswith("k101"):
        path.write_text(g_reiki(lines, CLASSIFICATION[name]), encoding="utf-8", newline="\n")
    elif path.name.endswith("_j.html"):
        path.write_text(d1_law(lines), encoding="cp932", newline="\r\n")
    elif path.suffix == ".xml":
        path.write_bytes(law_xml(lines, path.name))
    elif path.suffix == ".docx":
        path.write_bytes(docx(lines))
    elif path.suffix == ".pdf":
        pdf(lines, path)
    else:
        encoding = "cp932" if name == "records-inspection" else "utf-8"
        text = "".join(f"{line.text}\n" for line in lines)
        path.write_text(text, encoding=encoding, newline="\r\n" if encoding == "cp932" else "\n")


# Sources


def read_source(path: Path) -> tuple[list[Line], list[str]]:
    """Return lines and, one for each, its label (mostly empty)."""
    return parse_source(path.read_text(encoding="utf-8"))


def parse_source(text: str) -> tuple[list[Line], list[str]]:
    """Return lines and labels; ``#table`` begins rows of cells, ``#link`` a form's file."""
    lines: list[Line] = []
    tags: list[str] = []
    rows: list[Row] = []
    for raw in [*text.rstrip("\n").split("\n"), ""]:
        if raw == "#table":
            continue
        if "|" in raw and "#link" not in raw:
            rows.append(Row(tuple(Cell(cell.strip()) for cell in raw.split("|"))))
            continue
        if rows:
            lines.append(Line(rows=tuple(rows)))
            tags.append("")
            rows = []
        if raw.startswith("#link "):
            lines[-1] = Line(lines[-1].text, links=(raw[6:],))
        elif raw:
            match = TAG.search(raw)
            lines.append(Line(TAG.sub("", raw)))
            tags.append(match[1] if match else "")
    return lines, tags


def form_sources(path: Path) -> list[tuple[str, str]]:
    """Return name and text of each form."""
    parts = re.split(r"^## (.+)\n", path.read_text(encoding="utf-8"), flags=re.M)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


def label_rows(file: str, lines: list[Line], tags: list[str]) -> list[dict[str, object]]:
    """Return one label a tagged line, at the address the line has."""
    found = list(passages(document_from_lines(lines, file, "text")))
    rows: list[dict[str, object]] = []
    position = 0
    for line, tag in zip(lines, tags, strict=True):
        if not tag:
            continue
        words = own_words(line.text)
        position = next(i for i in range(position, len(found)) if squeeze(found[i].text) == squeeze(words))
        negative, body = tag.startswith("-"), tag.lstrip("-")
        left, _, right = body.partition(":")
        rows.append(
            {
                "file": file,
                "provision": str(found[position].provision),
                "categories": [] if negative else left.split(","),
                "reason": left if negative else "",
                "note": right,
                "text": found[position].text,
            }
        )
    return rows


def own_words(text: str) -> str:
    """Return a line without its number."""
    if (article := read_article(text)) is not None:
        return article.rest
    mark = read_mark(text)
    return mark.rest if mark else text


# Formats


def g_reiki(lines: list[Line], classification: str) -> str:
    """Return a page as Super Reiki-Base writes it."""
    out = Eline()
    for index, line in enumerate(lines):
        text = html.escape(line.text, quote=False)
        article, mark = read_article(line.text), read_mark(line.text)
        if line.rows:
            out.add(html_table(line))
        elif index < 3:
            kind = ("title-irregular", "date", "number")[index]
            out.add(f'<div class="head"><p class="{kind}">{out.span(text, "cm")}</p></div>')
        elif line.links:
            number, _, rest = text.partition("（")
            name = f"{out.span(number, 'num cm')}{out.span('（' + rest, 'form-title cm')}"
            click = f"fileDownloadAction2('{line.links[0]}');return false;"
            out.add(
                f'<div class="form_section"><p class="num"><a onClick="{click}" '
                f'href="javascript:void(0);" target="_self">{name}</a></p></div>'
            )
            image = line.links[0].replace(".rtf", "s.png")
            out.add(f'<div class="xref_frame cm"><p><img src="{image}" alt="画像" class="xref_thumb"/></p></div>')
        elif is_caption(line.text) and is_article(lines[index + 1]):
            out.caption = f'<p class="title">{out.span(text, "cm")}</p>'
        elif article is not None:
            title, rest = html.escape(article.title), html.escape(article.rest, quote=False)
            body = f'<span class="clause">{sentences(out, rest)}</span>'
            out.add(f'<div class="article">{out.take_caption()}<p class="num">{out.span(title, "num cm")}　{body}</p></div>')
        elif read_supplementary(line.text) is not None:
            joined = text.replace("附　則", '<span class="word-space">附</span>則')
            out.add(f'<p class="s-head">{out.span(joined, "title cm")}</p>')
        elif mark is not None:
            kind = "clause" if mark.kind == "digits" else "item"
            rest = html.escape(mark.rest, quote=False)
            out.add(f'<div class="{kind}"><p class="num">{out.span(mark.title, "num cm")}　{sentences(out, rest)}</p></div>')
        elif line.text.endswith("。"):
            out.add(f'<div class="clause"><p style="text-indent:1em" class="p">{sentences(out, text)}</p></div>')
        else:
            out.add(f'<p class="p">{out.span(text, "cm")}</p>')
    title = html.escape(lines[0].text.lstrip("○"))
    return PAGE.format(title=title, body="\n".join(out.lines), classification=classification)


class Eline:
    """Counts the ids of a page."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.caption = ""
        self.count = 0

    def add(self, inner: str) -> None:
        self.lines.append(f'<div>\n<div id="l{len(self.lines):09d}" class="eline">{inner}</div>\n</div>')

    def span(self, text: str, kind: str) -> str:
        self.count += 1
        return f'<span id="e{self.count:09d}" class="{kind}">{text}</span>'

    def take_caption(self) -> str:
        caption, self.caption = self.caption, ""
        return caption


def sentences(out: Eline, text: str) -> str:
    """Return one span a sentence, as the system does for a proviso."""
    return "".join(out.span(part, "p cm") for part in re.split(r"(?<=。)(?=ただし、|この場合)", text) if part)


def is_article(line: Line) -> bool:
    """Return whether a caption before ``line`` belongs to it."""
    mark = read_mark(line.text)
    return read_article(line.text) is not None or (mark is not None and mark.kind == "digits")


def html_table(line: Line) -> str:
    """Return a table with the layout row the system puts first."""
    columns = len(line.rows[0].cells)
    fixed = "<td></td>" * columns
    rows = "".join(
        "<tr>" + "".join(f"<td><p>{html.escape(cell.text)}</p></td>" for cell in row.cells) + "</tr>\n"
        for row in line.rows
    )
    return (
        '<div class="table_frame"><div class="table-wrapper"><table border="1">'
        f'<tr class="fixed-colspec">{fixed}</tr>\n{rows}</table></div></div>'
    )


def d1_law(lines: list[Line]) -> str:
    """Return a flat page as D1-Law writes it."""
    body = "\n".join(
        f'<div class="danraku-normal">{html.escape(line.text, quote=False)}</div>' for line in lines
    )
    title = html.escape(lines[0].text.lstrip("○"))
    return (
        '<html>\n<head>\n<meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS">\n'
        f"<title>{title}</title>\n</head>\n<body>\n"
        f'<div class="USER-SET-STYLE">\n{body}\n</div>\n</body>\n</html>\n'
    )


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


def docx(lines: list[Line]) -> bytes:
    """Return a Word file; tables as tables."""
    from docx import Document
    from docx.enum.text import WD_BREAK

    document = Document()
    prepare_document(document, landscape=False)
    for index, line in enumerate(lines):
        if line.rows:
            table = document.add_table(len(line.rows), len(line.rows[0].cells), style="Table Grid")
            for row, cells in zip(line.rows, table.rows, strict=True):
                for cell, target in zip(row.cells, cells.cells, strict=True):
                    target.text = cell.text
            continue
        paragraph = document.add_paragraph()
        if index and read_appendix(line.text) is not None:
            paragraph.add_run().add_break(WD_BREAK.PAGE)
        paragraph.add_run(line.text)
    return save_document(document)


def pdf(lines: list[Line], path: Path) -> None:
    """Write a PDF by way of Word and LibreOffice."""
    word = path.with_suffix(".docx")
    word.write_bytes(docx(lines))
    command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(path.parent), str(word)]
    subprocess.run(command, check=True, capture_output=True)
    word.unlink()


def rtf(lines: list[Line]) -> bytes:
    """Return a form as 例規 systems keep it: CP932 escapes, one table."""
    out = io.StringIO()
    out.write("{\\rtf1\\ansi\\ansicpg932\\deff0{\\fonttbl{\\f0\\fnil\\fcharset128 MS Mincho;}}\n")
    out.write("\\paperw11906\\paperh16838\\f0\\fs21\n")
    for line in lines:
        for row in line.rows:
            step = 9000 // len(row.cells)
            edges = "".join(f"\\cellx{step * (i + 1)}" for i in range(len(row.cells)))
            cells = "".join(f"\\pard\\intbl {rtf_text(cell.text)}\\cell " for cell in row.cells)
            out.write(f"\\trowd{edges}{cells}\\row\n")
        if not line.rows:
            out.write(f"\\pard {rtf_text(line.text)}\\par\n")
    out.write("}\n")
    return out.getvalue().encode("ascii")


def rtf_text(text: str) -> str:
    """Return text as escapes; what CP932 lacks is written as \\u."""
    pieces = []
    for char in text:
        try:
            data = char.encode("cp932")
        except UnicodeEncodeError:
            pieces.append(f"\\u{ord(char)}?")
            continue
        plain = len(data) == 1 and char not in "\\{}"
        pieces.append(char if plain else "".join(f"\\'{byte:02x}" for byte in data))
    return "".join(pieces)


PAGE = """<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd">
<html lang="ja">
<head>
<meta http-equiv="content-type" content="text/html; charset=utf-8">
<title>{title}</title>
</head>
<body>
<div id="wrapper">
<div id="container">
<div id="primary" class="joubun showhistory">
<div id="primaryInner">
<div id="primaryInner2">
{body}
</div>
</div>
</div>
<div id="secondary">
<div class="shoshi"><span class="taikei-item">{classification}</span></div>
</div>
</div>
</div>
</body>
</html>
"""

if __name__ == "__main__":
    main("--pdf" in sys.argv[1:])
