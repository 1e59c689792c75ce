#!/usr/bin/env bash
# Runs the jobs over samples/ in order, with a store of their own, and says where the reports are.
set -euo pipefail
cd "$(dirname "$0")/../.."
: "${OUT:=demo-output}"
# Only a folder that this script made is emptied.
if [ -e "$OUT" ] && [ ! -e "$OUT/.kanmon-demo" ] && [ -n "$(ls -A "$OUT")" ]; then
  echo "$OUT には他のファイルがあります。空のフォルダーを OUT に指定してください。" >&2
  exit 3
fi
rm -rf "$OUT"
mkdir -p "$OUT"
touch "$OUT/.kanmon-demo"
OUT="$(cd "$OUT" && pwd)"
KANMON_STORE="$OUT/kanmon.db"
export OUT KANMON_STORE
export KANMON_USER="見本の担当者"

for step in samples/demo/[0-9]*.sh; do
  printf '\n──────── %s ────────\n' "$(sed -n '2s/^# *//p' "$step")"
  bash "$step"
done

printf '\n見本の実行が終わりました。できたファイル（%s）:\n' "$OUT"
# A folder with many files (letters) is one line.
(cd "$OUT" && find . -type f ! -name 'kanmon.db*' ! -name '.kanmon-demo' | sort) |
  awk -F/ '{ sub(/^\.\//, ""); folder = $0; sub(/[^\/]*$/, "", folder); count[folder]++; line[NR] = $0; in_[NR] = folder }
    END { for (n = 1; n <= NR; n++) if (count[in_[n]] <= 30) print "  " line[n];
          else if (!told[in_[n]]++) print "  " in_[n] " （" count[in_[n]] " 個のファイル）" }'
