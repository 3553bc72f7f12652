"""A stranger's terminal between a card and a PSAM in two readers: pyscard sends what the facts say, and openssl knows the answers."""

import json
import unittest

import facts
import openssl
from support import Sim, card_present, folder, ssc, terminal, wait_until, write_batch

TERMINAL = "650100000042"
PSAM = "00A4040006D15600000590"
SX3 = "00A404000F7378332E73682EC9E7BBE1B1A3D5CF"
DF01 = "00A4000002DF01"
SOURCE = bytes(range(0x50, 0x58))
AMOUNTS = bytes.fromhex("000001000000005000000000")
MOMENT = bytes.fromhex("20260101123456")
# Directory (None: SSSE), identifier on the card, use and identifier in the PSAM, name in the vault: "use and key bytes seen".
KEYS = [
    (None, 0x04, "4812", "SSSE/UK"),
    (None, 0x06, "4810", "SSSE/PUK"),
    (None, 0x07, "485D", "SSSE/LUK1"),
    ("D15600000500", 0x83, "4742", "DF01/UK1"),
    ("D15600000500", 0x86, "4725", "DF01/UK4"),
    ("D15600000502", 0x84, "672B", "DF03/RK1"),
    ("D15600000502", 0x85, "672C", "DF03/RK2"),
    ("D15600000502", 0x87, "4729", "DF03/UK2"),
    # a program of 1.00
    ("D15600000502", 0x87, "4829", "DF03/UK2"),
    ("D15600000503", 0x84, "672D", "DF04/RK1"),
]
# What a card of 1.00 does not have.
KEYS_FROM_2 = [
    (None, 0x0D, "4813", "SSSE/LUK2"),
    (None, 0x0A, "470A", "SSSE/RK"),
    ("D15600000500", 0x88, "672E", "DF01/RK1"),
    ("D15600000500", 0x8E, "4734", "DF01/UKB"),
    ("D15600000501", 0x88, "6735", "DF02/RK1"),
    ("D15600000506", 0x83, "4852", "DF06/RK1"),
    ("D15600000504", 0x85, "47B1", "DF07/RK3"),
]


def keys_of(generation):
    return KEYS if generation == "1.00" else KEYS + KEYS_FROM_2


def short_mac(kind, session, data):
    """Padding 2, initial value zero; DES: leftmost four, SM4: folded."""
    if kind == openssl.TDES:
        value = bytes(8)
        padded = openssl.pad80(data, 8)
        for at in range(0, len(padded), 8):
            value = openssl.des(session, openssl.xor(value, padded[at : at + 8]))
        return value[:4]
    last = openssl.cipher("sm4-cbc", session, openssl.pad80(data, 16), bytes(16))[-16:]
    return openssl.xor(openssl.xor(last[:4], last[4:8]), openssl.xor(last[8:12], last[12:]))


class Dialogue(unittest.TestCase):
    """A terminal between the two; OPTIONS say what kind of PSAM."""

    OPTIONS = ()

    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(folder())
        image = cls.folder / "psam.ssccard"
        order = ("psam", "issue", "--region", "650100", "--terminal-id", TERMINAL, "--image", image)
        code, out, err = ssc(*order, *cls.OPTIONS)
        assert code == 0, f"ssc psam issue ended with {code}\n{out}{err}"
        cls.psam_sim = cls.enterClassContext(Sim(1, "--image", image))

    def setUp(self):
        self.psam = self.enterContext(terminal(self.psam_sim.reader))
        self.psam.connection.reconnect()

    def ok(self, party, command):
        data, sw = party.send(command)
        self.assertEqual(sw, "9000", command if isinstance(command, str) else command.hex())
        return data

    def refused(self, party, command, status):
        self.assertEqual(party.raw(command), (b"", status), command)

    def enter(self, kind):
        if kind == openssl.SM4:
            self.ok(self.psam, SX3)
            self.ok(self.psam, DF01)
        else:
            self.ok(self.psam, PSAM)

    def init(self, kind, use, card, factor):
        """BF DE: card, with two levels city, with three the province, and the challenge, for SM4 padded."""
        levels = int(use[:2], 16) >> 5
        data = card.atr[-8:] + (b"650100sx" if levels >= 2 else b"") + (b"650000sh" if levels >= 3 else b"") + factor
        data += bytes(8) if kind == openssl.SM4 else b""
        self.assertEqual(self.psam.raw(bytes.fromhex("BFDE" + use) + bytes([len(data)]) + data), (b"", "9000"))

    def crypt(self, kind, block):
        size = 8 if kind == openssl.TDES else 16
        block += bytes(size - len(block))
        self.refused(self.psam, bytes.fromhex("80FA0000") + bytes([size]) + block, f"61{size:02X}")
        whole = self.ok(self.psam, f"00C00000{size:02X}")
        return whole if kind == openssl.TDES else openssl.xor(whole[:8], whole[8:])

    def cryptogram_opens(self, kind, card, directory, identifier, use, name):
        """The PSAM's cryptogram is openssl's, and the card takes it."""
        card.raw(facts.SELECT_SSSE)
        if directory:
            card.raw("00A4040006" + directory)
        challenge = self.ok(card, "0084000008")
        self.init(kind, use, card, challenge)
        cryptogram = self.crypt(kind, SOURCE)
        key = openssl.card_key(name, kind, "650100", card.atr)
        self.assertEqual(cryptogram, openssl.cryptogram(kind, key, challenge, SOURCE), name)
        command = bytes([0x00, 0x82, 0x00, identifier, 0x10]) + cryptogram + SOURCE
        self.assertEqual(self.ok(card, command), b"", name)

    def with_a_card_of_each_generation(self, what):
        for generation in facts.GENERATIONS:
            with self.subTest(generation), folder() as place:
                write_batch(place / "batch.csv", [facts.person(generation)])
                code, out, err = ssc(
                    "issue", place / "batch.csv", "--generation", generation, "--images", place / "cards"
                )  # fmt: skip
                self.assertEqual(code, 0, out + err)
                [image] = (place / "cards").iterdir()
                with Sim(0, "--image", image) as sim, terminal(sim.reader) as card:
                    self.enter(facts.ALGORITHM[generation])
                    what(generation, card)


class ThreeParties(Dialogue):
    def test_the_dialogue_of_the_facts(self):
        self.assertEqual(self.ok(self.psam, "00B0960006").hex(), TERMINAL)
        self.assertEqual(len(self.ok(self.psam, "00B095000F")), 15)
        self.assertTrue(self.psam.raw(PSAM)[1].startswith("61"))
        # once more while it is current, and DF01 by FID from anywhere
        self.ok(self.psam, PSAM)
        for place in ("00A40000023F00", SX3, PSAM):
            self.ok(self.psam, place)
            self.ok(self.psam, DF01)
        self.ok(self.psam, PSAM)
        # nothing without INIT; unknown keys, other uses, other lengths
        self.refused(self.psam, "80FA0000083132333435363738", "6985")
        self.refused(self.psam, "BFDE481410" + "31" * 16, "9403")
        self.refused(self.psam, "BFDE681220" + "31" * 32, "6985")
        self.refused(self.psam, "BFDE081210" + "31" * 16, "6A86")
        self.refused(self.psam, "BFDE481210" + "31" * 16, "6700")
        # the files are the terminal's to read and nobody's to write
        self.ok(self.psam, "00A40000023F00")
        self.refused(self.psam, "00D6960006010203040506", "6982")
        self.refused(self.psam, "BFDE481218" + "31" * 24, "6D00")

    def test_a_card_of_each_generation_takes_the_keys_of_the_psam(self):
        self.with_a_card_of_each_generation(self.authenticate_with_all)

    def authenticate_with_all(self, generation, card):
        kind = facts.ALGORITHM[generation]
        for key in keys_of(generation):
            self.cryptogram_opens(kind, card, *key)
        # IRK: the card's answer to internal authentication is the PSAM's
        card.raw(facts.SELECT_SSSE)
        factor = bytes(range(0xA0, 0xA8))
        self.init(kind, "6708", card, factor)
        self.assertEqual(self.ok(card, bytes.fromhex("0088000010") + factor + SOURCE), self.crypt(kind, SOURCE))
        self.debit(kind, card)

    def debit(self, kind, card):
        """80 70 and 80 72 with the card's side made by openssl (its purse comes later)."""
        marker = b"\x01" if kind == openssl.TDES else b"\x03"
        random, sequence = bytes.fromhex("A1A2A3A4"), bytes.fromhex("0007")
        data = random + sequence + AMOUNTS + b"3" + MOMENT + b"\x01" + marker + card.atr[-8:] + b"650100sx"
        # what a program reads before: the debit key's index on the card, and the sequence number
        self.assertEqual(self.ok(self.psam, "00B09C0001"), b"\x01")
        before = int.from_bytes(self.ok(self.psam, "00B0990004"), "big")
        answer = self.ok(self.psam, bytes.fromhex("80700100") + bytes([len(data)]) + data)
        self.assertEqual(int.from_bytes(answer[:4], "big"), before + 1)
        self.assertEqual(self.ok(self.psam, "00B0990004"), answer[:4])
        key = openssl.card_key("DF04/DPK", kind, "650100", card.atr)
        factor = random + sequence + answer[2:4]
        if kind == openssl.TDES:
            session = openssl.cipher("des-ede", key, factor)
        else:
            session = openssl.cipher("sm4-ecb", key, factor + bytes(8))
        message = AMOUNTS + b"3" + bytes.fromhex(TERMINAL) + MOMENT
        self.assertEqual(answer[4:], short_mac(kind, session, message))
        right = short_mac(kind, session, AMOUNTS)
        self.ok(self.psam, bytes.fromhex("8072000004") + right)
        self.refused(self.psam, bytes.fromhex("8072000004") + right, "6985")


class OneLevel(Dialogue):
    """A PSAM made for the city: programs of 1.00 send the card's factor and the challenge, BF DE 27|28 kid 10."""

    OPTIONS = ("--levels", "1")

    def test_cards_of_the_city_take_its_keys(self):
        self.with_a_card_of_each_generation(self.authenticate_with_all)

    def authenticate_with_all(self, generation, card):
        kind = facts.ALGORITHM[generation]
        one_level = {"4": "2", "6": "2"}
        for directory, identifier, use, name in keys_of(generation):
            self.cryptogram_opens(kind, card, directory, identifier, one_level[use[0]] + use[1:], name)
        # as they stand with two and three levels, they are not there
        if kind == openssl.TDES:
            self.refused(self.psam, "BFDE481218" + "31" * 24, "6985")
            self.refused(self.psam, "BFDE672E20" + "31" * 32, "6985")


class InBothSlots(unittest.TestCase):
    def test_a_psam_is_issued_over_pcsc(self):
        with Sim(2) as sim:
            order = ("psam", "issue", "--region", "650100", "--terminal-id", TERMINAL, "--reader", sim.reader)
            code, out, err = ssc(*order)
            self.assertEqual(code, 0, out + err)
            code, out, err = ssc("psam", "show", "--reader", sim.reader, "--json")
            self.assertEqual((code, json.loads(out)["terminal"]), (0, TERMINAL), out + err)
            # once
            code, out, err = ssc(*order)
            self.assertEqual(code, 5, out + err)

    def test_a_sample_card_and_its_psam(self):
        for generation in facts.GENERATIONS:
            with self.subTest(generation), Sim(2, "--generation", generation, "--psam") as sim:
                # the second slot of the same virtual reader
                psam = sim.reader[:-2] + "01"
                wait_until(lambda: card_present(psam), f"a PSAM in {psam}")
                code, out, err = ssc("terminal", "read-basic", "--reader", sim.reader, "--psam", psam, "--json")
                self.assertEqual(code, 0, out + err)
                basic = json.loads(out)
                self.assertIn("000000000001", out)
                self.assertTrue(basic, out)
                code, out, err = ssc("psam", "show", "--reader", psam)
                self.assertEqual(code, 0, out + err)


if __name__ == "__main__":
    unittest.main()
