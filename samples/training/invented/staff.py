"""The staff on three days around 1 April: who joins, leaves, moves and is away."""

from datetime import date

from invented.city import FAMILY, FAMILY_KANA, GIVEN, GIVEN_KANA, sections


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
