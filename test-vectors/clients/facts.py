"""What a terminal knows of the card, typed from ssc-facts: names, layouts, coding. Nothing comes from our tables."""

import openssl

SSSE = bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF")
SELECT_SSSE = bytes.fromhex("00A404000F") + SSSE
RID = bytes.fromhex("D156000005")
GENERATIONS = ("1.00", "2.00", "3.00")
ALGORITHM = {"1.00": openssl.TDES, "2.00": openssl.TDES, "3.00": openssl.SM4}

# The whole FCI: 24 bytes as the real card's, 30 with the algorithm marker of SM4.
FCI = {
    "1.00": bytes.fromhex("6F16840F7378312E73682EC9E7BBE1B1A3D5CFA50388011E"),
    "2.00": bytes.fromhex("6F16840F7378312E73682EC9E7BBE1B1A3D5CFA50388011E"),
    "3.00": bytes.fromhex("6F1C840F7378312E73682EC9E7BBE1B1A3D5CFA50988011E9F0C03860103"),
}

# A person (SYNTHETIC 合成数据) with a name that needs the extension, and byte 30 in the middle of a character.
LONG_NAME = "A阿卜杜热合曼·阿卜杜外力·阿卜杜克热木"
PERSON = {
    "AAC002": "650102200002299962",
    "AAC003": LONG_NAME,
    "AAC004": "2",
    "AAC005": "05",
    "AAC006": "20000229",
    "AAB301": "650100",
    "AAZ500": "C00000032",
    "birthplace": "653101",
    "category": "1",
    "institution": "123456789012",
    "issue_date": "20250601",
    "valid_to": "20350601",
    "pin": "123456",
}
# 1.00 knows no name extension.
SHORT_NAME = "阿卜杜热合曼·阿卜杜外力"


def person(generation):
    return PERSON | ({"AAC003": SHORT_NAME} if generation == "1.00" else {})


def an(text, length):
    value = text.encode("gb18030")
    assert len(value) <= length
    return value.ljust(length, b"\0")


def cn(digits, length):
    return bytes.fromhex(digits.ljust(2 * length, "F"))


def split_name(name):
    """30 and 20 bytes, and no character is cut."""
    head = name
    while len(head.encode("gb18030")) > 30:
        head = head[:-1]
    return head, name[len(head) :]


def identification_code(generation, row, atr):
    kind = ALGORITHM[generation]
    first = cn(row["AAB301"], 3) + RID + atr[-4:]
    irk = openssl.card_key("SSSE/IRK", kind, row["AAB301"], atr)
    return first + openssl.identification_mac(kind, irk, first)


def ef05(generation, row, atr):
    """EF05 as (tag, value) in the order of the records."""
    return [
        (0x01, identification_code(generation, row, atr)),
        (0x02, an(row["category"], 1)),
        (0x03, an(generation, 4)),
        (0x04, cn(row["institution"], 12)),
        (0x05, cn(row["issue_date"], 4)),
        (0x06, cn(row["valid_to"], 4)),
        (0x07, an(row["AAZ500"], 9)),
    ]


def ef06(generation, row):
    head, extension = split_name(row["AAC003"])
    records = [
        (0x08, an(row["AAC002"], 18)),
        (0x09, an(head, 30)),
        (0x4E, an(extension, 20)),
        (0x0A, an(row["AAC004"], 1)),
        (0x0B, cn(row["AAC005"], 1)),
        (0x0C, cn(row["birthplace"], 3)),
        (0x0D, cn(row["AAC006"], 4)),
    ]
    return [record for record in records if generation != "1.00" or record[0] != 0x4E]


def card_number(serial):
    """Eight characters and the check character of ssc-facts §5."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    check = 11 - sum(weight * int(digit, 36) for weight, digit in zip(weights, serial, strict=True)) % 11
    return serial + {10: "X", 11: "0"}.get(check, str(check))


assert card_number("X0000001") == "X00000019"  # the sample of ssc-facts
