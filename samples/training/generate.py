"""Write the invented city's files beside this script; every run gives the same bytes.

    python samples/training/generate.py

Nobody in these files exists: names are drawn from two short lists by a fixed seed.
"""

import csv
import io
import json
import random
from datetime import date, timedelta
from pathlib import Path

HERE = Path(__file__).parent
SEED = 20260401

DEPARTMENTS = [
    ("総務部", ["総務課", "人事課", "契約課", "管財課", "危機管理課", "法務課", "広報課", "秘書課"]),
    ("デジタル推進部", ["情報政策課", "システム課", "ＤＸ推進課"]),
    ("企画財政部", ["企画課", "財政課", "地域振興課", "統計課", "会計課"]),
    ("市民部", ["市民課", "税務課", "収納課", "保険年金課", "東支所", "西支所", "北支所", "市民協働課", "消費生活課", "戸籍住民課"]),
    ("福祉部", ["福祉総務課", "生活福祉課", "障がい福祉課", "高齢福祉課", "介護保険課", "こども家庭課", "保育課", "健康づくり課", "地域包括支援課"]),
    ("産業部", ["商工課", "観光課", "農政課", "農地整備課", "労政課", "企業誘致課"]),
    ("建設部", ["土木課", "道路維持課", "河川課", "都市計画課", "建築指導課", "公園緑地課", "住宅課", "用地課", "開発指導課"]),
    ("上下水道部", ["水道業務課", "水道工務課", "浄水課", "下水道課", "経営企画課", "給排水課", "お客さま課"]),
    ("教育部", ["教育総務課", "学校教育課", "生涯学習課", "文化財課", "スポーツ課", "図書館", "学校給食課", "青少年課", "公民館課", "美術館", "教育センター", "指導室", "施設課"]),
]
FAMILY = "佐藤 鈴木 髙橋 田中 伊藤 渡邊 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 林 清水 山﨑 森 阿部 池田 橋本 山下 石川 中島 前田 藤田 後藤 小川 岡田 村上 長谷川 近藤 石井 斉藤 坂本 遠藤 藤井 青木 福田 三浦 西村 藤原 太田 松田 原田 岡本 中野".split()
FAMILY_KANA = "サトウ スズキ タカハシ タナカ イトウ ワタナベ ヤマモト ナカムラ コバヤシ カトウ ヨシダ ヤマダ ササキ ヤマグチ マツモト イノウエ キムラ ハヤシ シミズ ヤマザキ モリ アベ イケダ ハシモト ヤマシタ イシカワ ナカジマ マエダ フジタ ゴトウ オガワ オカダ ムラカミ ハセガワ コンドウ イシイ サイトウ サカモト エンドウ フジイ アオキ フクダ ミウラ ニシムラ フジワラ オオタ マツダ ハラダ オカモト ナカノ".split()
GIVEN = "翔太 美咲 健一 陽子 大輔 由美 拓也 恵子 直樹 智子 誠 真由美 和也 久美子 隆 裕子 剛 明美 修 幸子 亮 愛 浩二 千尋 学 彩 徹 舞 淳 香織 啓介 友美 勇 麻衣 聡 奈々 毅 瞳 哲也 さくら".split()
GIVEN_KANA = "ショウタ ミサキ ケンイチ ヨウコ ダイスケ ユミ タクヤ ケイコ ナオキ トモコ マコト マユミ カズヤ クミコ タカシ ユウコ ツヨシ アケミ オサム サチコ リョウ アイ コウジ チヒロ マナブ アヤ トオル マイ ジュン カオリ ケイスケ トモミ イサム マイ サトシ ナナ タケシ ヒトミ テツヤ サクラ".split()
HEADER = ["職員番号", "氏名", "氏名カナ", "所属コード", "所属名", "職位", "職種", "任用区分", "発令日", "採用日", "退職日", "兼務", "休業区分", "休業開始日", "休業終了日", "システム", "メールアドレス"]


def era(day):
    """Return a day the way the HR system writes it: R8.4.1."""
    if day is None:
        return ""
    if day >= date(2019, 5, 1):
        return f"R{day.year - 2018}.{day.month}.{day.day}"
    if day >= date(1989, 1, 8):
        return f"H{day.year - 1988}.{day.month}.{day.day}"
    return f"S{day.year - 1925}.{day.month}.{day.day}"


def wide(text):
    """Return full-width digits and letters, as some rows of real lists have."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def sections():
    rows = []
    for d, (department, names) in enumerate(DEPARTMENTS, start=1):
        code = f"{d:02d}00"
        rows.append((code, department, "", d * 100))
        rows += [(f"{d:02d}{n:02d}", name, code, d * 100 + n) for n, name in enumerate(names, start=1)]
    return rows


def people(rng):
    """Return 1,200 records: number, name …, as of 2026-03-16."""
    records = []

    def add(section, title, occupation, employment, posted, hired):
        n = len(records)
        f, g = rng.randrange(len(FAMILY)), rng.randrange(len(GIVEN))
        records.append({
            "number": f"{100 + n * 7:06d}", "name": f"{FAMILY[f]}　{GIVEN[g]}", "kana": f"{FAMILY_KANA[f]} {GIVEN_KANA[g]}",
            "section": section, "title": title, "occupation": occupation, "employment": employment,
            "posted": posted, "hired": hired, "retired": None, "concurrent": "", "absence": ("", None, None), "systems": "",
        })

    table = sections()
    for title in ("市長", "副市長", "教育長"):
        add("0108", title, "特別職", "特別職", date(2023, 4, 27), date(2023, 4, 27))
    for code, name, parent, _ in table:
        if not parent:
            add(code, "部長", "事務", "正規", date(2025, 4, 1), date(rng.randrange(1988, 1999), 4, 1))
    leaves = [row for row in table if row[2]]
    for code, name, _, _ in leaves:
        add(code, "館長" if name in ("図書館", "美術館") else "課長", "事務", "正規", date(rng.randrange(2022, 2026), 4, 1), date(rng.randrange(1990, 2003), 4, 1))
        add(code, "係長", "事務", "正規", date(rng.randrange(2021, 2026), 4, 1), date(rng.randrange(1998, 2012), 4, 1))
    while len(records) < 1200:
        code, name, _, _ = leaves[rng.randrange(len(leaves))]
        kind = rng.random()
        if kind < 0.20:
            add(code, "事務補助員", "事務", "会計年度任用職員", date(2025, 4, 1), date(2025, 4, 1))
        elif kind < 0.24:
            add(code, "主査", "事務", "再任用", date(2024, 4, 1), date(2024, 4, 1))
        elif kind < 0.26:
            add(code, "運用員", "情報", "委託", date(2025, 4, 1), date(2025, 4, 1))
        else:
            hired = date(rng.randrange(1995, 2026), 4, 1)
            posted = max(hired, date(rng.randrange(2020, 2026), 4, 1))
            add(code, rng.choice(["主査", "主任", "主事", "主事", "技師"]), rng.choice(["事務", "事務", "土木", "建築", "保健師", "保育士"]), "正規", posted, hired)
    regular = [r for r in records if r["employment"] == "正規" and r["title"] not in ("部長", "課長", "館長")]
    for r in rng.sample(regular, 14):
        r["absence"] = ("育児休業", date(2025, rng.randrange(5, 12), 1), date(2026, rng.randrange(4, 12), 30))
    for r in rng.sample(regular, 5):
        if not r["absence"][0]:
            r["absence"] = ("休職", date(2026, 1, 15), None)
    for r in rng.sample(regular, 4):
        if not r["absence"][0]:
            r["absence"] = ("派遣", date(2024, 4, 1), date(2027, 3, 31))
    for r in rng.sample(regular, 10):
        r["concurrent"] = "0201" if r["section"] != "0201" else "0105"
    for r in rng.sample(regular, 60):
        r["systems"] = "テレワーク端末"
    return records


def april(records, rng):
    """Return the records of 2026-04-01: retirements, transfers, renewals, new staff."""
    leaves = [row[0] for row in sections() if row[2]]
    after = [dict(r) for r in records]
    regular = [r for r in after if r["employment"] == "正規" and not r["absence"][0]]
    for r in rng.sample([x for x in regular if x["title"] != "部長"], 38):
        r["gone"] = True
    movers = rng.sample([x for x in regular if not x.get("gone")], 215)
    heads = [r for r in movers if r["title"] in ("課長", "館長")]
    places = [r["section"] for r in heads]
    for r, place in zip(heads, places[1:] + places[:1]):
        r["section"], r["posted"] = place, date(2026, 4, 1)
    for r in movers:
        if r not in heads and r["title"] != "部長":
            r["section"], r["posted"] = rng.choice([c for c in leaves if c != r["section"]]), date(2026, 4, 1)
            if r["title"] == "主事" and rng.random() < 0.2:
                r["title"] = "主任"
    # A retired head leaves a post that a 係長 of the section takes.
    for r in [x for x in after if x.get("gone") and x["title"] in ("課長", "館長")]:
        next_head = next(x for x in after if x["section"] == r["section"] and not x.get("gone") and x["title"] in ("係長", "主査", "主任", "主事"))
        next_head["title"], next_head["posted"] = r["title"], date(2026, 4, 1)
    for r in after:
        if r["employment"] == "会計年度任用職員":
            if rng.random() < 0.9:
                r["hired"] = r["posted"] = date(2026, 4, 1)
            else:
                r["gone"] = True
    kept = [r for r in after if not r.get("gone")]
    rehired = [r for r in after if r.get("gone") and r["employment"] == "会計年度任用職員"][:3]
    number = 20000
    for r in rehired:  # 再度の任用 under a new number
        number += 11
        kept.append({**r, "number": f"{number:06d}", "hired": date(2026, 4, 1), "posted": date(2026, 4, 1), "gone": False})
    while len(kept) < 1200:
        number += 11
        f, g = rng.randrange(len(FAMILY)), rng.randrange(len(GIVEN))
        kept.append({
            "number": f"{number:06d}", "name": f"{FAMILY[f]}　{GIVEN[g]}", "kana": f"{FAMILY_KANA[f]} {GIVEN_KANA[g]}",
            "section": rng.choice(leaves), "title": "主事", "occupation": "事務", "employment": "正規", "posted": date(2026, 4, 1),
            "hired": date(2026, 4, 1), "retired": None, "concurrent": "", "absence": ("", None, None), "systems": "",
        })
    return kept


def may(records, rng):
    """Return the records of 2026-05-01: a mid-year hire, a return from leave, a correction."""
    after = [dict(r) for r in records]
    back = [r for r in after if r["absence"][0] == "育児休業"][:3]
    for r in back:
        r["absence"] = ("", None, None)
    for r in [x for x in after if x["employment"] == "正規" and x["title"] == "主任"][:2]:
        r["absence"] = ("育児休業", date(2026, 4, 20), date(2027, 4, 19))
    for r in [x for x in after if x["employment"] == "正規" and x["title"] == "主事"][:2]:
        r["section"], r["posted"] = "0402", date(2026, 5, 1)
    for r in [x for x in after if x["employment"] == "再任用"][:1]:
        r["retired"] = date(2026, 4, 30)
    f, g = rng.randrange(len(FAMILY)), rng.randrange(len(GIVEN))
    after.append({
        "number": "029999", "name": f"{FAMILY[f]}　{GIVEN[g]}", "kana": f"{FAMILY_KANA[f]} {GIVEN_KANA[g]}",
        "section": "0201", "title": "主査", "occupation": "情報", "employment": "任期付", "posted": date(2026, 5, 1),
        "hired": date(2026, 5, 1), "retired": date(2029, 3, 31), "concurrent": "", "absence": ("", None, None), "systems": "テレワーク端末",
    })
    return after


def staff_csv(records, rng, *, faults=False):
    names = {code: name for code, name, _, _ in sections()}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADER)
    rows = []
    for n, r in enumerate(records):
        posted = era(r["posted"])
        number = r["number"]
        if faults and n == 40:
            number = number.lstrip("0")  # Excel ate the zeros
        if n % 50 == 0:
            posted = wide(posted)
        elif n % 50 == 1:
            posted = r["posted"].strftime("%Y/%m/%d")
        kind, start, end = r["absence"]
        rows.append([
            number, r["name"], r["kana"], r["section"], names.get(r["section"], "新所属"), r["title"], r["occupation"], r["employment"],
            posted, era(r["hired"]), era(r["retired"]), r["concurrent"], kind, era(start), era(end), r["systems"],
            f"s{r['number']}@city.example.lg.jp",
        ])
    rng.shuffle(rows)
    writer.writerows(rows)
    return out.getvalue().encode("cp932")


def completions(records, rng, year, share):
    """Return an LMS's CSV for the main courses of one fiscal year, up to September of 2026."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["職員番号", "科目", "修了日", "修了状況", "合否", "得点"])
    first = date(year, 4, 10)
    span = 170 if year == 2026 else 330
    my_number = {"0401", "0402", "0403", "0404", "0410", "0501", "0502", "0503", "0504", "0505", "0506", "0507", "0508", "0102"}
    for r in records:
        away = r["absence"][0] and (r["absence"][2] is None or r["absence"][2] > date(year, 9, 1))
        if away:
            continue
        wanted = [("情報セキュリティ基礎（全職員）", share)]
        if r["section"] in my_number:
            wanted.append(("my-number", 0.9))
        if r["title"] in ("課長", "館長"):
            wanted.append(("情報セキュリティ管理者の務め（課室長）", 0.7))
        if r["title"] == "部長":
            wanted.append(("chief-duty", 0.8))
        if r["section"] in ("0201", "0202"):
            wanted.append(("system-admin-basic", 0.6))
            wanted.append(("csirt-basic", 0.5))
        if r["employment"] == "委託":
            wanted = [("contractor-basic", 0.85)]
        elif r["hired"] is not None and r["hired"] >= date(year, 4, 1):
            wanted.append(("newcomer", 0.93))
        if r["title"] in ("市長", "副市長", "教育長", "部長"):
            wanted.append(("emergency-drill", 0.8))
        for course, chance in wanted:
            if rng.random() >= chance:
                continue
            day = first + timedelta(days=rng.randrange(span))
            start = r["hired"] or first
            if day < start:
                day = start + timedelta(days=rng.randrange(10, 40))
            score = rng.randrange(60, 101) if rng.random() < 0.94 else rng.randrange(30, 60)
            passed = "合格" if score >= 60 else "不合格"
            writer.writerow([r["number"], course, day.strftime("%Y/%m/%d"), "修了", passed, score])
    return out.getvalue().encode("cp932")


def gophish(records, rng, day, clicked, ids):
    """Return GoPhish's results rows for the staff chosen."""
    rows = []
    for n in ids:
        r = records[n]
        roll = rng.random()
        status = "Email Sent"
        if roll < clicked / 3:
            status = "Submitted Data"
        elif roll < clicked:
            status = "Clicked Link"
        elif roll < clicked + 0.35:
            status = "Email Opened"
        rows.append({
            "id": f"r{n:04d}", "status": status, "ip": f"192.0.2.{n % 250 + 1}", "latitude": "35.0", "longitude": "135.0",
            "send_date": f"{day}T00:30:00Z", "reported": rng.random() < 0.22, "modified_date": f"{day}T05:00:00Z",
            "email": f"s{r['number']}@city.example.lg.jp", "first_name": "", "last_name": "", "position": "",
        })
    rows.append({**rows[0], "id": "rx", "email": "nobody@city.example.lg.jp"})
    rows.append({**rows[1], "id": "ry", "status": "Error Sending Email"})
    return rows


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
