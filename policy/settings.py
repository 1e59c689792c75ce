"""Settings of this job: what the city has; see kanmon.config."""

from kanmon.config import Setting

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

AMENDMENT_STYLE = Setting(
    "policy.amendment_style",
    "text",
    "after-before",
    "新旧対照表の様式。rules/comparison にあるファイルの名前（.yml を除く）。",
)

SETTINGS: tuple[Setting, ...] = (MODEL, CLOUD, MY_NUMBER, WIRELESS, JOINT, AMENDMENT_STYLE)
