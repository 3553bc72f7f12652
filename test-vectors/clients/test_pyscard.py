"""pyscard reads cards of every generation as ssc-facts says a terminal does: raw T=0, by number, by tag, by SFI."""

import shutil
import unittest

import facts
import openssl
from support import ROOT, Sim, folder, read_return, ssc, terminal, write_batch

SOURCE = bytes(range(8))


class Generation:
    """The tests of one generation; a card is issued over PC/SC once and stays in its reader."""

    generation = None
    photo = None

    @classmethod
    def setUpClass(cls):
        cls.row = facts.person(cls.generation)
        cls.folder = cls.enterClassContext(folder())
        columns = {}
        if cls.photo:
            shutil.copy(ROOT / "test-vectors/batches/photos" / cls.photo, cls.folder)
            columns["photo"] = cls.photo
        write_batch(cls.folder / "batch.csv", [cls.row | columns])
        cls.sim = cls.enterClassContext(Sim(0))
        code, out, err = ssc(
            "issue", cls.folder / "batch.csv", "--generation", cls.generation,
            "--reader", cls.sim.reader, "-o", cls.folder / "return.csv",
        )  # fmt: skip
        assert code == 0, f"ssc issue ended with {code}\n{out}{err}"
        cls.returned = read_return(cls.folder / "return.csv")

    def setUp(self):
        # A new connection is a reset: no state of another test is left.
        self.card = self.enterContext(terminal(self.sim.reader))
        self.card.connection.reconnect()

    def ok(self, command):
        data, sw = self.card.send(command)
        self.assertEqual(sw, "9000", command)
        return data

    def refused(self, command, status):
        self.assertEqual(self.card.raw(command), (b"", status), command)

    def select_ssse(self):
        self.card.raw(facts.SELECT_SSSE)

    def authenticate(self, key="SSSE/RK", identifier=0x0A, version=b""):
        region = self.ok("00B2012C12")[2:5].hex()
        challenge = self.ok("0084000008")
        kind = facts.ALGORITHM[self.generation]
        data = openssl.external_authentication(key, kind, region, self.card.atr, challenge, SOURCE)
        data += version
        self.assertEqual(self.ok(bytes([0x00, 0x82, 0x00, identifier, len(data)]) + data), b"")

    def read_every_way(self, fid, records):
        """Each record by number and by tag, in the current EF and by SFI, with Le exact, 00 and wrong."""
        sfi = fid & 0x1F
        self.assertEqual(self.card.raw(f"00A4020002{fid:04X}"), (b"", "9000"))
        for number, (tag, value) in enumerate(records, 1):
            record = bytes([tag, len(value)]) + value
            length = len(record)
            ways = [(number, 0x04), (tag, 0x00), (number, sfi * 8 + 4), (tag, sfi * 8)]
            for p1, p2 in ways:
                header = f"00B2{p1:02X}{p2:02X}"
                self.assertEqual(self.card.raw(f"{header}{length:02X}"), (record, "9000"), header)
                self.assertEqual(self.card.raw(f"{header}00"), (record, "9000"), header)
                self.refused(f"{header}{length - 1:02X}", f"6C{length:02X}")
                self.refused(f"{header}{length + 1:02X}", f"6C{length:02X}")
        # One past the end, and a tag of nobody.
        self.refused(f"00B2{len(records) + 1:02X}{sfi * 8 + 4:02X}00", "6A83")
        self.refused(f"00B2EE{sfi * 8:02X}00", "6A83")

    def test_select_answers_61_and_the_fci(self):
        expected = facts.FCI[self.generation]
        self.refused(facts.SELECT_SSSE, f"61{len(expected):02X}")
        self.assertEqual(self.card.raw(f"00C00000{len(expected):02X}"), (expected, "9000"))
        # Nobody has to fetch it.
        self.refused(facts.SELECT_SSSE, f"61{len(expected):02X}")
        self.assertEqual(self.card.raw("00B2032C06")[1], "9000")

    def test_an_ef_answers_select_with_9000_alone(self):
        self.select_ssse()
        for command in ("00A4020002EF05", "00A4000002EF05", "00A4020002EF06"):
            self.assertEqual(self.card.raw(command), (b"", "9000"))
        self.assertNotEqual(self.card.raw("00A4020002EF1F")[1], "9000")

    def test_the_atr_is_that_of_the_specification(self):
        self.assertEqual(self.card.atr[:4].hex(), "3b6d0000")
        self.assertEqual(len(self.card.atr), 17)

    def test_ef05_record_by_record(self):
        self.select_ssse()
        records = facts.ef05(self.generation, self.row, self.card.atr)
        if self.generation == "3.00":
            records[6] = (0x07, bytes(9))  # masked until key 0A
        self.read_every_way(0xEF05, records)
        if self.generation == "3.00":
            self.authenticate()
            self.read_every_way(0xEF05, facts.ef05(self.generation, self.row, self.card.atr))

    def test_ef06_record_by_record(self):
        self.select_ssse()
        records = facts.ef06(self.generation, self.row)
        if self.generation == "3.00":
            for number, (tag, value) in enumerate(records, 1):
                length = len(value) + 2
                for p1, p2 in ((number, 0x34), (tag, 0x30)):
                    self.refused(f"00B2{p1:02X}{p2:02X}{length:02X}", "6982")
            self.card.raw("00A4020002EF06")
            self.refused("00B2080014", "6982")
            self.authenticate()
        self.read_every_way(0xEF06, records)

    def test_a_wrong_cryptogram_opens_nothing(self):
        self.select_ssse()
        self.ok("0084000008")
        # Key UK of SSSE, which no other test needs: a try is lost for good.
        status = self.card.raw("0082000410" + "00" * 16)[1]
        self.assertRegex(status, "^63C[0-9A-F]$")
        # The challenge is used up by it.
        self.assertEqual(self.card.raw("0082000410" + "00" * 16), (b"", "6985"))
        if self.generation == "3.00":
            self.refused("00B2083014", "6982")

    def test_the_right_key_for_another_card_opens_nothing(self):
        self.select_ssse()
        challenge = self.ok("0084000008")
        other = self.card.atr[:-1] + bytes([self.card.atr[-1] ^ 1])
        kind = facts.ALGORITHM[self.generation]
        data = openssl.external_authentication("SSSE/UK", kind, self.row["AAB301"], other, challenge, SOURCE)
        self.assertRegex(self.card.raw(bytes.fromhex("0082000410") + data)[1], "^63C[0-9A-F]$")

    def test_directories_by_fid_and_aid(self):
        for number in range(4):
            self.select_ssse()
            aid = facts.RID + bytes([number])
            expected = bytes([0x6F, 0x08, 0x84, 0x06]) + aid
            self.assertEqual(self.card.send(f"00A4000002DF0{number + 1}"), (expected, "9000"))
            self.assertEqual(self.card.send(b"\x00\xa4\x04\x00\x06" + aid), (expected, "9000"))
        self.assertEqual(self.card.raw("00A4000002DF1F"), (b"", "6A82"))

    def test_the_pin_opens_the_address(self):
        self.select_ssse()
        self.ok("00A4000002DF01")
        # one record of 80 bytes, in 1.00 the first of two
        tag, length = (0x25, 0x3E) if self.generation == "1.00" else (0x23, 0x50)
        read = f"00B2{tag:02X}30{length + 2:02X}"
        self.refused(read, "6982")
        self.refused("0020000003999999", "63C2")
        self.refused("0020000003123456", "9000")
        self.assertEqual(self.ok(read), bytes([tag, length]) + bytes(length))

    def test_a_pin_is_reloaded_without_the_old_one(self):
        self.select_ssse()
        stk = openssl.card_key("SSSE/STK", facts.ALGORITHM[self.generation], self.row["AAB301"], self.card.atr)
        self.authenticate("SSSE/PUK", 0x06, b"\x01")
        for pin in ("246810", "12345F", self.row["pin"]):
            challenge = self.ok("0084000008")
            command = openssl.reloading(facts.ALGORITHM[self.generation], stk, challenge, bytes.fromhex(pin))
            self.refused(command, "9000")
            self.refused(command, "6985")
            self.refused("0020000003" + pin, "9000")

    def test_internal_authentication_proves_the_card(self):
        self.select_ssse()
        factor, source = bytes(range(8)), bytes(range(8, 16))
        kind = facts.ALGORITHM[self.generation]
        irk = openssl.card_key("SSSE/IRK", kind, self.row["AAB301"], self.card.atr)
        self.assertEqual(
            self.card.send(bytes.fromhex("0088000010") + factor + source),
            (openssl.cryptogram(kind, irk, factor, source), "9000"),
        )
        # With the version of the key, the only one.
        for version, status in ((b"\x01", "9000"), (b"\x02", "6A88")):
            answer = self.card.send(bytes.fromhex("0088000011") + factor + source + version)
            self.assertEqual(answer[1], status)
        self.assertEqual(answer[0], b"")

    def test_a_record_is_updated_under_its_key(self):
        self.select_ssse()
        new, old = "00DC022C03020132", "00DC022C03020131"
        self.refused(new, "6982")
        self.authenticate("SSSE/LUK1", 0x07)  # the wrong key
        self.refused(new, "6982")
        self.authenticate("SSSE/UK", 0x04)
        self.refused(new, "9000")
        # By tag in the current EF, and after a reset.
        self.assertEqual(self.ok("00B2022800"), b"\x02\x012")
        self.card.connection.reconnect()
        self.select_ssse()
        self.assertEqual(self.ok("00B2022800"), b"\x02\x012")
        self.authenticate("SSSE/UK", 0x04)
        self.refused(old, "9000")
        self.assertEqual(self.ok("00B2022C03"), b"\x02\x011")

    def test_ssc_read_says_the_same(self):
        code, out, err = ssc("read", "--reader", self.sim.reader)
        self.assertEqual(code, 0, out + err)
        line = next(line for line in out.splitlines() if line.startswith("iReadCardBas"))
        identification = facts.identification_code(self.generation, self.row, self.card.atr)
        expected = [
            self.row["AAB301"],
            self.row["AAC002"],
            self.row["AAZ500"],
            identification.hex().upper(),
            self.row["AAC003"],
            self.card.atr[4:].hex().upper(),
            self.generation,
            self.row["issue_date"],
            self.row["valid_to"],
        ]
        self.assertEqual(line.split(": ", 1)[1].split("|")[:9], expected)

    def test_the_return_file_names_the_card(self):
        self.assertEqual(len(self.returned), 1)
        returned = self.returned[0]
        code = facts.identification_code(self.generation, self.row, self.card.atr)
        self.assertEqual(returned["result"], "delivered")
        self.assertEqual(returned["AAC002"], self.row["AAC002"])
        self.assertEqual(returned["AAZ500"], self.row["AAZ500"])
        self.assertEqual(returned["AAZ501"], code.hex().upper())
        self.assertEqual(returned["AAZ507"], self.card.atr.hex().upper())


class Generation1(Generation, unittest.TestCase):
    generation = "1.00"

    def test_the_fingerprint_is_free(self):
        self.select_ssse()
        self.assertEqual(self.ok("00B0870010"), bytes(16))

    def test_there_is_no_key_0a(self):
        self.select_ssse()
        self.ok("0084000008")
        self.refused("0082000A10" + "00" * 16, "6A88")

    def test_a_file_of_the_key_that_writes_it(self):
        """UK2 of DF01 opens EF07, and does not open EF05, which is the PIN's."""
        self.select_ssse()
        self.ok("00A4000002DF01")
        challenge = self.ok("0084000008")
        kind, region = facts.ALGORITHM[self.generation], self.row["AAB301"]
        data = openssl.external_authentication("DF01/UK2", kind, region, self.card.atr, challenge, SOURCE)
        self.ok(bytes([0x00, 0x82, 0x00, 0x84, len(data)]) + data)
        self.assertEqual(self.ok("00B2293803"), b"\x29\x01\x00")
        self.refused("00B2202803", "6982")


class WithPhoto(Generation):
    photo = "good.jpg"

    def test_the_photo_needs_key_0a(self):
        self.select_ssse()
        self.refused("00B0880080", "6982")
        self.card.raw("00A4020002EF08")
        self.refused("00B0000080", "6982")
        self.authenticate()
        photo = self.ok("00B0880080")
        for offset in range(0x80, 0x1000, 0x80):
            photo += self.ok(f"00B0{offset:04X}80")
        self.assertEqual(photo[:3].hex(), "ffd8ff")
        end = photo.rindex(b"\xff\xd9") + 2
        self.assertGreater(end, 200)
        self.assertFalse(photo[end:].strip(b"\0"))
        self.refused("00B0100001", "6B00")


class Generation2(WithPhoto, unittest.TestCase):
    generation = "2.00"

    def test_the_fingerprint_needs_key_0a(self):
        self.select_ssse()
        self.refused("00B0870010", "6982")
        self.authenticate()
        self.assertEqual(self.ok("00B0870010"), bytes(16))


class Generation3(WithPhoto, unittest.TestCase):
    generation = "3.00"

    def test_a_key_version_may_follow_the_source(self):
        self.select_ssse()
        challenge = self.ok("0084000008")
        data = openssl.external_authentication(
            "SSSE/RK", openssl.SM4, self.row["AAB301"], self.card.atr, challenge, SOURCE
        )
        self.ok(bytes.fromhex("0082000A11") + data + b"\x01")
        self.assertEqual(self.ok("00B2083014")[2:], self.row["AAC002"].encode())
        # A reset takes the right away again.
        self.card.connection.reconnect()
        self.select_ssse()
        self.refused("00B2083014", "6982")
