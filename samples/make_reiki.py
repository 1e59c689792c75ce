"""Writes samples/reiki (ordinances of an invented city, in every format) from samples/reiki_source.

    python samples/make_reiki.py            all but the PDF, which is kept as committed
    python samples/make_reiki.py --pdf      the PDF too (needs LibreOffice)

The sources are plain text, one line a clause. A line may end in ``{{label}}``, what the author says a
scan must find there, and from these tests/data/reiki_labels.jsonl is written:

    {{書面,押印・署名}}      these categories      {{書面:準用}}   by reference      {{押印・署名:form}}  in a form
    {{-PEN:罰則}}          none, and why (codes: docs/documents.md)
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from kanmon.documents.line import Line  # noqa: E402
from reiki_formats.law_xml import law_xml  # noqa: E402
from reiki_formats.office import docx, pdf, rtf  # noqa: E402
from reiki_formats.page import d1_law, g_reiki  # noqa: E402
from reiki_formats.source import form_sources, label_rows, parse_source, read_source  # noqa: E402

SOURCE, TARGET = HERE / "reiki_source", HERE / "reiki"
LABELS = HERE.parent / "tests" / "data" / "reiki_labels.jsonl"

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


if __name__ == "__main__":
    main("--pdf" in sys.argv[1:])
