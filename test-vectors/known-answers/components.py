"""Makes generated/components.txt: keys in n of m components, by an implementation that nobody here wrote.

`pip install shamir-mnemonic==0.3.0 && python3 components.py`: SatoshiLabs' reference implementation of SLIP-0039 shares over
GF(2^8) with the polynomial of AES, byte by byte, as this project does. Its wrapping of a secret is not used, only its
interpolation: n components are the first bytes of SHA-256 of a label; the key is where they meet at 0, the others at their number.
"""

import hashlib
import pathlib

from shamir_mnemonic.shamir import RawShare, _interpolate

HERE = pathlib.Path(__file__).resolve().parent


def sample(label):
    return hashlib.sha256(label.encode()).digest()[:16]


def main():
    text = "# Keys in n of m components: component 1 to m, then the key.\n# Made by components.py; do not edit.\n"
    for need, of in [(2, 2), (2, 3), (3, 5), (5, 5), (4, 16), (16, 16)]:
        shares = [RawShare(number, sample(f"component {need} {of} {number}")) for number in range(1, need + 1)]
        values = [_interpolate(shares, number) for number in range(1, of + 1)]
        text += f"\nneed = {need:02x}\n"
        text += f"components = {b''.join(values).hex()}\nkey = {_interpolate(shares, 0).hex()}\n"
    (HERE / "generated" / "components.txt").write_text(text)


main()
