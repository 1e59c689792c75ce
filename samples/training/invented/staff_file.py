"""The staff list as the HR system exports it, with the flaws of real lists."""

import csv
import io
from datetime import date

from invented.city import sections

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
