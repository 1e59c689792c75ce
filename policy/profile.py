"""What the city has: its network model and the fields that concern it. Clauses beside it."""

from collections.abc import Mapping
from dataclasses import dataclass

from kanmon.config import Config
from kanmon.errors import ConfigError
from kanmon.source import SourceRef
from policy.model import Clause
from policy.settings import CLOUD, JOINT, MODEL, MODELS, MY_NUMBER, WIRELESS

_FLAGS = (("cloud", CLOUD), ("my-number", MY_NUMBER), ("wireless", WIRELESS), ("joint", JOINT))


@dataclass(frozen=True, slots=True)
class Profile:
    """What the city has, against ``Clause.applies``.

    Attributes:
        holds: Conditions that are true for the city, ``model=β`` or ``cloud``.
        fails: Conditions known to be false; one that is in neither is treated as true.
    """

    holds: frozenset[str] = frozenset()
    fails: frozenset[str] = frozenset()

    def applies(self, clause: Clause) -> bool:
        """Return whether the clause concerns this city: any of its models, and all the rest."""
        models = [c for c in clause.applies if c.startswith("model=")]
        others = [c for c in clause.applies if not c.startswith("model=")]
        if models and all(model in self.fails for model in models):
            return False
        return not any(condition in self.fails for condition in others)


def profile_from(config: Config) -> Profile:
    """Return the city's profile; raises ``ConfigError`` for a model that does not exist."""
    model = str(config.get(MODEL)).replace("’", "'").replace("′", "'")
    if model and model not in MODELS:
        raise ConfigError(
            f"モデル {model!r} はありません",
            where=SourceRef(str(config.path or "環境変数"), MODEL.key),
            hint=f"{'、'.join(MODELS)} のどれかを書いてください",
        )
    raw: dict[str, object] = {key: bool(config.get(setting)) for key, setting in _FLAGS}
    return profile_of({"model": model, **raw})


def profile_of(raw: Mapping[str, object]) -> Profile:
    """Return a profile from ``model`` and flags by condition name; what is absent is unknown."""
    holds: set[str] = set()
    fails: set[str] = set()
    if model := raw.get("model"):
        holds.add(f"model={model}")
        fails.update(f"model={other}" for other in MODELS if other != model)
    for name, value in raw.items():
        if name != "model":
            (holds if value else fails).add(name.replace("_", "-"))
    return Profile(frozenset(holds), frozenset(fails))
