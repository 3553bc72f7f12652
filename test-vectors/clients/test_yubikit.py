"""yubikit, an SCP03 client that is not ours, opens a blank card's security domain, replaces its keys and stores data."""

import unittest

import facts
from support import PCSCD, Sim, connected, terminal

from ykman.pcsc import ScardSmartCardConnection
from yubikit.core import TRANSPORT, BadResponseError
from yubikit.core.smartcard import ApduError
from yubikit.core.smartcard.scp import KeyRef, Scp03KeyParams, StaticKeys
from smartcard.CardConnection import CardConnection
from yubikit.securitydomain import KeyType, SecurityDomainSession

KID = 0x01
TRANSPORT_VERSION, ISSUER_VERSION = 0x30, 0x31
TRANSPORT_KEYS = StaticKeys.default()
# SYNTHETIC 合成数据
ISSUER_KEYS = StaticKeys(bytes(range(0x10, 0x20)), bytes(range(0x20, 0x30)), bytes(range(0x30, 0x40)))
NEXT_KEYS = StaticKeys(bytes(range(0x50, 0x60)), bytes(range(0x60, 0x70)), bytes(range(0x70, 0x80)))

# Typed after the manual's example: the directory of SSSE, its EF05 with record 7 masked until key 0A, its contents.
DIRECTORY = "0062 25 62 23 820138 8302DDF1 840F7378312E73682EC9E7BBE1B1A3D5CF A50988011E9F0C03860103"
EF05 = "0062 1B 62 19 82050521001207 80020040 8302EF05 8608 0000 0204 0701020A"
CONTENTS = """EF05 40 0110110100D156000005000000015C5C5C5C 020131 0304332E3030 040C110100FFFFFFFFFFFFFFFFFF
    050420260101 060420360101 0709583030303030303139"""


class CardTest(unittest.TestCase):
    """A blank card in a reader, and yubikit's session on it. yubikit's own search knows only its maker's readers by
    name: its connection is given pyscard's reader."""

    def setUp(self):
        self.sim = self.enterContext(Sim(1))
        self.connect()

    def connect(self):
        pyscard = self.enterContext(connected(self.sim.reader))
        pyscard.reconnect()
        self.connection = ScardSmartCardConnection(pyscard)
        # So it takes short APDUs: only what it thinks is its maker's USB key gets extended ones.
        self.assertEqual(self.connection.transport, TRANSPORT.NFC)
        self.session = SecurityDomainSession(self.connection)

    def open(self, version=TRANSPORT_VERSION, keys=TRANSPORT_KEYS):
        self.session = SecurityDomainSession(self.connection)
        self.session.authenticate(Scp03KeyParams(KeyRef(KID, version), keys))

    def put(self, version, keys, replace):
        self.session.put_key(KeyRef(KID, version), keys, replace_kvn=replace)

    def store(self, stream, block=100):
        """STORE DATA in blocks that are cut anywhere. yubikit's store_data() sends class 04; this goes as 84 E2."""
        data = bytes.fromhex(stream)
        blocks = [data[at : at + block] for at in range(0, len(data), block)]
        for number, part in enumerate(blocks):
            last = number == len(blocks) - 1
            self.session.protocol.send_apdu(0x80, 0xE2, 0x88 if last else 0x08, number, part)

    def versions(self):
        return {key.kvn for key in self.session.get_key_information()}

    def assert_status(self, status, call, *arguments):
        with self.assertRaises(ApduError) as caught:
            call(*arguments)
        self.assertEqual(f"{caught.exception.sw:04X}", status)


class SecurityDomain(CardTest):
    def test_its_data_can_be_read_before_and_inside_the_channel(self):
        expected = {KeyRef(kid, TRANSPORT_VERSION): {KeyType.AES: 16} for kid in (1, 2, 3)}
        for inside in (False, True):
            if inside:
                self.open()
            self.assertEqual(self.session.get_key_information(), expected)
            # GlobalPlatform's OID 1.2.840.114283.1 opens the card recognition data; SCP03 i = 70 ends it.
            recognition = self.session.get_card_recognition_data()
            self.assertEqual(recognition[:9].hex(), "06072a864886fc6b01")
            self.assertIn(bytes.fromhex("2a864886fc6b040370"), recognition)
            # CPLC: the serial number, four bytes from 12 on, is the card's: the last bytes of the ATR.
            cplc = self.session.get_data(0x9F7F)
            atr = bytes(self.connection.connection.getATR())
            self.assertEqual((len(cplc), cplc[12:16]), (42, atr[-4:]))
            self.assert_status("6A88", self.session.get_data, 0x7E7E)

    def test_level_33_with_the_version_or_with_zero(self):
        for version in (TRANSPORT_VERSION, 0):
            self.open(version)
            self.assertEqual(self.versions(), {TRANSPORT_VERSION})

    def test_wrong_keys_and_versions_are_refused(self):
        # The client sees it by the card's cryptogram …
        with self.assertRaises(ValueError):
            self.open(keys=ISSUER_KEYS)
        # … and the card says it of a version that it has not.
        with self.assertRaises((ValueError, ApduError)):
            self.open(version=ISSUER_VERSION)
        self.open()

    def test_what_changes_the_card_needs_the_channel(self):
        for command in ("80E2880003EF0500", "80F0800F00", "80D8308101" + "31"):
            answer, status = self.connection.send_and_receive(bytes.fromhex(command))
            self.assertEqual((answer, f"{status:04X}"), (b"", "6982"), command)

    def test_a_damaged_mac_ends_the_channel(self):
        self.open()
        state = self.session.protocol._processor.state
        chaining = state._mac_chain
        state._mac_chain = bytes(16)
        with self.assertRaises(ApduError) as caught:
            self.store(DIRECTORY)
        self.assertIn(caught.exception.sw, (0x6982, 0x6988))
        state._mac_chain = chaining
        with self.assertRaises((ApduError, BadResponseError)):
            self.store(DIRECTORY)
        self.open()
        self.store(DIRECTORY)


class Repeating:
    """A stack below yubikit that fetches on T=0 what 61xx promises, in the class of the command (as Java's), or leaves it to
    yubikit, which fetches in class 00."""

    def __init__(self, connection, repeats):
        self.inner, self.repeats, self.log = connection, repeats, []

    def __getattr__(self, name):
        return getattr(self.inner, name)

    def send_and_receive(self, apdu):
        answer, status = self.send(apdu)
        while self.repeats and status >> 8 == 0x61:
            more, status = self.send(bytes([apdu[0], 0xC0, 0, 0, status & 0xFF]))
            answer += more
        return answer, status

    def send(self, apdu):
        answer, status = self.inner.send_and_receive(apdu)
        self.log.append((apdu[:4].hex().upper(), f"{status:04X}"))
        return answer, status


class Channel(CardTest):
    def test_get_data_on_t0_in_both_classes(self):
        """GET DATA has its MAC as data, so on T=0 its answer waits: for 00 C0, or for the class repeated, which is no secured
        command."""
        self.assertEqual(self.connection.connection.getProtocol(), CardConnection.T0_protocol)
        bare = self.connection
        for repeats in (False, True):
            self.connection = Repeating(bare, repeats)
            self.open()
            for _ in range(2):
                self.assertEqual(self.versions(), {TRANSPORT_VERSION})
                self.assert_fetched("04CA00E0", "04C00000" if repeats else "00C00000")
                answer = self.session.protocol.send_apdu(0x80, 0xCA, 0x00, 0xE0)
                self.assertEqual(answer[:2].hex(), "e012")
                self.assert_fetched("84CA00E0", "84C00000" if repeats else "00C00000")

    def assert_fetched(self, command, fetch):
        (asked, more), (fetched, done) = self.connection.log[-2:]
        self.assertEqual((asked, more[:2], fetched, done), (command, "61", fetch, "9000"))


class Keys(CardTest):
    def test_put_key_replaces_the_transport_keys(self):
        self.open()
        self.put(ISSUER_VERSION, ISSUER_KEYS, TRANSPORT_VERSION)
        self.connect()
        self.assertEqual(self.versions(), {ISSUER_VERSION})
        with self.assertRaises((ValueError, ApduError)):
            self.open(0, TRANSPORT_KEYS)
        with self.assertRaises((ValueError, ApduError)):
            self.open(TRANSPORT_VERSION, TRANSPORT_KEYS)
        self.open(0, ISSUER_KEYS)
        self.open(ISSUER_VERSION, ISSUER_KEYS)
        # Once more, under the new data-encryption key.
        self.put(0x32, NEXT_KEYS, ISSUER_VERSION)
        self.open(0x32, NEXT_KEYS)
        self.assertEqual(self.versions(), {0x32})

    def test_put_key_as_a_new_set(self):
        """GlobalPlatform 11.8.2.1: P1 00 is a new key set. This card keeps one set, so the new one is the only one."""
        self.open()
        self.put(ISSUER_VERSION, ISSUER_KEYS, 0)
        self.connect()
        self.open(ISSUER_VERSION, ISSUER_KEYS)
        self.assertEqual(self.versions(), {ISSUER_VERSION})

    def test_put_key_for_a_set_that_is_not_there(self):
        self.open()
        with self.assertRaises(ApduError):
            self.put(ISSUER_VERSION, ISSUER_KEYS, 0x55)
        self.connect()
        self.open(TRANSPORT_VERSION, TRANSPORT_KEYS)

    def test_keys_under_another_dek_are_refused_by_their_check_value(self):
        wrong_dek = TRANSPORT_KEYS._replace(key_dek=bytes(16))
        self.open(keys=wrong_dek)
        with self.assertRaises(ApduError):
            self.put(ISSUER_VERSION, ISSUER_KEYS, TRANSPORT_VERSION)
        self.connect()
        self.open(TRANSPORT_VERSION, TRANSPORT_KEYS)


class StoreData(CardTest):
    def read_record_3(self):
        with terminal(PCSCD.readers[1]) as card:
            card.connection.reconnect()
            card.raw(facts.SELECT_SSSE)
            return card.raw("00B2032C06")

    def create_and_fill(self, block):
        self.open()
        self.store(DIRECTORY + EF05 + CONTENTS, block)
        self.connection.close()
        self.assertEqual(self.read_record_3(), (b"\x03\x043.00", "9000"))

    def test_a_file_is_created_and_filled_in_one_block(self):
        self.create_and_fill(200)

    def test_a_file_is_created_and_filled_in_blocks_that_cut_a_name_and_a_record(self):
        self.create_and_fill(41)

    def test_a_file_is_created_and_filled_in_blocks_of_one_byte(self):
        self.create_and_fill(1)

    def test_selecting_it_from_the_security_domain(self):
        self.open()
        self.store(DIRECTORY + EF05 + CONTENTS)
        self.assertEqual(self.session.protocol.select(facts.SSSE), facts.FCI["3.00"])
        send = self.session.protocol.send_apdu
        self.assertEqual(send(0, 0xB2, 0x03, 0x2C), b"\x03\x043.00")
        # Record 7 is masked: key 0A is needed, and this card has none.
        self.assertEqual(send(0, 0xB2, 0x07, 0x2C), b"\x07\x09" + bytes(9))
        # UPDATE needs key 04.
        self.assert_status("6982", send, 0, 0xDC, 0x02, 0x2C, b"\x02\x01\x32")

    def test_a_refused_block_changes_nothing(self):
        self.open()
        with self.assertRaises(ApduError):
            self.store(DIRECTORY + EF05 + "EF05 03 050200")  # a record of two bytes ends after one
        self.assertEqual(self.read_record_3()[1][:2], "6A")
