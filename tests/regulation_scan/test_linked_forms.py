"""A form that a page links to belongs to that page."""

from pathlib import Path

import pytest

from regulation_scan.cache import Cache
from regulation_scan.load import Scanned, scan_paths
from regulation_scan.scan import Rules

PAGE = (
    '<html><head><meta charset="utf-8"><title>公園条例施行規則</title></head><body>'
    '<div id="primary" class="joubun showhistory"><div id="primaryInner"><div id="primaryInner2">'
    '<div><div class="eline head"><p class="title-irregular">○公園条例施行規則</p></div></div>'
    '<div><div class="eline"><div class="article">'
    '<p class="num"><span class="num cm">第1条</span>　'
    '<span class="clause"><span class="p cm">この規則は、公園について定める。</span></span></p>'
    "</div></div></div>"
    '<div><div class="eline"><div class="form_section"><p class="num">'
    '<a onClick="fileDownloadAction2(\'word/form1.rtf\')"><span class="num">様式第1号</span></a>'
    '<span class="form-title">(第1条関係)</span></p></div></div></div>'
    "</div></div></div></body></html>"
)
FORM = (
    r"{\rtf1\ansi\ansicpg932 \u27096?\u24335?\u31532?1\u21495?\par "
    r"\u27663?\u21517?\u12288?\u12288?\u21360?\par}"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A page and, beside it, the form it links to (様式第1号; 氏名　　印)."""
    (tmp_path / "rules" / "word").mkdir(parents=True)
    (tmp_path / "rules" / "page.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "rules" / "word" / "form1.rtf").write_text(FORM, encoding="ascii")
    return tmp_path / "rules"


def places(scanned: Scanned) -> list[tuple[str, str, str]]:
    """Return (instrument, provision, category) of everything judged."""
    return [
        (item.clause.instrument.title, item.clause.provision, item.category)
        for item in scanned.judgements
    ]


def test_linked_form_is_counted_once(folder: Path, rules: Rules, tmp_path: Path) -> None:
    """The seal in a linked form is one finding, under the rule that links it, every time."""
    with Cache.open(tmp_path / "cache.db") as cache:
        first = scan_paths([folder], rules, cache, 1)
        again = scan_paths([folder], rules, cache, 1)
    assert places(first) == [("公園条例施行規則", "様式第1号", "押印・署名")]
    assert again.judgements == first.judgements
    assert again.sentences == first.sentences


def test_form_scanned_before_its_page_is_counted_once(
    folder: Path, rules: Rules, tmp_path: Path
) -> None:
    """A form scanned alone is a document of its own, until the page that links it comes along."""
    with Cache.open(tmp_path / "cache.db") as cache:
        alone = scan_paths([folder / "word"], rules, cache, 1)
        together = scan_paths([folder], rules, cache, 1)
    assert len(alone.judgements) == 1
    assert places(together) == [("公園条例施行規則", "様式第1号", "押印・署名")]
