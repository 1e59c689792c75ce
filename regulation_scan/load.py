"""The door: files in, judgements and skips out, with every parse and result kept on the way."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from kanmon import __version__
from kanmon.config import Config
from kanmon.documents.forms import form_paths
from kanmon.documents.load import load_document
from kanmon.documents.model import Document
from kanmon.errors import ConfigError, ToolError
from kanmon.inputs import InputFile, digest_input, find_inputs
from kanmon.progress import Advance, progress
from kanmon.run import InputDigest, Skip
from kanmon.source import SourceRef
from regulation_scan import settings
from regulation_scan.cache import Cache
from regulation_scan.clauses import clauses_of
from regulation_scan.coverage import read_coverage
from regulation_scan.cues import digest_rules, load_cues
from regulation_scan.model import CATEGORIES, Judgement
from regulation_scan.nlp import parse_key, parse_texts
from regulation_scan.parse import Parse
from regulation_scan.prefilter import build_prefilter
from regulation_scan.priority import load_guidance
from regulation_scan.results import from_json, to_json
from regulation_scan.scan import Prepared, Rules, judge_instrument, prepare

_CODE_VERSION = "4"
_CHUNK = 100
"""Windows parsed between two commits; an interruption loses at most this much for each job."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """The outcome of a scan.

    Attributes:
        judgements: In file, then document order.
        sentences: How many were looked at.
        parsed: How many windows had to be parsed anew.
    """

    judgements: tuple[Judgement, ...]
    skips: tuple[Skip, ...]
    inputs: tuple[InputDigest, ...]
    sentences: int
    parsed: int


def load_rules(folder: Path, config: Config) -> Rules:
    """Return cues, coverage and lists in force; raises ``ConfigError``."""
    cues = load_cues(folder)
    where = SourceRef(str(config.path or "kanmon.toml"), "regulation")
    left_out = frozenset(config.get(settings.LEAVE_OUT))
    unknown = sorted(left_out - set(CATEGORIES))
    if unknown:
        hint = "、".join(CATEGORIES)
        raise ConfigError(f"区分 {unknown[0]!r} はありません", where=where, hint=hint)
    ordinances = config.get(settings.GENERAL_ORDINANCES)
    seal_rules = config.get(settings.SEAL_RULES)
    basis = [
        _CODE_VERSION,
        __version__,
        digest_rules(folder),
        sorted(left_out),
        ordinances,
        seal_rules,
    ]
    return Rules(
        prefilter=build_prefilter(cues),
        coverage=read_coverage(ordinances, seal_rules, where),
        guidance=load_guidance(folder),
        left_out=left_out,
        digest=hashlib.sha256(json.dumps(basis, default=str).encode()).hexdigest(),
    )


def scan_paths(paths: Iterable[Path], rules: Rules, cache: Cache, jobs: int) -> Scanned:
    """Return what is found in the files; those seen before under the same rules are not re-read.

    A form that a page links to is judged with that page and not once more as its own document.
    The result does not depend on ``jobs`` nor on the order of the paths.
    """
    inputs, skips = find_inputs(paths)
    digests = tuple(InputDigest(item.name, digest_input(item)) for item in inputs)
    keys = {
        item.name: _result_key(item.name, digest.sha256, rules)
        for item, digest in zip(inputs, digests, strict=True)
    }
    kept = cache.results(tuple(keys.values()))
    siblings = {item.name: item for item in inputs}
    fresh = [item for item in inputs if keys[item.name] not in kept]
    results: dict[str, dict[str, object]] = {
        name: kept[key] for name, key in keys.items() if key in kept
    }
    read, failed = _prepare_all(fresh, siblings, rules)
    linked = _linked(read.values(), results.values())
    prepared = {name: item for name, item in read.items() if name not in linked}
    parsed = _parse_missing(prepared.values(), cache, jobs)
    parses = _all_parses(prepared.values(), cache)
    new = {name: _result(item, parses, rules) for name, item in prepared.items()}
    cache.add_results((keys[name], value) for name, value in new.items() if not _has_links(name))
    results.update(new)
    ordered = [results[name] for name in sorted(results) if name not in linked]
    failed = [skip for skip in failed if skip.where.path not in linked]
    judgements = [from_json(raw) for value in ordered for raw in _list(value, "judgements")]
    notices = [_skip(raw) for value in ordered for raw in _list(value, "notices")]
    return Scanned(
        tuple(sorted(judgements, key=lambda judgement: judgement.sort_key)),
        tuple(sorted({*skips, *failed, *notices})),
        digests,
        sum(int(str(value["sentences"])) for value in ordered),
        parsed,
    )


@dataclass(frozen=True, slots=True)
class _File:
    """A document read: its notices and the files its forms came from, beside what was prepared."""

    prepared: Prepared
    notices: tuple[Skip, ...]
    linked: tuple[str, ...]


def _prepare_all(
    inputs: Sequence[InputFile], siblings: Mapping[str, InputFile], rules: Rules
) -> tuple[dict[str, _File], list[Skip]]:
    found: dict[str, _File] = {}
    failed: list[Skip] = []
    with progress("例規を読み込み中", len(inputs)) as advance:
        for item in inputs:
            try:
                document = load_document(item, siblings)
                found[item.name] = _prepare(document, rules)
            except ToolError as error:
                where = error.where or SourceRef(item.name)
                failed.append(Skip(where, str(error.args[0]), error.hint))
            advance(1)
    return found, failed


def _prepare(document: Document, rules: Rules) -> _File:
    prepared = prepare(clauses_of(document), rules.prefilter)
    return _File(prepared, document.notices, tuple(form_paths(document)))


def _linked(read: Iterable[_File], kept: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Return the files that pages, read now or before, hold as their forms."""
    now = {name for file in read for name in file.linked}
    return frozenset(now | {name for value in kept for name in _list(value, "linked")})


def _result(file: _File, parses: Mapping[str, Parse], rules: Rules) -> dict[str, object]:
    return {
        "sentences": file.prepared.sentences,
        "judgements": [
            to_json(judgement) for judgement in judge_instrument(file.prepared, parses, rules)
        ],
        "notices": [
            [skip.where.path, skip.where.place, skip.reason, skip.hint] for skip in file.notices
        ],
        "linked": list(file.linked),
    }


def _parse_missing(files: Iterable[_File], cache: Cache, jobs: int) -> int:
    """Parse what the cache does not hold, chunk by chunk; each chunk is kept at once."""
    windows = sorted({window for file in files for window in file.prepared.windows})
    keys = {window: parse_key(window) for window in windows}
    known = cache.parses(keys)
    missing = [window for window in windows if window not in known]
    chunks = [missing[i : i + _CHUNK] for i in range(0, len(missing), _CHUNK)]
    if not chunks:
        return 0
    with progress("係り受け解析中", len(missing)) as advance:
        for parses in _parsed_chunks(chunks, min(jobs, len(chunks)), advance):
            cache.add_parses((keys[text], parse) for text, parse in parses)
    return len(missing)


def _parsed_chunks(
    chunks: Sequence[Sequence[str]], jobs: int, advance: Advance
) -> Iterator[Sequence[tuple[str, Parse]]]:
    if jobs <= 1:
        for chunk in chunks:
            yield tuple(parse_texts(chunk))
            advance(len(chunk))
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(_parse_chunk, chunk) for chunk in chunks]
        try:
            for future in as_completed(futures):
                parses = future.result()
                yield parses
                advance(len(parses))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _parse_chunk(chunk: Sequence[str]) -> tuple[tuple[str, Parse], ...]:
    return tuple(parse_texts(chunk))


def _all_parses(files: Iterable[_File], cache: Cache) -> Mapping[str, Parse]:
    windows = {window for file in files for window in file.prepared.windows}
    return cache.parses({window: parse_key(window) for window in sorted(windows)})


def _result_key(name: str, digest: str, rules: Rules) -> str:
    text = "\x1f".join((rules.digest, digest, name))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _has_links(name: str) -> bool:
    """Return whether a file may link others (forms), which its own digest does not cover."""
    return name.lower().endswith((".html", ".htm"))


def _list(value: Mapping[str, Any], key: str) -> list[Any]:
    found: list[Any] = value[key]
    return found


def _skip(raw: list[str]) -> Skip:
    path, place, reason, hint = raw
    return Skip(SourceRef(path, place), reason, hint)
