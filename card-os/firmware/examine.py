#!/usr/bin/env python3
"""What is in the firmware's image: sizes beside their limits, applications, and panic paths. Called by scripts/firmware.

  examine.py size CARD IMAGE LLVM SIZE_TOML STACK    CARD: which table of SIZE_TOML; STACK: bytes of the deepest stack, measured
  examine.py panics IMAGE LLVM

LLVM is the folder of Rust's llvm-tools. Exit code 0: as it must be; 1: not.
"""

import pathlib
import re
import subprocess
import sys
import tomllib

OURS = {"card_firmware", "card_os", "card_crypto", "apdu_specs"}
# What the compiler itself brings: a panic there belongs to whoever calls it.
LANGUAGE = {"core", "compiler_builtins", "__rustc", "rustc"}
# All that ends in the panic handler, and the handler itself.
PANICS = re.compile(r"core::panicking::|_fail(ed)?$|rust_begin_unwind|::unwrap_failed|::expect_failed")


def run(llvm, tool, *arguments):
    done = subprocess.run([f"{llvm}/{tool}", *arguments], stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"examine: {tool} cannot read the image; its message stands above")
    return done.stdout


# --- sizes ------------------------------------------------------------------------------------------------------------


def sizes(image, llvm):
    """Bytes of flash by purpose, and of static RAM."""
    sections = {}
    for line in run(llvm, "llvm-size", "-A", image).splitlines():
        fields = line.split()
        if len(fields) == 3 and fields[0].startswith("."):
            sections[fields[0]] = int(fields[1])
    part = lambda *names: sum(sections.get(name, 0) for name in names)
    return {
        "vectors": part(".vector_table"),
        "code": part(".text"),
        "constants": part(".rodata", ".data"),
        "flash": part(".vector_table", ".text", ".rodata", ".data"),
        "ram": part(".data", ".bss", ".uninit"),
    }


def size(card, image, llvm, table, stack):
    found = sizes(image, llvm)
    found["stack"] = int(stack)
    with open(table, "rb") as file:
        limits = tomllib.load(file).get(card, {})
    good = True
    print(f"{card:12}{'bytes':>8}{'checked in':>12}{'limit':>8}")
    for name, words in [
        ("vectors", "vectors"),
        ("code", "code"),
        ("constants", "constants"),
        ("flash", "flash"),
        ("ram", "static RAM"),
        ("stack", "stack"),
    ]:
        row = limits.get(name, {})
        was, limit = row.get("bytes"), row.get("limit")
        verdict = ""
        if limit is not None and found[name] > limit:
            verdict, good = "  TOO LARGE", False
        elif was is not None and found[name] > was * 102 // 100 + 64:
            verdict, good = f"  GREW: correct {table} if that is wanted", False
        elif was is not None and found[name] < was * 95 // 100:
            verdict = f"  shrank: {table} may say so"
        print(f"{words:12}{found[name]:8}{was if was is not None else '':>12}{limit or '':>8}{verdict}")
    return good


# --- rooms ------------------------------------------------------------------------------------------------------------

# Applications that a card always has, and those that can be left out: a card is named after the one that it has.
ALWAYS, LEFT_OUT = {"any", "ssc", "domain"}, {"psam", "certificates"}


def rooms(card, image, llvm):
    """Whether rows and handlers of exactly the card's applications are linked, by the symbols of both crates."""
    symbols = run(llvm, "llvm-nm", "--demangle", image)
    linked = set(re.findall(r"(?:apdu_specs|card_os)::applications::(\w+)::", symbols)) & (ALWAYS | LEFT_OUT)
    meant = ALWAYS | ({card} & LEFT_OUT)
    print(f"rooms linked: {' '.join(sorted(linked))}")
    for room in sorted(linked - meant):
        print(f"  {room} is left out of this card, and yet linked")
    for room in sorted(meant - linked):
        print(f"  {room} is not linked: the names that this check looks for have changed")
    return linked == meant


# --- panics -----------------------------------------------------------------------------------------------------------


def demangled(name):
    """Crate and path of a function; legacy names of Rust are spelled out by llvm, v0 names too."""
    name = re.sub(r"::h[0-9a-f]{16}$", "", name)
    for mangled, plain in ((r"\$LT\$", "<"), (r"\$GT\$", ">"), (r"\$u20\$", " "), (r"\$RF\$", "&"), (r"\.\.", "::")):
        name = re.sub(mangled, plain, name)
    return re.sub(r"\$u([0-9a-f]+)\$", lambda match: chr(int(match[1], 16)), name)


def crate(function):
    """The crate whose code a function is. `<impl Trait for Type>::f` counts as its type's."""
    return (re.findall(r"[A-Za-z_][A-Za-z0-9_]*(?=::)", function) or [function])[0]


def calls(image, llvm):
    """(function, what it calls, inlined functions around the call from the outermost in) for all calls to a panic."""
    arguments = ["-d", "--no-show-raw-insn", "--demangle", "--debug-inlined-funcs=limits-only", image]
    function, open_frames = None, []
    for line in run(llvm, "llvm-objdump", *arguments).splitlines():
        if match := re.match(r"[0-9a-f]{8} <(.*)>:$", line):
            function, open_frames = demangled(match[1]), []
        elif match := re.match(r"; (\S+:\d+:\d+): (end of )?(.*) inlined into (.*)$", line):
            frame = (demangled(match[3]), match[1])
            if match[2]:
                if frame in open_frames:
                    open_frames.remove(frame)
            else:
                open_frames.append(frame)
        elif match := re.search(r"\tb[a-z.]*\t0x[0-9a-f]+ <(.*?)(?:\+0x[0-9a-f]+)?>", line):
            target = demangled(match[1])
            if target != function:
                yield function, target, list(open_frames)


def panics(image, llvm):
    graph = list(calls(image, llvm))
    # Functions of the language that do nothing but panic, or may: their callers are to blame.
    family = {target for _, target, _ in graph if PANICS.search(target)}
    while True:
        more = {
            function
            for function, target, _ in graph
            if target in family and crate(function) in LANGUAGE and function not in family
        }
        if not more:
            break
        family |= more
    found = {}
    for function, target, frames in graph:
        if target not in family or function in family:
            continue
        # The innermost function that is not the language's own decided to call it.
        inside = [(function, "")] + frames
        guilty = next(
            ((name, place) for name, place in reversed(inside) if crate(name) not in LANGUAGE), inside[0]
        )
        key = (crate(guilty[0]) in OURS, crate(guilty[0]), guilty[0], target)
        found.setdefault(key, []).append(guilty[1])
    ours = [key for key in found if key[0]]
    for mine, owner, name, target in sorted(found):
        print(f"{'OURS' if mine else owner}: {name} may call {target} ({len(found[mine, owner, name, target])} times)")
    if ours:
        print(f"{len(ours)} panic paths of our own crates are linked")
    else:
        print(f"no panic path of our own crates is linked; {len(found)} of dependencies")
    if not graph or not names_are_known(llvm):
        # Then nothing was found because nothing is called so any more: the check sees nothing.
        print("the compiler's own library has no panic function of these names: this check is out of date")
        return False
    return not ours


def names_are_known(llvm):
    """Whether `core` for this target still has panic functions of the names that are looked for."""
    folder = pathlib.Path(llvm).parents[1] / "thumbv7em-none-eabi/lib"
    library = next(folder.glob("libcore-*.rlib"))
    listed = run(llvm, "llvm-nm", "--demangle", library)
    return any("panic_bounds_check" in line and PANICS.search(line) for line in listed.splitlines())


def main():
    match sys.argv[1:]:
        case ["size", card, image, llvm, table, stack]:
            good = size(card, image, llvm, table, stack)
            good = rooms(card, image, llvm) and good
        case ["panics", image, llvm]:
            good = panics(image, llvm)
        case _:
            sys.exit(__doc__)
    sys.exit(0 if good else 1)


main()
