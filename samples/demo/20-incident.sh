#!/usr/bin/env bash
# アラートから事案へ（csirt alerts、csirt incident）
set -euo pipefail
# Six minutes pass between two steps, so that the timeline reads like a real morning.
morning="${SOURCE_DATE_EPOCH:-1793921400}"
minutes=0
export KANMON_CSIRT_FILTERS="$OUT/filters"
export KANMON_CITY_NAME="みなと野市" KANMON_CSIRT_CONTACT="みなと野市 情報政策課（架空）"
export KANMON_CSIRT_CRITICAL_HOSTS="SV-FILE01" KANMON_CSIRT_NETWORK_MODEL="alpha"

say() { printf '\n%s\n' "$*"; }
run() {
  minutes=$((minutes + 6))
  export SOURCE_DATE_EPOCH=$((morning + minutes * 60))
  printf '$ %s\n' "${*//$OUT\//}"
  "$@"
}
# The id of the first alert of the queue whose title and host (or user) contain the two words.
alert() {
  kanmon csirt alerts -f json | python3 -c '
import json, sys
title, host = sys.argv[1:]
rows = json.load(sys.stdin)["alerts"]
print(next(r["id"] for r in rows if title in r["title"] and host in r["host"] + r["user"]))' "$@"
}

if ! kanmon csirt alerts -f jsonl | grep -q .; then
  echo "保存されたアラートがないので、先にログを調べます。"
  SOURCE_DATE_EPOCH="$morning" kanmon csirt hunt samples/logs -o /dev/null
fi

say "1. 朝の一覧から、順番の早い 3 件を見ます（点数 = 重大度 × 確からしさ × 資産 × 珍しさ）。"
kanmon csirt alerts --open -f json | python3 -c '
import json, sys
for row in json.load(sys.stdin)["alerts"][:3]:
    print("  {id}  {score:>6}点  {title}（{host}）\n      {factors}".format(**row))'
kanmon csirt alerts --open -f xlsx -o "$OUT/alerts.xlsx"

say "2. 一番上のアラートを、ふつうの言葉で見ます。"
confirmed="$(alert 復元手段の削除 SV-FILE01)"
run kanmon csirt alerts show "${confirmed:0:8}" -o "$OUT/alert.txt"
sed -n '/何が起きたか/,/よくある誤検知/p' "$OUT/alert.txt"

say "3. 三つ判断します。一つ目は誤検知（資産管理ソフトの配布）。理由と期限を付けて、今後は知らせません。"
false_positive="$(alert 管理共有への svc-asset)"
run kanmon csirt alerts suppress "${false_positive:0:8}" --field SubjectUserName --field IpAddress \
  --reason "資産管理ソフトの配布。作業予定 1105-03 と一致（資産係に電話で確認）" --until 2027-03-31

say "二つ目は許容（緊急保守の root ログイン）。承認した人と期限を残します。"
accepted="$(alert "root への SSH" sv-web01)"
run kanmon csirt alerts review "${accepted:0:8}" --as accepted --approver "情報政策課長" \
  --expires 2026-11-30 --note "業者の緊急保守（申請 R8-118）。月末までに個人のアカウントへ切り替える"

say "三つ目は該当（バックアップの破壊）。"
run kanmon csirt alerts review "${confirmed:0:8}" --as confirmed \
  --note "作業予定なし。夜間に管理者のアカウントでシャドウコピーを消している"

say "4. 該当のアラートと、同じサーバーの同じ夜のアラートから、事案を開きます。"
log_cleared="$(alert セキュリティログの消去 SV-FILE01)"
transfer="$(alert 大量転送ツール SV-FILE01)"
incident="$(run kanmon csirt incident open "${confirmed:0:8}" "${log_cleared:0:8}" "${transfer:0:8}" \
  --title "ファイルサーバーのバックアップ破壊と持ち出しの疑い" --section 税務課 --section 情報政策課 \
  --known 2026-11-06T08:30 --known-by 情報政策課 | tail -n 1)"
echo "事案の番号: $incident"

say "5. 期限の問いに答えます（まず手順書の見込み、次に分かったこと）。"
run kanmon csirt incident answer "$incident" --suggested
run kanmon csirt incident answer "$incident" personal-info=はい persons=90 special-care=いいえ my-number=いいえ
say "   対象が 2,400 人と分かりました。前の答えも時系列に残ります。"
run kanmon csirt incident answer "$incident" persons=2400 --since 2026-11-06T09:10
say "   マイナンバーの入った台帳も含まれると分かりました。番号法の時計も動きます。"
run kanmon csirt incident answer "$incident" my-number=はい my-number-system=はい --since 2026-11-06T09:20

say "6. 証拠と影響を記録し、封じ込めに進みます（足りない事項があれば、進めません）。"
run kanmon csirt incident evidence "$incident" samples/logs/sv-file01.nxlog.json.gz \
  --stored "CSIRT 金庫 外付け媒体 07" --note "ファイルサーバーのログ"
run kanmon csirt incident asset "$incident" SV-FILE01 --layer lgwan --owner 情報政策課
run kanmon csirt incident move "$incident" triage --with assignee=山田
run kanmon csirt incident move "$incident" containment || true
run kanmon csirt incident move "$incident" containment --with "decider=CISO（副市長）" --with severity=s1
run kanmon csirt incident decide "$incident" "ファイルサーバーを LGWAN から切り離す" --decider "CISO（副市長）"
run kanmon csirt incident set "$incident" \
  "summary=夜間にファイルサーバーのバックアップが消され、外部への大量転送の道具が動いた" \
  "items=住民の氏名・住所・税の情報（最大 2,400 人）"
run kanmon csirt incident done "$incident" ciso --note "電話で第一報"

say "7. 期限（知った日から。土日・祝日・年末年始を考えます）。"
run kanmon csirt incident clocks "$incident" -f json -o "$OUT/clocks.json"
python3 -c '
import json, sys
for row in json.load(open(sys.argv[1], encoding="utf-8"))["due"]:
    if row["truth"] == "該当":
        print("  {status}  {duty}: {last}".format(**row))' "$OUT/clocks.json"
rm "$OUT/clocks.json"
run kanmon csirt incident clocks "$incident" -f ics -o "$OUT/deadlines.ics"

say "8. 手順書・事案の記録・報告の案・1枚の報告・ほかの仕組みへの書き出し。"
run kanmon csirt incident runbook "$incident" -f html -o "$OUT/runbook.html"
run kanmon csirt incident runbook "$incident" -f docx -o "$OUT/runbook.docx"
run kanmon csirt incident export "$incident" --as cacao -o "$OUT/runbook.cacao.json"
run kanmon csirt incident export "$incident" --as thehive -o "$OUT/thehive.json"
run kanmon csirt incident export "$incident" --as iris -o "$OUT/iris.json"
run kanmon csirt incident draft "$incident" --stage preliminary -f docx -o "$OUT/report-preliminary.docx"
run kanmon csirt incident letter "$incident" residents -o "$OUT/letter-residents.txt"
run kanmon csirt incident summary "$incident" -f html -o "$OUT/incident-summary.html"
run kanmon csirt incident show "$incident" -f html -o "$OUT/incident.html"

say "9. ログのない第一報（委託先からの電話）も、同じように受けます。届いた時刻が「知った」時刻です。"
call="$(run kanmon csirt incident open --manual --origin contractor --contractor "株式会社みなと印刷（架空）" \
  --category contractor --title "納税通知書の印刷委託先からの漏えいの第一報" \
  --reporter "みなと印刷 品質保証部" --detected 2026-11-06T10:15 --known-by 税務課 | tail -n 1)"
run kanmon csirt incident answer "$call" --suggested
run kanmon csirt incident list -o "$OUT/incidents.txt"
run kanmon csirt incident statistics -f xlsx -o "$OUT/incident-statistics.xlsx"
