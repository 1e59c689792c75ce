"""Settings of this job: what the city has; see kanmon.config."""

from collections.abc import Mapping

from kanmon.config import Config, Setting
from kanmon.errors import ConfigError
from kanmon.source import SourceRef
from policy.compare import Profile

MODELS = ("α", "α'", "β", "β'")

MODEL = Setting(
    "policy.model",
    "text",
    "",
    "三層の対策のモデル（α、α'、β、β'）。空なら、どのモデルの義務も当てはまるものとして扱います。",
    'model = "α"',
)
CLOUD = Setting(
    "policy.cloud",
    "flag",
    True,
    "標準準拠システム等をクラウドで使うか（ガイドライン第4編の特則の対象か）。false で適用外。",
)
MY_NUMBER = Setting(
    "policy.my_number", "flag", True, "マイナンバー利用事務があるか。false なら適用外にします。"
)
WIRELESS = Setting(
    "policy.wireless",
    "flag",
    True,
    "無線 LAN を使うか。false なら無線 LAN の義務を適用外にします。",
)
JOINT = Setting(
    "policy.joint",
    "flag",
    False,
    "方針を他の執行機関や団体と共同で定めるか。true で共同の義務も見ます。",
)

SETTINGS: tuple[Setting, ...] = (MODEL, CLOUD, MY_NUMBER, WIRELESS, JOINT)

_FLAGS = (("cloud", CLOUD), ("my-number", MY_NUMBER), ("wireless", WIRELESS), ("joint", JOINT))


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
