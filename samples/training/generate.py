"""Write the invented city's files beside this script; every run gives the same bytes.

    python samples/training/generate.py

Nobody in these files exists: names are drawn from two short lists by a fixed seed.
"""

import csv
import io
import json
import random
from pathlib import Path

from invented.city import sections
from invented.results import completions, gophish
from invented.staff import april, may, people
from invented.staff_file import staff_csv

HERE = Path(__file__).parent
SEED = 20260401


def main():
    rng = random.Random(SEED)
    march = people(rng)
    spring = april(march, rng)
    early_summer = may(spring, rng)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["所属コード", "所属名", "上位所属コード", "並び順"])
    writer.writerows(sections())
    files = {
        "sections.csv": out.getvalue().encode("cp932"),
        "staff-2026-03-16.csv": staff_csv(march, rng),
        "staff-2026-04-01.csv": staff_csv(spring, rng, faults=True),
        "staff-2026-05-01.csv": staff_csv(early_summer, rng),
        "completions-2025.csv": completions(march, rng, 2025, 0.93),
        "completions-2026.csv": completions(early_summer, rng, 2026, 0.72),
    }
    ids = list(range(12, 612))
    first = gophish(early_summer, rng, "2026-06-10", 0.12, ids)
    text = io.StringIO()
    table = csv.DictWriter(text, list(first[0]), lineterminator="\n")
    table.writeheader()
    table.writerows({**row, "reported": str(row["reported"]).lower()} for row in first)
    files["phishing-2026-06.csv"] = text.getvalue().encode()
    second = gophish(early_summer, rng, "2026-09-09", 0.09, ids)
    files["phishing-2026-09.json"] = json.dumps({"id": 2, "name": "秋の訓練", "results": second}, ensure_ascii=False, indent=1).encode()
    statements = [
        {
            "actor": {"account": {"homePage": "https://lms.city.example.lg.jp", "name": r["number"]}},
            "verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}"},
            "object": {"id": "https://lms.city.example.lg.jp/course/telework"},
            "timestamp": f"2026-05-{10 + n % 15:02d}T09:00:00+09:00",
        }
        for n, r in enumerate(x for x in early_summer if x["systems"])
        for verb in (("completed", "passed") if n % 4 else ("completed",))
    ]
    files["xapi-telework.jsonl"] = "".join(json.dumps(s) + "\n" for s in statements).encode()
    moodle = "氏名,IDナンバー,メールアドレス,緊急時対応訓練（図上訓練）,\r\n"
    for n, r in enumerate(x for x in early_summer if x["section"] in ("0201", "0202") and x["title"] != "主事"):
        state, day = ("完了", "2026年 07月 15日(水曜日) 15:00") if n % 6 else ("未完了", "")
        moodle += f"{r['name']},{r['number']},s{r['number']}@city.example.lg.jp,{state},{day}\r\n"
    files["moodle-drill.csv"] = moodle.encode("utf-8-sig")
    for name, data in files.items():
        (HERE / name).write_bytes(data)


if __name__ == "__main__":
    main()
