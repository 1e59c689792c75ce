#!/usr/bin/env bash
# 研修: 名簿 → 割当 → 4月1日の異動 → 訓練 → 受講状況 → 督促と報告書 → 検証
set -eu
here=samples/training
out="${OUT:?}/training"
export KANMON_TRAINING_NUMBER_WIDTH=6
mkdir -p "$out"
rm -rf "$out/督促"
# 実際は日を追って使う。ここでは時計をその日に合わせ、何度実行しても同じ結果にする。
on() {
    # date(1) differs between Linux and macOS; Python is there anyway.
    SOURCE_DATE_EPOCH=$(python3 -c 'import datetime, sys
day = datetime.datetime.fromisoformat(sys.argv[1] + "T03:00:00+00:00")
print(int(day.timestamp()))' "$1")
    export SOURCE_DATE_EPOCH
}
# 氏名が入る出力の注意は、1 回目だけ見せる。
quiet() { "$@" 2>/dev/null; }

echo "== 1. 2026年3月16日: 名簿（Excel から保存した CP932 の CSV）、組織表、研修プログラム"
on 2026-03-16
kanmon training load-staff "$here/staff-2026-03-16.csv" --sections "$here/sections.csv" \
    --date R8.3.16 --apply -f xlsx -o "$out/01-名簿の差分.xlsx"
quiet kanmon training load-courses "$here/programme" --on-shipped -f xlsx -o "$out/02-研修プログラム.xlsx"
kanmon training load-completions "$here/completions-2025.csv"
quiet kanmon training plan -f xlsx -o "$out/03-割当計画.xlsx"

echo "== 2. 4月1日: 異動後の名簿。差分と疑わしい行を見てから適用する"
on 2026-04-01
quiet kanmon training load-staff "$here/staff-2026-04-01.csv" --date R8.4.1 \
    -f html -o "$out/04-異動の差分.html" </dev/null
quiet kanmon training load-staff "$here/staff-2026-04-01.csv" --date R8.4.1 --apply \
    -f xlsx -o "$out/04-異動の差分.xlsx"
kanmon training link 020011 001465
echo "-- 割当の差分（適用前）"
quiet kanmon training plan --dry-run --anonymise | sed -n '1,34p'
quiet kanmon training plan --dry-run -f html -o "$out/05-異動による割当の差分.html"
quiet kanmon training plan -f xlsx -o "$out/05-異動による割当の差分.xlsx"
echo "-- もう一度実行しても何も増えない"
quiet kanmon training plan | sed -n '3,4p'

echo "== 3. 5月1日: 年度途中の採用・復帰・訂正"
on 2026-05-01
quiet kanmon training load-staff "$here/staff-2026-05-01.csv" --date R8.5.1 --apply | sed -n '1,4p'
quiet kanmon training plan | sed -n '3,4p'

echo "== 4. 標的型メール訓練 2 回（GoPhish の CSV と JSON）。クリックした人に再受講を割り当てる"
on 2026-06-11
kanmon training load-phishing "$here/phishing-2026-06.csv" --campaign 初夏の訓練 | sed -n '1,5p'
quiet kanmon training plan | sed -n '3p'
on 2026-09-10
quiet kanmon training load-phishing "$here/phishing-2026-09.json" --campaign 秋の訓練 | sed -n '1,5p'

echo "== 5. 9月30日: 受講記録（LMS の CSV、xAPI、Moodle）、免除、割当"
on 2026-09-30
kanmon training load-completions "$here/completions-2026.csv" "$here/xapi-telework.jsonl" \
    "$here/moodle-drill.csv"
kanmon training exempt 000163 chief-duty --reason 同等の研修を前職で修了 --approver 副市長 \
    --until R9.3.31
quiet kanmon training plan | sed -n '3,4p'

echo "== 6. 今の状況と、その人に割り当てた理由"
kanmon training status | sed -n '1,40p'
quiet kanmon training why 000135 --anonymise | sed -n '1,30p'
echo "-- 4月30日の時点の状況は、後から届いた記録で変わらない"
kanmon training status --as-of 2026-04-30 | sed -n '3,4p'

echo "== 7. 督促文と報告書"
quiet kanmon training remind --as-of 2026-09-30 -o "$out/督促"
echo "督促文 $(find "$out/督促" -name '*.eml' | wc -l) 通（送信はしない）"
quiet kanmon training report sections -f xlsx -o "$out/06-課別受講状況.xlsx"
quiet kanmon training report sections --anonymise -f csv --encoding cp932 -o "$out/06-課別受講状況-統計.csv"
quiet kanmon training report executive -f html -o "$out/07-幹部向け.html"
quiet kanmon training report committee -f docx -o "$out/08-委員会報告.docx"
quiet kanmon training report my-number -f xlsx -o "$out/09-番号法年次一覧.xlsx"
quiet kanmon training report makeup -f xlsx -o "$out/10-未受講者と再受講.xlsx"
quiet kanmon training report drill -f html -o "$out/11-標的型メール訓練.html"
quiet kanmon training report skills -f xlsx -o "$out/12-能力の表.xlsx"
quiet kanmon training seats cyder-a -f xlsx -o "$out/13-外部研修の席.xlsx"
quiet kanmon training report evidence -f xlsx -o "$out/14-監査証跡.xlsx"

echo "== 8. 記録の鎖の検証"
kanmon training verify
echo "出力: $out"
