#!/usr/bin/env bash
# 例規のアナログ規制点検: 見本の例規集を点検し、点検表・報告・新旧対照表を作る。
set -eu
export SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-1793921400}"

echo "■ 例規のアナログ規制点検（samples/reiki）"
cache="$(mktemp -d)"
trap 'rm -rf "$cache"' EXIT
export KANMON_REGULATION_CACHE="$cache/cache.db"

echo "1. HTML・Word・XML・テキスト・PDF・様式（RTF）の例規を点検します"
kanmon regulation scan samples/reiki -f html -o "$OUT/regulation-scan.html"
kanmon regulation scan samples/reiki -f jsonl -o "$OUT/regulation-scan.jsonl"
echo "   → $OUT/regulation-scan.html（報告）、$OUT/regulation-scan.jsonl（機械用）"

echo "2. 法務担当が判断を記入する点検表（Excel）を作ります"
kanmon regulation table -o "$OUT/regulation-review.xlsx"
echo "   → $OUT/regulation-review.xlsx"

echo "3. なぜそう判定したかを説明します（補助金規則の第14条）"
kanmon regulation explain samples/reiki/subsidies.docx 第14条 -f html -o "$OUT/regulation-explain.html"
echo "   → $OUT/regulation-explain.html"

echo "4. よくある言い回しの改正案（案）を新旧対照表にします"
kanmon regulation amend samples/reiki/subsidies.docx -o "$OUT/regulation-amend.docx"
echo "   → $OUT/regulation-amend.docx"

echo "5. 判断の進み具合をまとめます"
kanmon regulation progress -f html -o "$OUT/regulation-progress.html"
echo "   → $OUT/regulation-progress.html"
