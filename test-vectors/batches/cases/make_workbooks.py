"""The workbooks of this folder, by openpyxl 3.1.5: `python3 -m venv v && v/bin/pip install openpyxl==3.1.5 && v/bin/python make_workbooks.py`."""
import datetime
import zipfile
import openpyxl

HEADINGS = ["序号", "姓名", "身份证号", "性别", "民族", "出生日期", "卡有效期", "pin"]
book = openpyxl.Workbook()
sheet = book.active
sheet.title = "名单"
sheet.append(HEADINGS)
day = datetime.date(1990, 1, 2)
until = datetime.datetime(2035, 6, 1)
sheet.append([1, "张三", "420106199001029917", "男", "汉族", day, until, "012345"])
# The number as a number: a spreadsheet keeps fifteen digits
sheet.append([2, "李四", 420106199001029000, "男", "汉族", day, until, 123456])
sheet.append([])
sheet.append([3, "王\ue863", "42010619900102995X", "男", "01", 19900102, None, None])
sheet.append([4, "#N/A", "420106199001029933", "男", 1, 32875, None, 12345])
sheet["B6"].data_type = "e"
sheet.append([5, '="赵"&"六"', "420106199001029976", "男", "汉", "1990/1/2", None, None])
book.create_sheet("空")
notes = book.create_sheet("说明")
notes["A1"] = "另一页"
book.save("x-workbook.xlsx")

# One that is not read: seventy megabytes of texts in as many kilobytes
with zipfile.ZipFile("x-workbook.xlsx") as good, zipfile.ZipFile("bomb.xlsx", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as bad:
    for name in good.namelist():
        bad.writestr(name, good.read(name))
    with bad.open("xl/sharedStrings.xml", "w") as part:
        part.write(b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">')
        for _ in range(70):
            part.write(b"<si><t>" + b"0" * (1024 * 1024) + b"</t></si>")
        part.write(b"</sst>")
