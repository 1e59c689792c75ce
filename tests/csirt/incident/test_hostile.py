"""Values an attacker chose are harmless in every output, through the real renderers."""

import csv
import io
import json
import re
import zipfile
from html.parser import HTMLParser
from typing import Any

import pytest
from lxml import etree

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>"
MARKDOWN = "[x](javascript:alert(1)) ![y](http://evil.example/p.png) | # `a`\n# 見出し"
FORMULA = '=HYPERLINK("http://evil.example","x")'
ESCAPE = "\x1b]0;owned\x07\x1b[31m\x1b[2J"
BIDI = "abc\u202egpj.exe\u200b"
TEMPLATE = "{{ 7*7 }}{% raw %}"
CALENDAR = "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:偽"
SHELL = "$(rm -rf ~); `id` ' \" & |"
# A formula acts only at the start of a cell; everything else acts anywhere.
HOSTILE = (FORMULA, "\n".join((MARKUP, MARKDOWN, ESCAPE, BIDI, TEMPLATE, CALENDAR, SHELL)))
NAMES = ("formula", "everything")
DOCUMENTS = (
    ("alerts",),
    ("alerts", "show", "ALERT"),
    ("incident", "show", "INC"),
    ("incident", "list"),
    ("incident", "clocks", "INC"),
    ("incident", "runbook", "INC"),
    ("incident", "draft", "INC"),
    ("incident", "letter", "INC", "residents"),
    ("incident", "summary", "INC"),
)
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(scope="module", params=HOSTILE, ids=NAMES)
def attacked(request: Any, tmp_path_factory: Any, make_city: Any) -> Any:
    """Return (city, hostile text, alert, incident) with the text in every place it can come to."""
    text = request.param
    city, keep, hit = make_city(tmp_path_factory.mktemp("hostile"))
    with city.store() as store:
        (alert,) = keep(store, hit(text, host=text, user=text))
    incident = city.ok("incident", "open", alert, "--title", f"件名 {text}", "--reporter", text,
                       "--summary", text, "--section", text, "--known", "2026-11-06T08:00",
                       "--known-by", text).strip()  # fmt: skip
    city.ok("incident", "answer", incident, "--suggested")
    city.ok("incident", "answer", incident, "personal-info=はい")
    city.ok("incident", "note", incident, text)
    city.ok("incident", "decide", incident, text, "--decider", text)
    city.ok("incident", "asset", incident, text, "--owner", text)
    city.ok("incident", "set", incident, f"cause={text}", f"items={text}")
    return city, text, alert, incident


def produce(attacked: Any, words: tuple[str, ...], fmt: str) -> bytes:
    city, _, alert, incident = attacked
    filled = [{"ALERT": alert, "INC": incident}.get(word, word) for word in words]
    target = city.folder / f"out.{fmt}"
    city.ok(*filled, "-f", fmt, "-o", str(target))
    return bytes(target.read_bytes())


class Page(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.handlers: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the tag, its event handlers and its addresses."""
        self.tags.append(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]


@pytest.mark.parametrize("words", DOCUMENTS, ids=["-".join(words) for words in DOCUMENTS])
def test_pages_hold_no_markup_of_the_attacker(attacked: Any, words: tuple[str, ...]) -> None:
    """HTML に、攻撃者のタグ・属性・リンクが生きて残らない。"""
    page = Page()
    data = produce(attacked, words, "html").decode()
    page.feed(data)
    assert not page.handlers
    assert not [link for link in page.links if "evil" in link or "javascript" in link]
    assert "img" not in page.tags
    assert "alert(1)</script>" not in data
    assert not CONTROLS.search(data)


@pytest.mark.parametrize("words", DOCUMENTS, ids=["-".join(words) for words in DOCUMENTS])
def test_text_and_markdown_show_controls_instead_of_obeying(
    attacked: Any, words: tuple[str, ...]
) -> None:
    """端末の制御・向きの上書き・見えない文字は、字として見える形になる。"""
    for fmt in ("text", "md"):
        assert not CONTROLS.search(produce(attacked, words, fmt).decode()), fmt
    markdown = produce(attacked, words, "md").decode()
    prose = re.sub(r"(?m)^(~~~+|```+).*?^\1\s*$|^ {4}.*$", "", markdown, flags=re.S)
    assert "](javascript" not in prose
    assert "](http://evil" not in prose
    assert "\n# 見出し" not in markdown


def test_spreadsheets_hold_no_formula(attacked: Any) -> None:
    """Excel と CSV に、数式が入らない。"""
    for words in (("alerts",), ("incident", "list"), ("incident", "show", "INC")):
        with zipfile.ZipFile(io.BytesIO(produce(attacked, words, "xlsx"))) as book:
            for name in book.namelist():
                if name.startswith("xl/worksheets/sheet"):
                    tree = etree.fromstring(book.read(name))
                    assert not tree.findall(".//{*}f"), name
        rows = csv.reader(io.StringIO(produce(attacked, words, "csv").decode("utf-8-sig")))
        for row in rows:
            assert not [cell for cell in row if cell[:1] in ("=", "+", "@", "\t", "\r")]


def test_word_files_are_whole_and_link_nowhere(attacked: Any) -> None:
    """Word のファイルが壊れず、外への参照を持たない。"""
    for words in (("incident", "runbook", "INC"), ("incident", "show", "INC")):
        with zipfile.ZipFile(io.BytesIO(produce(attacked, words, "docx"))) as book:
            text = "".join(etree.fromstring(book.read("word/document.xml")).itertext())
            relations = book.read("word/_rels/document.xml.rels").decode()
        assert "evil.example" not in relations
        assert not CONTROLS.search(text)


def test_templates_are_not_executed(attacked: Any) -> None:
    """値の中の雛形の記号は、実行されない。"""
    text = produce(attacked, ("incident", "letter", "INC", "residents"), "text").decode()
    assert "49" not in text.replace("1449", "")


def test_exports_stay_well_formed(attacked: Any) -> None:
    """CACAO・TheHive・IRIS の JSON は壊れず、文面は Markdown として働かない。"""
    city, _, _, incident = attacked
    for target in ("cacao", "thehive", "iris"):
        document = json.loads(city.ok("incident", "export", incident, "--as", target))
        assert not CONTROLS.search("".join(strings(document))), target
        if target != "cacao":  # CACAO's texts are plain; the other two render Markdown
            key = {"thehive": "description", "iris": "alert_description"}[target]
            assert "<script" not in document[key]
            assert "](javascript" not in document[key]


def strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value.replace("\n", "").replace("\t", "")]
    if isinstance(value, dict):
        return [text for item in value.items() for part in item for text in strings(part)]
    if isinstance(value, list):
        return [text for item in value for text in strings(item)]
    return []


def test_calendars_hold_only_our_events(attacked: Any) -> None:
    """カレンダーに、攻撃者の予定が紛れ込まない。"""
    data = produce(attacked, ("incident", "clocks", "INC"), "ics").decode()
    lines = data.split("\r\n")
    assert not CONTROLS.search("".join(lines))
    assert "\n" not in "".join(lines)
    assert "\r" not in "".join(lines)
    summaries = [line for line in lines if line.startswith("SUMMARY:")]
    assert summaries
    assert all(line.startswith("SUMMARY:INC-") for line in summaries)
    assert data.count("BEGIN:VEVENT\r\n") == data.count("END:VEVENT\r\n") == len(summaries)


def test_queries_quote_what_came_from_a_log(attacked: Any) -> None:
    """手順書のコマンドは、写して実行しても、ログの値がシェルに働かない。"""
    import shlex

    text = produce(attacked, ("incident", "runbook", "INC"), "json").decode()
    assert json.loads(text)
    plain = produce(attacked, ("incident", "runbook", "INC"), "text").decode()
    for line in plain.splitlines():
        if line.strip().startswith("kanmon csirt hunt"):
            words = shlex.split(line)
            assert words[:3] == ["kanmon", "csirt", "hunt"]
            assert not {"rm", "id", ";", "&", "|"} & set(words)


def test_messages_on_the_terminal_are_safe_too(attacked: Any) -> None:
    """記録のたびに出る知らせでも、端末の制御が働かない。"""
    city, text, _, incident = attacked
    result = city.run("incident", "note", incident, text)
    assert not CONTROLS.search(result.stderr)
