"""Verdicts in, bytes of another tool's format out: what ``policy export`` does."""

import json

import yaml

from kanmon.errors import UnsupportedError
from kanmon.session import Session
from kanmon.source import SourceRef
from policy.decided import confirmed_duties
from policy.export_ciso import framework_library, mapping_library
from policy.export_oscal import catalog, mapping_collection
from policy.judged import Judged


def exchange_bytes(session: Session, judged: Judged, fmt: str, side: str) -> bytes:
    """Return the file; equal texts and an equal day give equal bytes.

    Raises:
        UnsupportedError: a mapping is asked for and nothing answers anything.
    """
    day = session.today
    ours = side == "guideline"
    edition = judged.guideline if ours else judged.local
    both = (judged.guideline, judged.local)
    if fmt == "oscal-catalog":
        duties = judged.guideline_duties if ours else judged.local_duties
        return _json(catalog(edition, duties, day))
    if fmt == "ciso-library":
        return _yaml(framework_library(edition, day))
    if not any(c.guideline and c.local for c in judged.comparisons):
        raise UnsupportedError(
            "対応する条文が一つもないため、対応表を作れません",
            where=SourceRef(judged.local.path),
            hint="二つの文書が合っているか、kanmon policy diff で確かめてください",
        )
    reviewed = confirmed_duties(session, judged)
    if fmt == "oscal-mapping":
        return _json(mapping_collection(judged.comparisons, both, day, reviewed))
    return _yaml(mapping_library(judged.comparisons, both, day, reviewed))


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _yaml(value: object) -> bytes:
    text = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=1000)
    return text.encode()
