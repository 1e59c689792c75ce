#!/usr/bin/env bash
# ログを調べる（csirt hunt）
set -eu
# The morning after the sample night, so that reports carry the same date in every run.
export SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-1793921400}"

echo "みなと野市（架空の市）の一晩のログを、付属の Sigma ルールで調べます。"
echo "\$ kanmon csirt hunt samples/logs"
kanmon csirt hunt samples/logs -o "$OUT/hunt.txt"
head -n 76 "$OUT/hunt.txt"
echo "  （以下略。全文は hunt.txt）"
echo
echo "同じ結果を、読むための HTML、並べ替えるための Excel、機械が読む JSONL に書きます。"
for format in html xlsx jsonl; do
  echo "\$ kanmon csirt hunt samples/logs -f $format -o hunt.$format"
  kanmon csirt hunt samples/logs --no-store -f "$format" -o "$OUT/hunt.$format"
done
echo
echo "ルールそのものも点検できます（例のイベントで試す、このログで発火しうるか見る）。"
echo "\$ kanmon csirt rules test rules/sigma"
kanmon csirt rules test rules/sigma -o "$OUT/rules-test.txt"
echo "\$ kanmon csirt rules check rules/sigma --logs samples/logs"
kanmon csirt rules check rules/sigma --logs samples/logs -f xlsx -o "$OUT/rules-check.xlsx"
