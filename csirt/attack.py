"""ATT&CK tags as written in Sigma rules, in words staff can read."""

import re
from collections.abc import Iterable

# ATT&CK's tactics; defense-evasion is the name before it was split into stealth and
# defense-impairment. Source: https://attack.mitre.org/tactics/enterprise/ ; wording is ours.
TACTICS = {
    "reconnaissance": "偵察",
    "resource-development": "攻撃の準備",
    "initial-access": "侵入",
    "execution": "実行",
    "persistence": "居座り",
    "privilege-escalation": "権限昇格",
    "stealth": "隠れる",
    "defense-impairment": "防御の妨害",
    "defense-evasion": "防御の回避",
    "credential-access": "認証情報の窃取",
    "discovery": "内部の調査",
    "lateral-movement": "横移動",
    "collection": "情報の収集",
    "command-and-control": "遠隔操作",
    "exfiltration": "持ち出し",
    "impact": "破壊・妨害",
}
_TECHNIQUE = re.compile(r"attack\.(t\d{4}(?:\.\d{3})?)", re.IGNORECASE)


def techniques(tags: Iterable[str]) -> tuple[str, ...]:
    """Return the technique ids among tags, ``T1059.001``, in the order written."""
    found = (_TECHNIQUE.fullmatch(tag) for tag in tags)
    return tuple(match.group(1).upper() for match in found if match)


def tactics(tags: Iterable[str]) -> tuple[str, ...]:
    """Return the Japanese names of the tactics among tags, in the order written."""
    slugs = (tag.lower().replace("_", "-").removeprefix("attack.") for tag in tags)
    return tuple(TACTICS[slug] for slug in slugs if slug in TACTICS)


def describe_tags(tags: Iterable[str]) -> str:
    """Return ``T1059.001, T1105（実行、遠隔操作）``; empty when no tag is ATT&CK's."""
    tags = tuple(tags)
    ids, names = ", ".join(techniques(tags)), "、".join(tactics(tags))
    return f"{ids}（{names}）" if ids and names else ids or names
