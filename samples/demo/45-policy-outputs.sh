#!/usr/bin/env bash
# ポリシー（紙と連携）: 改正案の新旧対照表 → 号ごとの状況 → ほかの道具への書き出し
set -eu
here=samples/policy
out="${OUT:?}/policy"
mkdir -p "$out"
# 見本の二つの団体は α モデルで、無線 LAN も第4編の対象のクラウドも使わない。
export KANMON_POLICY_MODEL=α KANMON_POLICY_CLOUD=false KANMON_POLICY_WIRELESS=false
SOURCE_DATE_EPOCH=1795316400 # 2026-11-22 12:00, Japan time
export SOURCE_DATE_EPOCH
guideline="$here/guideline-after.docx"

echo "== 1. 改正案: 欠落・弱い・旧版準拠から新旧対照表を作る（全て案）"
kanmon policy amend "$guideline" "$here/aoba.docx" -f docx -o "$out/あおば市-新旧対照表.docx"
kanmon policy amend "$guideline" "$here/aoba.docx" -f xlsx -o "$out/あおば市-新旧対照表.xlsx"
kanmon policy amend "$guideline" "$here/minato.html" --style current-proposal \
    --new-articles shift -f docx -o "$out/みなと町-新旧対照表.docx"
kanmon policy amend "$guideline" "$here/minato.html" -f html -o "$out/みなと町-改正案の一覧.html"

echo "== 2. 施行規則16条の3の八つの号の状況を一枚に"
KANMON_CITY_NAME=あおば市 kanmon policy status "$guideline" "$here/aoba.docx" \
    -f docx -o "$out/あおば市-八つの号の状況.docx"
KANMON_CITY_NAME=みなと町 kanmon policy status "$guideline" "$here/minato.html" --detail \
    -f html -o "$out/みなと町-八つの号の状況.html"

echo "== 3. ほかの道具（OSCAL、CISO Assistant）へ"
kanmon policy export "$guideline" "$here/aoba.docx" -f oscal-catalog -o "$out/oscal-catalog.json"
kanmon policy export "$guideline" "$here/aoba.docx" -f oscal-mapping -o "$out/oscal-mapping.json"
kanmon policy export "$guideline" "$here/aoba.docx" -f ciso-library -o "$out/ciso-framework.yaml"
kanmon policy export "$guideline" "$here/aoba.docx" -f ciso-mapping -o "$out/ciso-mapping.yaml"
echo "出力: $out"
