"""A client of pySim's kind, written after what pySim sends: Le is cut off on T=0, GET RESPONSE repeats the class of the command
(84 C0 in a channel), 6Cxx is sent again, a channel at 03, 13 or 33, STORE DATA that tells no structure, GET STATUS with a
list of tags. Its SCP03 is GlobalPlatform Amendment D over `cryptography`; nothing of this project's code takes part."""

import unittest

import facts
from support import Sim, connected

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC
from test_yubikit import CONTENTS, DIRECTORY, EF05

ISD = "A000000151000000"
TRANSPORT_KEY = bytes(range(0x40, 0x50))
TAGS = "5C054F9F70C5CC"


def cmac(key, data):
    mac = CMAC(algorithms.AES(key))
    mac.update(data)
    return mac.finalize()


def aes(key, iv, data, decrypt=False):
    cipher = Cipher(algorithms.AES(key), modes.CBC(iv))
    worker = cipher.decryptor() if decrypt else cipher.encryptor()
    return worker.update(data) + worker.finalize()


def pad80(data):
    return data + b"\x80" + bytes(-(len(data) + 1) % 16)


def derive(key, constant, bits, context):
    return cmac(key, bytes(11) + bytes([constant, 0, 0, bits, 1]) + context)[: bits // 8]


class Link:
    """What pySim does with 61xx and 6Cxx. It is told what was sent, and answered with data and status word."""

    def __init__(self, connection):
        self.connection = connection
        self.log = []

    def tpdu(self, command):
        data, sw1, sw2 = self.connection.transmit(list(command))
        self.log.append((command[:4].hex().upper(), f"{sw1:02X}{sw2:02X}"))
        return bytes(data), sw1 << 8 | sw2

    def apdu(self, command):
        if len(command) == 4:
            command += b"\0"
        elif len(command) > 5 and len(command) == 5 + command[4] + 1:
            command = command[:-1]
        data, sw = self.tpdu(command)
        while sw >> 8 == 0x61:
            more, sw = self.tpdu(command[:1] + bytes.fromhex("C00000") + bytes([sw & 0xFF]))
            data += more
        if sw >> 8 == 0x6C:
            data, sw = self.tpdu(command[:4] + bytes([sw & 0xFF]))
        return data, sw


class Channel:
    """SCP03 with i = 70, as pySim wraps: after the channel is open every command goes in class 84."""

    def __init__(self, link, level):
        self.link, self.level, self.counter, self.chaining = link, level, 0, bytes(16)
        host = bytes(8)
        answer, sw = link.apdu(bytes.fromhex("8050300008") + host + b"\0")
        assert sw == 0x9000 and len(answer) == 32, f"INITIALIZE UPDATE: {sw:04X}"
        context = host + answer[13:21]
        self.enc, self.mac, self.rmac = (derive(TRANSPORT_KEY, constant, 128, context) for constant in (4, 6, 7))
        assert answer[21:29] == derive(self.mac, 0, 64, context), "the card's cryptogram"
        command = bytes([0x84, 0x82, level, 0, 16]) + derive(self.mac, 1, 64, context)
        self.chaining = cmac(self.mac, self.chaining + command)
        assert link.apdu(command + self.chaining[:8])[1] == 0x9000, "EXTERNAL AUTHENTICATE"

    def iv(self, first):
        return aes(self.enc, bytes(16), bytes([first]) + self.counter.to_bytes(15, "big"))

    def apdu(self, header, data=b""):
        header = bytes.fromhex(header)
        self.counter += 1
        if self.level & 0x02 and data:
            data = aes(self.enc, self.iv(0x00), pad80(data))
        command = bytes([header[0] | 0x04]) + header[1:] + bytes([len(data) + 8]) + data
        self.chaining = cmac(self.mac, self.chaining + command)
        answer, sw = self.link.apdu(command + self.chaining[:8] + b"\0")
        if self.level & 0x10 and (sw == 0x9000 or sw >> 8 in (0x62, 0x63)):
            answer, mac = answer[:-8], answer[-8:]
            assert mac == cmac(self.rmac, self.chaining + answer + sw.to_bytes(2, "big"))[:8], "the R-MAC"
            if self.level & 0x20 and answer:
                answer = aes(self.enc, self.iv(0x80), answer, decrypt=True).rstrip(b"\0")[:-1]
        return answer, f"{sw:04X}"

    def status(self, subset, name=""):
        """pySim's get_status: answers until the status word is not 6310."""
        entries, p2 = b"", 0x02
        criteria = bytes([0x4F, len(name) // 2]) + bytes.fromhex(name + TAGS)
        while True:
            answer, sw = self.apdu(f"80F2{subset}{p2:02X}", criteria)
            entries += answer
            if sw != "6310":
                return entries.hex().upper(), sw
            p2 |= 0x01

    def store(self, stream, size):
        """pySim's store_data: the last block has bit 8, and no structure is told."""
        data = bytes.fromhex(stream)
        blocks = [data[at : at + size] for at in range(0, len(data), size)]
        for number, block in enumerate(blocks):
            p1 = 0x80 if number == len(blocks) - 1 else 0x00
            answer = self.apdu(f"80E2{p1:02X}{number:02X}", block)
            assert answer == (b"", "9000"), answer


def domain(state):
    return f"E3134F08{ISD}9F7001{state}C503800400"


def application(name):
    inner = f"4F{len(name) // 2:02X}{name}9F700107C503000000CC08{ISD}"
    return f"E3{len(inner) // 2:02X}{inner}"


class BlankCard(unittest.TestCase):
    def setUp(self):
        self.sim = self.enterContext(Sim(2))
        self.link = Link(self.enterContext(connected(self.sim.reader)))
        # Its select_adf asks for P2 04.
        answer, sw = self.link.apdu(bytes.fromhex(f"00A4040408{ISD}00"))
        self.assertEqual((answer.hex().upper()[:24], sw), (f"6F108408{ISD}", 0x9000))

    def test_data_objects_on_t0_in_a_channel(self):
        for level in (0x01, 0x03, 0x13, 0x33):
            with self.subTest(level=level):
                channel = Channel(self.link, level)
                answer, sw = channel.apdu("80CA00E0")
                self.assertEqual((answer.hex().upper(), sw), ("E012C00401308810C00402308810C00403308810", "9000"))
                # It was T=0, and the class was repeated.
                (asked, more), (fetched, done) = self.link.log[-2:]
                self.assertEqual((asked, more[:2], fetched, done), ("84CA00E0", "61", "84C00000", "9000"))
                self.assertEqual(channel.apdu("80CA7E7E"), (b"", "6A88"))
                self.assertEqual(channel.apdu("80CA00E0"), (answer, "9000"))

    def test_store_data_without_a_structure(self):
        for size in (200, 41):
            with self.subTest(size=size):
                channel = Channel(self.link, 0x33)
                channel.store("00F000", 3)
                self.assertEqual(channel.status("40"), ("", "6A88"))
                channel.store(DIRECTORY + EF05 + CONTENTS, size)
                self.assertEqual(channel.status("40"), (application(facts.SSSE.hex().upper()), "9000"))
                self.link.apdu(facts.SELECT_SSSE + b"\0")
                self.assertEqual(self.link.apdu(bytes.fromhex("00B2032C06")), (b"\x03\x043.00", 0x9000))
                self.link.apdu(bytes.fromhex(f"00A4040408{ISD}00"))

    def test_its_life_cycle_and_what_is_not_there(self):
        channel = Channel(self.link, 0x13)
        self.assertEqual(channel.status("80"), (domain("01"), "9000"))
        self.assertEqual(channel.apdu("80F0800F"), (b"", "9000"))
        self.assertEqual(channel.status("80"), (domain("0F"), "9000"))
        for subset in ("20", "10", "40"):
            self.assertEqual(channel.status(subset), ("", "6A88"))
        self.assertEqual(channel.status("80", "A0000000030000"), ("", "6A88"))

    def test_without_the_channel(self):
        self.assertEqual(self.link.apdu(bytes.fromhex("80F28002024F0000")), (b"", 0x6982))
