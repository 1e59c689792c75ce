"""What staff read about the checks stays true."""

from pathlib import Path

import pytest

from regulation_scan.model import CATEGORIES, REASONS, Category
from regulation_scan.settings import SETTINGS
from regulation_scan.workbook import Layout

DOCS = Path(__file__).parents[2] / "docs"
HEADINGS = ("What", "Where", "Severity", "Decide", "Add or mend a cue", "Known limits")


@pytest.mark.parametrize("category", CATEGORIES.values(), ids=lambda item: item.slug)
def test_every_check_has_its_section_with_six_headings(category: Category) -> None:
    """Each check says what it sees, where, how bad, how to decide, how to mend, what it misses."""
    text = (DOCS / "checks.md").read_text("utf-8")
    section = text.partition(f"\n### {category.slug}\n")[2].partition("\n### ")[0]
    for heading in HEADINGS:
        assert f"- **{heading}**: " in section
    assert category.check in section


def test_every_reason_code_is_explained() -> None:
    """A reason code in a result can be looked up."""
    text = (DOCS / "checks.md").read_text("utf-8")
    assert [code for code in REASONS if f"| {code} |" not in text] == []


def test_every_column_and_setting_is_named() -> None:
    """The columns of the workbook and the settings are listed where the city looks for them."""
    text = (DOCS / "regulation.md").read_text("utf-8")
    columns = [column.label_ja for _, column in Layout({}).shown() if not column.hidden]
    assert [label for label in columns if label not in text] == []
    assert [setting.key for setting in SETTINGS if setting.key not in text] == []
