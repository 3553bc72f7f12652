#!/usr/bin/env python3
"""Which functions of the firmware take the instructions that `scripts/firmware --instructions` counts.

    profile.py lay FOLDER              puts a qemu-system-arm there, to stand first in PATH: the real one, which tells each block of
                                       instructions that it runs
    profile.py count PIPE FILE         adds them up while QEMU runs
    profile.py fold FOLDER IMAGE LLVM  prints the functions of the card that was issued first, the dearest first, with their callers

A function that was inlined counts for the one that it is in, and the start and the waiting for the line count too.
"""

import bisect
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

LAID = """#!/bin/sh
# Only a board that counts is asked.
case " $* " in *" -icount "*) ;; *) exec {qemu} "$@" ;; esac
pipe={folder}/$$.pipe
mkfifo "$pipe"
{python} {this} count "$pipe" {folder}/$$.json >/dev/null 2>&1 </dev/null &
exec {qemu} "$@" -d exec,nochain,in_asm -D "$pipe"
"""
# Functions that are printed, and callers of each.
MOST = 40
CALLERS = 4


def lay(folder):
    qemu = shutil.which("qemu-system-arm")
    laid = Path(folder) / "qemu-system-arm"
    laid.write_text(LAID.format(qemu=qemu, folder=folder, python=sys.executable, this=os.path.abspath(__file__)))
    laid.chmod(0o755)


def count(pipe, file):
    """QEMU lists a block's instructions when it meets it first, then names the block each time that it runs."""
    blocks, runs, steps = {}, {}, {}
    listed = before = None
    with open(pipe, errors="replace") as lines:
        for line in lines:
            if line.startswith("Trace "):
                block = line.split("[", 1)[1].split("/")[1]
                runs[block] = runs.get(block, 0) + 1
                if before is not None:
                    steps[before, block] = steps.get((before, block), 0) + 1
                listed, before = None, block
            elif line.startswith("IN:"):
                listed = None
            elif line.startswith("0x") and line[10:11] == ":":
                address = line[2:10]
                if listed is None:
                    listed = address
                    blocks[listed] = []
                blocks[listed].append(address)
    steps = [[a, b, n] for (a, b), n in steps.items()]
    part = file + ".part"
    with open(part, "w") as out:
        json.dump({"blocks": blocks, "runs": runs, "steps": steps}, out)
    os.rename(part, file)


def functions(image, llvm):
    listing = subprocess.run([f"{llvm}/llvm-nm", "-C", image], check=True, capture_output=True, text=True).stdout
    found = {}
    for line in listing.splitlines():
        address, kind, name = (line.split(None, 2) + ["", "", ""])[:3]
        if kind and kind in "tTwW":
            found[int(address, 16) & ~1] = re.sub(r"::h[0-9a-f]{16}$", "", name)
    return sorted(found.items())


def fold(folder, image, llvm):
    for _ in range(600):
        pipes = sorted(Path(folder).glob("*.pipe"), key=os.path.getmtime)
        if pipes and all(pipe.with_suffix(".json").exists() for pipe in pipes):
            break
        time.sleep(0.1)
    else:
        sys.exit("profile: QEMU told nothing")
    counted = json.loads(pipes[0].with_suffix(".json").read_text())
    table = functions(image, llvm)
    starts = [start for start, _ in table]
    function = lambda address: table[bisect.bisect_right(starts, address) - 1]
    taken, called, callers = {}, {}, {}
    for block, times in counted["runs"].items():
        for address in counted["blocks"].get(block, [block]):
            start, name = function(int(address, 16))
            taken[start, name] = taken.get((start, name), 0) + times
            if int(address, 16) == start:
                called[start] = called.get(start, 0) + times
    for before, block, times in counted["steps"]:
        if int(block, 16) in called:
            by = callers.setdefault(int(block, 16), {})
            name = function(int(before, 16))[1]
            by[name] = by.get(name, 0) + times
    whole = sum(taken.values())
    print(f"{whole:>12} instructions in all\n")
    print(f"{'instructions':>12} {'':6} {'calls':>8}")
    dearest = lambda numbers, most: sorted(numbers.items(), key=lambda item: -item[1])[:most]
    for (start, name), instructions in dearest(taken, MOST):
        print(f"{instructions:>12} {instructions / whole:6.1%} {called.get(start, 0):>8}  {name}")
        for by, times in dearest(callers.get(start, {}), CALLERS):
            print(f"{'':29} {times:>8} from {by}")


if __name__ == "__main__":
    {"lay": lay, "count": count, "fold": fold}[sys.argv[1]](*sys.argv[2:])
