"""The card's cryptography once more, by the `openssl` command and from ssc-facts alone: nothing of our code takes part."""

import subprocess

# The published demo vault: its roots are AES-CMAC(40 41 … 4F, "ssc demo root NAME KIND").
TRANSPORT_KEY = bytes(range(0x40, 0x50))
TDES, SM4 = "3DES", "SM4"


def openssl(*arguments, data):
    return subprocess.run(["openssl", *arguments], input=data, stdout=subprocess.PIPE, check=True).stdout


def cipher(name, key, data, iv=None, decrypt=False):
    vector = ["-iv", iv.hex()] if iv else []
    way = ["-d"] if decrypt else []
    return openssl("enc", f"-{name}", "-nopad", "-K", key.hex(), *vector, *way, data=data)


def des(key, data, decrypt=False):
    """Single DES is two-key 3DES with the halves alike: openssl 3 keeps single DES in a module of its own."""
    return cipher("des-ede", key + key, data, decrypt=decrypt)


def cmac(key, data):
    found = openssl("mac", "-cipher", "AES-128-CBC", "-macopt", f"hexkey:{key.hex()}", "CMAC", data=data)
    return bytes.fromhex(found.decode().strip())


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b, strict=True))


def invert(data):
    return bytes(byte ^ 0xFF for byte in data)


def pad80(data, size):
    data += b"\x80"
    return data + bytes(-len(data) % size)


def demo_root(name, kind):
    return cmac(TRANSPORT_KEY, f"ssc demo root {name} {kind}".encode())


def card_key(name, kind, region, atr):
    """ssc-facts §3: from the root by province, city and card; region is six digits."""
    key = demo_root(name, kind)
    for factor in (region[:2].encode() + b"0000sh", region.encode() + b"sx", atr[-8:]):
        if kind == TDES:
            key = cipher("des-ede", key, factor + invert(factor))
        else:
            key = cipher("sm4-ecb", key, factor + invert(factor))
    return key


def session_key(kind, key, factor):
    return cipher("des-ede", key, factor) if kind == TDES else cipher("sm4-ecb", key, factor + bytes(8))


def cryptogram(kind, key, factor, source):
    """Eight bytes over source under the session key that the factor makes of a card key."""
    session = session_key(kind, key, factor)
    if kind == TDES:
        return des(session, source)
    whole = cipher("sm4-ecb", session, source + bytes(8))
    return xor(whole[:8], whole[8:])


def reloading(kind, stk, challenge, pin):
    """The whole of PIN RELOAD: length, BCD, 80 00… in one block, and the MAC over header and block, under one session key."""
    session = session_key(kind, stk, challenge)
    size = 8 if kind == TDES else 16
    plain = pad80(bytes([len(pin)]) + pin, size)
    command = bytes([0x84, 0x24, 0x00, 0x01, size + 4])
    if kind == TDES:
        command += des(session, plain)
        value = bytes(8)
        padded = pad80(command, 8)
        for at in range(0, len(padded), 8):
            value = des(session, xor(value, padded[at : at + 8]))
        return command + value[:4]
    command += cipher("sm4-ecb", session, plain)
    last = cipher("sm4-cbc", session, pad80(command, 16), bytes(16))[-16:]
    return command + xor(xor(last[:4], last[4:8]), xor(last[8:12], last[12:]))


def external_authentication(name, kind, region, atr, challenge, source):
    """The data field of EXTERNAL AUTHENTICATE: cryptogram (8) and source (8)."""
    return cryptogram(kind, card_key(name, kind, region, atr), challenge, source) + source


def identification_mac(kind, irk, first_twelve):
    """decisions: retail MAC (ISO 9797-1 algorithm 3, padding 2); in 3.00 SM4-CBC folded to four bytes."""
    if kind == TDES:
        value = bytes(8)
        padded = pad80(first_twelve, 8)
        for at in range(0, len(padded), 8):
            value = des(irk[:8], xor(value, padded[at : at + 8]))
        return des(irk[:8], des(irk[8:], value, decrypt=True))[:4]
    last = cipher("sm4-cbc", irk, pad80(first_twelve, 16), bytes(16))[-16:]
    return xor(xor(last[:4], last[4:8]), xor(last[8:12], last[12:]))
