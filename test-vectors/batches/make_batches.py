"""Makes the sample batches and what must be found in them. Needs Pillow; nothing of this project.

    python3 make_batches.py

All persons are synthetic: their numbers end in the sequences 996 to 999, which GB 11643 kept for people over a hundred.
Each row of faults.csv stands beside the findings that a reader of the rules expects, written by hand.
"""

import csv
import io
import pathlib

from PIL import Image, ImageDraw

HERE = pathlib.Path(__file__).parent
W = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def number(body):
    """GB 11643: 17 digits and their check character."""
    assert len(body) == 17
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, W)) % 11]


def card(body):
    """GB 11714, as card numbers use it."""
    c = 11 - sum(int(d, 36) * w for d, w in zip(body, (3, 7, 9, 10, 5, 8, 4, 2))) % 11
    return body + {10: "X", 11: "0"}.get(c, str(c))


def write(name, rows, encoding, newline):
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=newline).writerows(rows)
    (HERE / name).write_bytes(out.getvalue().encode(encoding))


# ---- photos: drawings, and what is wrong with photos
photos = HERE / "photos"
photos.mkdir(exist_ok=True)
drawing = Image.new("RGB", (180, 220), (200, 220, 235))
pen = ImageDraw.Draw(drawing)
pen.ellipse((52, 50, 128, 150), fill=(225, 190, 160))
pen.ellipse((10, 150, 170, 300), fill=(60, 70, 110))
pen.text((8, 8), "SYNTHETIC", fill=(0, 0, 0))
drawing.save(photos / "good.jpg", quality=85)
drawing.save(photos / "progressive.jpg", quality=85, progressive=True)
drawing.save(photos / "png.jpg", format="PNG")
drawing.resize((40, 49)).save(photos / "tiny.jpg", quality=85)
good = (photos / "good.jpg").read_bytes()
(photos / "cut.jpg").write_bytes(good[: len(good) // 2])
at = good.index(b"\xff\xc0") + 5
(photos / "huge.jpg").write_bytes(good[:at] + b"\xff\xdc\xff\xdc" + good[at + 4 :])

# ---- good batches
HEADER = ["AAC002", "AAC003", "AAC004", "AAC005", "AAC006", "AAB301", "AAZ500", "birthplace", "category", "institution",
          "issue_date", "valid_to", "pin", "photo", "note"]
NOTE = "SYNTHETIC 合成数据"
# the usual shape: 9156000002, region, first four digits of the place, four more
INSTITUTION = "915600000211000011010001"
good_rows = [
    [number("11010519900307997"), "张三", "1", "01", "19900307", "110000", card("A0000001"), "110105", "1", INSTITUTION,
     "20250601", "20350601", "123456", "photos/good.jpg", NOTE],
    [number("44010619851231998"), "欧阳秀兰", "2", "08", "1985-12-31", "440100", card("B0000002"), "", "", "", "", "20991231", "",
     "photos\\progressive.jpg", NOTE],
    # beyond 30 bytes, a middle dot, a woman's number that may end in anything
    [number("65010220000229996"), "阿卜杜热合曼·阿卜杜外力·阿卜杜克热木", "女", "维吾尔族", "20000229", "650100", "", "653101", "", "",
     "", "", "0123456789012345", "", NOTE],
    # a region withdrawn in 2010 (崇文区), a name with ASCII
    [number("11010319600101999"), "Anna Wang", "男", "98", "19600101", "", "", "", "", "", "", "", "", "", NOTE],
]
english = ["number", "name", "sex", "ethnic", "birth", "region", "card_number", "birthplace", "category", "institution",
           "issued", "valid_to", "pin", "photo", "note"]
write("good-utf8.csv", [HEADER] + good_rows, "utf-8-sig", "\r\n")
write("good-gb18030.csv", [english] + good_rows, "gb18030", "\n")

# ---- one of each fault: a change to a good row, and the findings expected (column title, rule, value shown)
N, P = number("11010519900307997"), "110105************"
rows, expected = [], []
serial = [0]


def person():
    """A good row with a number of its own."""
    serial[0] += 1
    day = f"1985{serial[0] // 28 + 1:02}{serial[0] % 28 + 1:02}"
    return dict(zip(HEADER, [number(f"110105{day}997"), "张三", "1", "01", day, "110000", card(f"F{serial[0]:07}"), "110105",
                             "1", INSTITUTION, "20250601", "20350601", "123456", "", ""]))


def bad(note, *findings, **change):
    row = person()
    for column, value in change.items():
        row[column] = value(row) if callable(value) else value
    row["note"] = note
    rows.append([row[c] for c in HEADER])
    line = len(rows) + 1
    expected.extend((line, c, rule, shown) for c, rule, shown in findings)


def wrong_check(row):
    return row["AAC002"][:17] + ("1" if row["AAC002"][17] == "0" else "0")


bad("good")
bad("empty number", ("AAC002", "required", ""), AAC002="")
bad("17 digits", ("AAC002", "number-form", "110105***********"), AAC002=N[:17])
bad("spreadsheet rounded it", ("AAC002", "number-rounded", "1.1010*****"), AAC002="1.10105E+17")
bad("check digit", ("AAC002", "number-check-digit", P), AAC002=wrong_check)
bad("30 February", ("AAC002", "number-birth", P), AAC002=number("11010519900230997"))
bad("30 February in both", ("AAC002", "number-birth", P), ("AAC006", "date-real", "19900230"), AAC002=number("11010519900230997"), AAC006="19900230")
bad("region unknown: a warning", ("AAC002", "number-region", "111111************"),
    AAC002=number("11111119900307997"), AAC006="19900307")
bad("same number, first", ("AAC002", "number-duplicate", P), AAC002=N, AAC006="19900307")
bad("same number, again", ("AAC002", "number-duplicate", P), AAC002=N.lower(), AAC006="19900307")
bad("rare characters", ("AAC003", "name-four-byte", "张㐂𠮷"), ("AAC003", "name-four-byte", "张㐂𠮷"), AAC003="张㐂𠮷")
bad("private use", ("AAC003", "name-private-use", "张\ue000"), AAC003="张\ue000")
bad("control character", ("AAC003", "name-control", "张\ufffd三"), AAC003="张\x07三")
bad("51 bytes", ("AAC003", "name-too-long", "阿" * 25 + "A"), AAC003="阿" * 25 + "A")
bad("49 bytes, but 21 in the extension", ("AAC003", "name-too-long", "A" + "阿" * 24 + "B"), AAC003="A" + "阿" * 24 + "B")
bad("empty name", ("AAC003", "required", ""), AAC003="")
bad("number for a name", ("AAC003", "name-digits", P + "阿" * 25), ("AAC003", "name-too-long", P + "阿" * 25), AAC003=N + "阿" * 25)
bad("sex 0", ("AAC004", "sex-code", "0"), AAC004="0")
bad("sex against the number", ("AAC004", "sex-number", "2"), AAC004="女")
bad("ethnic group 57", ("AAC005", "ethnic-code", "57"), AAC005="57")
bad("a code of three digits", ("AAC005", "ethnic-code", "001"), AAC005="001")
bad("a month alone", ("AAC006", "date-form", "1990/3"), AAC006="1990/3")
bad("no such day", ("AAC006", "date-real", "19900431"), AAC006="19900431")
bad("birth date against the number", ("AAC006", "birth-number", "19900308"), AAC002=number("11010519900307999"), AAC006="19900308")
bad("born in the future", ("AAC006", "birth-future", "20990101"), AAC002=number("11010520990101997"), AAC006="20990101")
bad("born in 1880: a warning", ("AAC006", "birth-old", "18800101"), AAC002=number("11010518800101997"), AAC006="18800101")
bad("five digits", ("AAB301", "region-form", "11000"), AAB301="11000")
bad("no such region: a warning", ("AAB301", "region-unknown", "999999"), AAB301="999999")
bad("no such birthplace: a warning", ("birthplace", "region-unknown", "110199"), birthplace="110199")
bad("small letters", ("AAZ500", "card-number-form", "x00000019"), AAZ500="x00000019")
bad("card check character", ("AAZ500", "card-number-check", "X00000018"), AAZ500="X00000018")
bad("same card, first", ("AAZ500", "card-number-duplicate", "X00000019"), AAZ500="X00000019")
bad("same card, again", ("AAZ500", "card-number-duplicate", "X00000019"), AAZ500="X00000019")
bad("PIN of three digits", ("pin", "pin-form", "***"), pin="123")
bad("PIN of letters", ("pin", "pin-form", "***"), pin="secret")
bad("category of two", ("category", "category-form", "12"), category="12")
bad("institution", ("institution", "institution-form", "12-34"), institution="12-34")
bad("valid until before the issue", ("valid_to", "valid-to", "20250531"), valid_to="20250531")
bad("photo outside", ("photo", "photo-path", "../README.md"), photo="../README.md")
bad("photo by absolute path", ("photo", "photo-path", "/etc/hostname"), photo="/etc/hostname")
bad("no photo", ("photo", "photo-missing", "photos/none.jpg"), photo="photos/none.jpg")
bad("a folder", ("photo", "photo-missing", "photos"), photo="photos")
bad("a text", ("photo", "photo-not-jpeg", "make_batches.py"), photo="make_batches.py")
bad("cut short", ("photo", "photo-corrupt", "photos/cut.jpg"), photo="photos/cut.jpg")
bad("claims 65,500 a side", ("photo", "photo-too-large", "photos/huge.jpg"), photo="photos/huge.jpg")
bad("40 × 49", ("photo", "photo-too-small", "photos/tiny.jpg"), photo="photos/tiny.jpg")
bad("three at once", ("AAC002", "number-check-digit", P), ("AAC004", "sex-code", "3"), ("AAC005", "ethnic-code", "00"),
    AAC002=wrong_check, AAC004="3", AAC005="00")
bad("good again")
bad("institution of a card in the field", institution="9156000002430200430100D5")
bad("institution of another shape: a warning", ("institution", "institution-shape", "123456789012"), institution="123456789012")
# digits enough for a citizen number are masked, whatever they are
bad("institution of no region: a warning", ("institution", "institution-shape", "915600***************A03"),
    institution="915600000236990036010A03")
bad("institution with letters elsewhere", ("institution", "institution-form", "91560000024302AA430100D5"),
    institution="91560000024302AA430100D5")

out = io.StringIO(newline="")
writer = csv.writer(out, lineterminator="\n")
writer.writerow(HEADER)
writer.writerows(rows)
raw = out.getvalue().encode("utf-8")
line = raw.count(b"\n")


def more(text, *findings):
    """A line as raw bytes, for what a CSV writer would not write."""
    global raw, line
    line += 1
    raw += text + b"\n"
    expected.extend((line, *finding) for finding in findings)


more(b"")
more(b",,,,,,,,,,,,,,")
fields = list(person().values())
more(",".join(fields[:-1]).encode(), ("", "field-count", ""))
fields = list(person().values())
more(",".join(fields + ["surplus"]).encode(), ("", "field-count", ""))
fields = list(person().values())
more(",".join(fields + ["", ""]).encode())
fields = list(person().values())
more(",".join(fields).replace("张三", '"张三').encode(), ("", "quote-open", ""))
fields = list(person().values())
more(",".join(fields).replace("张三", '"张三"').encode())
fields = list(person().values())
more(",".join(fields).encode().replace("张".encode(), b"\xff\xfe"), ("AAC003", "encoding", "\ufffd\ufffd三"))
# a card takes no such PIN as a new one
fields = list((person() | {"pin": "000000"}).values())
more(",".join(fields).encode(), ("pin", "pin-repeated", "***"))
(HERE / "faults.csv").write_bytes(raw)

out = io.StringIO(newline="")
writer = csv.writer(out, lineterminator="\n")
writer.writerow(["line", "column", "rule", "value"])
writer.writerows(expected)
(HERE / "faults.expected.csv").write_bytes(out.getvalue().encode("utf-8"))

# ---- a header with all that a header can have wrong
write("header-faults.csv", [
    ["AAC002", "number", "AAC003", "photos", "AAC004", "AAC006", "note"],
    [N, N, "张三", "", "1", "19900307", NOTE],
], "utf-8", "\n")
