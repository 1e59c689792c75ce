#!/usr/bin/env bash
# ポリシー（突き合わせ）: 取り込み → 読み取りの確認 → 条ごとの突き合わせ → 改定の影響
set -eu
here=samples/policy
out="${OUT:?}/policy"
mkdir -p "$out"
# 見本の二つの団体は α モデルで、無線 LAN も第4編の対象のクラウドも使わない。
export KANMON_POLICY_MODEL=α KANMON_POLICY_CLOUD=false KANMON_POLICY_WIRELESS=false
SOURCE_DATE_EPOCH=1795309200 # 2026-11-22 10:00, Japan time
export SOURCE_DATE_EPOCH

echo "== 1. 架空のガイドラインの二つの版と、市のポリシーを取り込む"
kanmon policy import "$here/guideline-before.txt" --as guideline --edition 見本R7
kanmon policy import "$here/guideline-after.docx" --as guideline --edition 見本R8
kanmon policy import "$here/aoba.docx" --as local --edition あおば市

echo "== 2. どう読み取ったかを確かめる（番号、強さ、頻度や期限）"
kanmon policy show 見本R8 -f html -o "$out/読み取り.html"
kanmon policy show 見本R8 --duties | head -n 24 || true
echo "  （以下略。全文は $out/読み取り.html）"

echo "== 3. 写し型のポリシー（あおば市）を条ごとに突き合わせる"
for format in html xlsx docx jsonl; do
  kanmon policy diff 見本R8 あおば市 -f "$format" -o "$out/あおば市.$format"
done
kanmon policy diff 見本R8 あおば市 | sed -n '1,60p' || true
echo "  （以下略。html、xlsx、docx、jsonl は $out）"

echo "== 4. 独自の構成と用語のポリシー（みなと町、例規システムの HTML）も突き合わせる"
for format in html xlsx docx; do
  kanmon policy diff 見本R8 "$here/minato.html" -f "$format" -o "$out/みなと町.$format"
done

echo "== 5. 国の文書が手元になくても、付属の基準（義務の要約）の中身を見られる"
kanmon policy show baseline -f xlsx -o "$out/付属の基準.xlsx"

echo "== 6. 改定で何が変わり、市のどの条文を見直すか"
kanmon policy versions 見本R7 見本R8 -f xlsx -o "$out/改定の内容.xlsx"
kanmon policy impact 見本R7 見本R8 あおば市 --by 2027-03-31 -f html -o "$out/改定の影響.html"
kanmon policy impact 見本R7 見本R8 あおば市 --by 2027-03-31 | head -n 30 || true
echo "出来たファイル: $out"
