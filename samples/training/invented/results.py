"""Who completed what, and who clicked, as the LMS and GoPhish export it."""

import csv
import io
from datetime import date, timedelta


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
