"""GiNZA behind one door: the only module that imports spaCy, and only when it must parse."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from kanmon.errors import ServiceError
from regulation_scan.parse import Parse, Token

MODEL = "ja_ginza"
# Of the pipeline only the dependency parser is needed; words and lemmas come from SudachiPy.
_EXCLUDED = ("ner", "compound_splitter", "bunsetu_recognizer", "morphologizer")
_PARSE_VERSION = "1"
# More at once is no faster on short windows and costs memory: 16 keeps a process near 600 MB.
_BATCH = 16


@lru_cache(maxsize=1)
def parser_version() -> str:
    """Return what a stored parse depends on: this code's version and the model's."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"{_PARSE_VERSION}:{version('ja-ginza')}:{version('sudachidict-core')}"
    except PackageNotFoundError as error:
        raise _missing_model(error) from error


def parse_key(text: str) -> str:
    """Return the cache key of a text under the present model."""
    return hashlib.sha256(f"{parser_version()}\x1f{text}".encode()).hexdigest()


def parse_texts(texts: Sequence[str]) -> Iterator[tuple[str, Parse]]:
    """Yield (text, parse) for each text, in order; loads the model on first use.

    Raises:
        ServiceError: the model is not installed or cannot be loaded.
    """
    nlp = _pipeline()
    for text, doc in zip(texts, nlp.pipe(texts, batch_size=_BATCH), strict=True):
        yield text, tuple(_token(token) for token in doc)


def parse_full(texts: Iterable[str]) -> None:
    """Run the complete GiNZA pipeline over the texts and drop the result: for benchmarks only."""
    import spacy

    nlp = spacy.load(MODEL)
    for _ in nlp.pipe(texts, batch_size=_BATCH):
        pass


def _token(token: Any) -> Token:
    return Token(
        text=token.text,
        lemma=token.lemma_,
        tag=token.tag_,
        relation=token.dep_.removesuffix("_bunsetu"),
        head=token.head.i,
        start=token.idx,
    )


@lru_cache(maxsize=1)
def _pipeline() -> Any:
    try:
        import spacy

        return spacy.load(MODEL, exclude=list(_EXCLUDED))
    except (ImportError, OSError) as error:
        raise _missing_model(error) from error


def _missing_model(error: Exception) -> ServiceError:
    hint = "pip install 'ja-ginza>=5.2' を実行してください（Kanmon の導入で入るはずのものです）"
    return ServiceError(f"GiNZA のモデルを読み込めません: {error}", hint=hint)
