"""The editable rules under rules/policy, read and checked: the only door for them."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from kanmon.errors import ConfigError
from kanmon.source import SourceRef
from policy.modality import Ending, ModalityRules
from policy.model import Strength
from policy.part_rules import Grade, Labelled, PartRules, Ranked, RoleWord, Threshold
from policy.vocabulary import BaselineDuty, OldTerm, Section, Synonym, Terms

_NOTHING = r"(?!)"


def read_yaml(path: Path) -> Mapping[str, Any]:
    """Return the mapping in a rules file.

    Raises:
        ConfigError: unreadable, no YAML, or not a mapping.
    """
    where = SourceRef(str(path))
    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        raw = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=loader)  # noqa: S506 - safe loader
    except OSError as error:
        raise ConfigError(f"ルールを開けません: {error.strerror}", where=where) from error
    except UnicodeDecodeError as error:
        raise ConfigError("UTF-8 ではありません", where=where) from error
    except yaml.YAMLError as error:
        hint = "字下げとコロンの後の空白を確かめてください"
        raise ConfigError(f"YAML として読めません: {error}", where=where, hint=hint) from error
    if not isinstance(raw, dict):
        raise ConfigError("最上位は「名前: 値」の並びです", where=where)
    return raw


def load_modality(path: Path) -> ModalityRules:
    """Return the strength rules; raises ``ConfigError`` naming the entry that is wrong."""
    raw = read_yaml(path)
    with_place = _Place(path)
    endings = []
    for entry in with_place.entries(raw, "endings", ("id", "level", "pattern")):
        level = entry["level"]
        if level != "none" and (not isinstance(level, int) or not 0 <= level <= 7):
            raise with_place.error(f"{entry['id']}: level は 0 から 7 か none です")
        endings.append(
            Ending(
                str(entry["id"]),
                None if level == "none" else Strength.from_level(level),
                with_place.pattern(f"(?:{entry['pattern']})$", entry["id"]),
                entry.get("polarity") == "negative",
                bool(entry.get("noun", False)),
                bool(entry.get("verb", False)),
            )
        )
    conditional = tuple(
        (str(entry["id"]), with_place.pattern(entry["pattern"], entry["id"]))
        for entry in with_place.entries(raw, "conditional", ("id", "pattern"))
    )
    openings = tuple(str(word) for word in raw.get("proviso_openings", ()))
    return ModalityRules(tuple(endings), conditional, openings)


def load_parts(path: Path) -> PartRules:
    """Return the word lists for parts; raises ``ConfigError`` naming the entry that is wrong."""
    raw = read_yaml(path)
    place = _Place(path)
    frequency = raw.get("frequency", {})
    acts = place.entries(raw, "acts", ("id", "rank", "words"))
    exceptions = raw.get("exceptions", {})
    return PartRules(
        frequency=place.ranked(
            place.entries(frequency, "words", ("words", "per_year")), "per_year"
        ),
        urgency=place.ranked(place.entries(raw, "urgency", ("words", "rank"))),
        roles=_roles(place.entries(raw, "roles", ("group", "rank", "words"))),
        staff=place.ranked(place.entries(raw, "staff", ("words", "rank"))),
        acts=tuple(
            Labelled(entry["id"], place.words(entry["words"]), entry["words"][0]) for entry in acts
        ),
        act_ranks=tuple((entry["id"], float(entry["rank"])) for entry in acts),
        records=place.labelled(place.entries(raw, "records", ("id", "pattern", "label")), "id"),
        quantifiers=place.ranked(place.entries(raw, "quantifiers", ("words", "rank"))),
        classes=place.labelled(place.entries(raw, "classes", ("key", "pattern", "label")), "key"),
        thresholds=tuple(
            Threshold(
                entry["key"],
                place.pattern(entry["near"], entry["key"]),
                frozenset(entry["units"]),
                1 if entry["larger"] == "stronger" else -1,
                entry["label"],
            )
            for entry in place.entries(
                raw, "thresholds", ("key", "near", "units", "larger", "label")
            )
        ),
        grades=tuple(
            Grade(
                entry["key"],
                place.pattern(entry["near"], entry["key"]),
                tuple(place.words(step) for step in entry["steps"]),
                entry["label"],
            )
            for entry in place.entries(raw, "grades", ("key", "near", "steps", "label"))
        ),
        exceptions=tuple(
            place.pattern(text, "exceptions") for text in exceptions.get("patterns", ())
        ),
        gates=place.pattern(exceptions.get("gates", _NOTHING), "gates"),
    )


def load_terms(folder: Path) -> Terms:
    """Return the word lists of ``terms.yml`` and ``words.yml`` in ``folder``.

    Raises:
        ConfigError: naming the entry that is wrong.
    """
    raw = read_yaml(folder / "terms.yml")
    place = _Place(folder / "terms.yml")
    synonyms = place.entries(raw, "synonyms", ("term", "also"))
    old = place.entries(raw, "old_terms", ("old", "new", "edition"))
    narrower = place.entries(raw, "narrower", ("term", "kinds")) if "narrower" in raw else ()
    words = read_yaml(folder / "words.yml")
    return Terms(
        tuple(Synonym(str(e["term"]), tuple(str(word) for word in e["also"])) for e in synonyms),
        tuple(
            OldTerm(str(e["old"]), str(e["new"]), str(e["edition"]), bool(e.get("verify", True)))
            for e in old
        ),
        tuple(tuple(str(word) for word in group) for group in words.get("groups") or ()),
        frozenset(str(word) for word in words.get("dropped") or ()),
        tuple((str(e["term"]), tuple(str(word) for word in e["kinds"])) for e in narrower),
    )


def load_sections(path: Path) -> tuple[Section, ...]:
    """Return the sections in file order; raises ``ConfigError`` naming the wrong entry."""
    entries = _Place(path).entries(read_yaml(path), "sections", ("id", "title"))
    return tuple(
        Section(
            str(entry["id"]),
            str(entry["title"]),
            tuple(str(word) for word in entry.get("also") or ()),
            int(entry.get("law_item") or 0),
        )
        for entry in entries
    )


def load_baseline(path: Path) -> tuple[str, tuple[BaselineDuty, ...]]:
    """Return the baseline's edition and its duties; raises ``ConfigError``."""
    raw = read_yaml(path)
    place = _Place(path)
    duties = []
    for entry in place.entries(raw, "duties", ("id", "section", "title", "text", "strength")):
        if entry["strength"] not in range(8):
            raise place.error(f"{entry['id']}: strength は 0 から 7 の整数です")
        duties.append(_baseline_duty(entry))
    return str(raw.get("edition", "")), tuple(duties)


def _baseline_duty(entry: Mapping[str, Any]) -> BaselineDuty:
    return BaselineDuty(
        id=str(entry["id"]),
        section=str(entry["section"]),
        title=str(entry["title"]),
        actor=str(entry.get("actor") or ""),
        text=str(entry["text"]).strip(),
        strength=Strength.from_level(entry["strength"]),
        frequency=str(entry.get("frequency") or ""),
        threshold=str(entry.get("threshold") or ""),
        applies=tuple(str(word) for word in entry.get("applies") or ()),
        law_item=int(entry.get("law_item") or 0),
        source=str(entry.get("source") or ""),
        verify=bool(entry.get("verify", True)),
        recommended=bool(entry.get("recommended", False)),
    )


def _roles(entries: Iterable[Mapping[str, Any]]) -> tuple[RoleWord, ...]:
    roles = [
        RoleWord(str(word), str(entry["group"]), float(entry["rank"]))
        for entry in entries
        for word in entry["words"]
    ]
    return tuple(sorted(roles, key=lambda role: (-len(role.word), role.word)))


class _Place:
    """Reads entries of one file and says where one is wrong."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def error(self, message: str) -> ConfigError:
        return ConfigError(message, where=SourceRef(str(self._path)))

    def entries(
        self, raw: Mapping[str, Any], name: str, keys: tuple[str, ...]
    ) -> list[Mapping[str, Any]]:
        """Return a list of mappings that each hold ``keys``; an absent list is empty."""
        listed = raw.get(name) or []
        if not isinstance(listed, list):
            raise self.error(f"{name} は - で始まる並びです")
        for position, entry in enumerate(listed, 1):
            if not isinstance(entry, dict):
                raise self.error(f"{name} の {position} 番目が「名前: 値」の形ではありません")
            missing = [key for key in keys if key not in entry]
            if missing:
                raise self.error(f"{name} の {position} 番目に {'、'.join(missing)} がありません")
        return listed

    def pattern(self, text: str, name: str) -> re.Pattern[str]:
        try:
            return re.compile(text)
        except re.error as error:
            raise self.error(f"{name}: 正規表現が正しくありません: {error}") from error

    def words(self, words: Iterable[object]) -> re.Pattern[str]:
        ordered = sorted((str(word) for word in words), key=lambda word: (-len(word), word))
        joined = "|".join(re.escape(word) for word in ordered) or _NOTHING
        return re.compile(f"(?<!非)(?:{joined})")  # 非常時 is not 常時, 非常勤職員 not 常勤職員

    def ranked(
        self, entries: Iterable[Mapping[str, Any]], rank: str = "rank"
    ) -> tuple[Ranked, ...]:
        return tuple(Ranked(self.words(e["words"]), float(e[rank])) for e in entries)

    def labelled(self, entries: Iterable[Mapping[str, Any]], key: str) -> tuple[Labelled, ...]:
        return tuple(
            Labelled(str(e[key]), self.pattern(e["pattern"], e[key]), str(e["label"]))
            for e in entries
        )
