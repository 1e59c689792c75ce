"""How fast and how completely documents are read: the Acts of ../shared/laws and samples/reiki.

python benchmarks/documents.py
"""

import resource
import sys
import time
from pathlib import Path

from lxml import etree

from kanmon.documents.load import load_documents
from kanmon.documents.model import Document, walk
from kanmon.documents.passage import passages
from kanmon.documents.text import source_text
from kanmon.inputs import find_inputs

ROOT = Path(__file__).parents[1]
LAWS = ROOT / ".." / "shared" / "laws"


def main() -> None:
    """Print one row a folder: files, size, CPU seconds, what was read, what was lost."""
    print("folder           files    MB  read s  walk s    nodes passages")
    for folder in (LAWS, ROOT / "samples" / "reiki"):
        if folder.is_dir():
            measure(folder)
    if not LAWS.is_dir():
        print("../shared/laws is not here: the Acts were not measured", file=sys.stderr)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MB (all documents of a folder held at once)")


def measure(folder: Path) -> None:
    """Print the row of one folder. Times are of this process, so other load does not count."""
    inputs, _ = find_inputs([folder])
    start = time.process_time()
    documents, skips = load_documents(inputs)
    loaded = time.process_time()
    count = sum(1 for document in documents for _ in passages(document))
    walked = time.process_time()
    nodes = sum(1 for document in documents for _ in walk(document))
    size = sum(item.size for item in inputs) / 1e6
    print(
        f"{folder.name:16} {len(documents):5} {size:5.1f} {loaded - start:7.2f} "
        f"{walked - loaded:7.2f} {nodes:8,} {count:8,}"
    )
    lost = [document.path for document in documents if not lossless(document)]
    print(f"{'':16} lossless {len(documents) - len(lost)}/{len(documents)}, skips {len(skips)}")


def lossless(document: Document) -> bool:
    """Return whether a law XML gives its text back; other formats are checked in tests."""
    if document.format != "law-xml":
        return True
    law = next(etree.fromstring(Path(document.path).read_bytes()).iter("Law"))
    plain = "".join("".join(map(str, law.itertext())).split())
    return "".join(source_text(document).split()) == plain


if __name__ == "__main__":
    main()
