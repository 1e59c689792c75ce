"""Compiled rule files kept by content: a second start reads one JSON file instead of 3,700 rules.

The cache is plain JSON in a folder of the user's own; nothing in it is ever executed or unpickled.
A file that others could write is not read.
"""

import contextlib
import hashlib
import os
import stat
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import orjson

from csirt.compile.detection import Expand
from csirt.compile.rulefile import Record, compile_file

LAYOUT = 2
"""Raise whenever the meaning of a cached record changes."""
MAX_KEPT_FILES = 20_000


def compile_files(
    contents: Sequence[bytes], expand: Expand, cache: Path | None
) -> list[list[Record]]:
    """Return the records of each file, compiling only what the cache does not hold."""
    path = cache / _name() if cache is not None else None
    known = _read(path) if path is not None else {}
    expansion = repr(sorted(expand.items())).encode()
    keys = [_key(content, expansion) for content in contents]
    missing = False
    for key, content in zip(keys, contents, strict=True):
        if key not in known:
            known[key] = compile_file(content, expand)
            missing = True
    if missing and path is not None:
        _write(path, known, keys)
    return [known[key] for key in keys]


def _name() -> str:
    return f"rules-{LAYOUT}-pysigma-{version('pysigma')}.json"


def _key(content: bytes, expansion: bytes) -> str:
    # Only a file that uses placeholders depends on their values.
    extra = expansion if b"expand" in content else b""
    return hashlib.sha256(content + b"\0" + extra).hexdigest()


def _read(path: Path) -> dict[str, list[Record]]:
    """Return the cache; empty when there is none, it is damaged, or others may write it."""
    try:
        with path.open("rb") as stream:
            status = os.fstat(stream.fileno())
            if status.st_uid != os.getuid() or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                return {}
            data = orjson.loads(stream.read())
    except (OSError, orjson.JSONDecodeError):
        return {}
    return data if isinstance(data, dict) else {}


def _write(path: Path, known: dict[str, list[Record]], used: list[str]) -> None:
    """Write the cache in one step; a cache that cannot be written is only slower next time."""
    kept = known
    if len(known) > MAX_KEPT_FILES:
        kept = {key: known[key] for key in dict.fromkeys(used)}
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".rules-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(orjson.dumps(kept))
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
