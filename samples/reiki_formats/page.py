"""Pages as the two common 例規 systems write them."""

import html
import re

from kanmon.documents.line import Line, is_caption, read_article, read_mark, read_supplementary

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
