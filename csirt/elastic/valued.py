"""The fields that the rules of one kind of record read, with the values the index holds there."""

from collections.abc import Iterable

from csirt.compile.expression import KEYWORDS, Expression, Is, Test, tests_of
from csirt.elastic.narrowing import Narrow, some
from csirt.elastic.possible import FieldValues, part_of_joined
from csirt.elastic.query import IndexField, IndexFields, Query
from csirt.engine.fields import FieldNames


class Values:
    """What the tests of some rules can find in an index.

    Attributes:
        fields: The index fields read; give them their values before ``asked``.
        keywords_only: Those read for keywords alone.
    """

    def __init__(self, rules: Iterable[Expression], index: IndexFields, names: FieldNames) -> None:
        self._index = index
        self._names = names
        self._has_keywords = False
        self._unknown: set[str] = set()
        tests: dict[IndexField, dict[Test, None]] = {}
        named: set[str] = set()
        for leaf in dict.fromkeys(leaf for rule in rules for leaf, _ in tests_of(rule)):
            self._has_keywords = self._has_keywords or leaf.field == KEYWORDS
            for field, test in self._questions(leaf) or ():
                tests.setdefault(field, {})[test] = None
                if leaf.field != KEYWORDS:
                    named.add(field.name)
        self._values = {field: FieldValues(field, asked) for field, asked in tests.items()}
        self.fields = tuple(self._values.values())
        self.keywords_only = frozenset(field.name for field in tests) - named

    def asked(self, leaf: Is) -> Narrow:
        """Return what to ask of the index so that every document with the leaf true is found."""
        questions = self._questions(leaf)
        if questions is None:
            return True
        return some(self._values[field].asked(test) for field, test in questions)

    @property
    def unindexed(self) -> Query:
        """Return the documents of which the index does not hold a value that the rules read.

        It names the fields of such values (too long, malformed, beyond the limit of fields) in
        the document's ``_ignored``. By which name it would know a field it has never indexed is
        known of our own indices only.
        """
        if self._has_keywords or (self._unknown and not self._index.prefix):
            return {"exists": {"field": "_ignored"}}
        ignored = {self._index.prefix + name for name in self._unknown}
        ignored.update(field.name for field in self._values)
        return {"terms": {"_ignored": sorted(ignored)}}

    def _questions(self, leaf: Is) -> list[tuple[IndexField, Test]] | None:
        """Return tests of index fields, one of which is passed at least; None when uncertain."""
        if leaf.field == KEYWORDS:
            if not self._index.complete:
                return None
            return [(field, leaf.test) for one in self._index.known.values() for field in one]
        found: list[tuple[IndexField, Test]] = []
        for name in self._names.of(leaf.field):
            parts = name.split("\\")
            test = leaf.test if len(parts) == 1 else part_of_joined(leaf.test)
            for part in parts:
                fields = self._index.known.get(part, ())
                if not fields:
                    self._unknown.add(part)
                    if not self._index.complete:
                        return None
                found += [(field, test) for field in fields]
        return list(dict.fromkeys(found))
