"""Bad input through `ssc`: a clear message on stderr, the exit code that `ssc --help` lists, and never a panic."""

import pathlib
import unittest

import facts
from support import PCSCD, ROOT, folder, ssc, write_batch

# As `ssc --help` lists them.
OUTPUT, USAGE, INPUT, READER, CARD, KEYS, INCOMPLETE = 1, 2, 3, 4, 5, 6, 7
SAMPLES = ROOT / "test-vectors/batches"


class BadInput(unittest.TestCase):
    def setUp(self):
        self.path = self.enterContext(folder())

    def refused(self, code, *arguments, data=b"", says=""):
        found, out, err = ssc(*arguments, data=data)
        words = f"ssc {' '.join(map(str, arguments))}: {found}\n{out}{err}"
        self.assertNotIn("panicked", err, words)
        self.assertNotIn("RUST_BACKTRACE", err, words)
        self.assertEqual(found, code, words)
        self.assertTrue(err.strip(), words)
        self.assertIn(says, err, words)
        return out, err

    def batch(self, data):
        path = self.path / "batch.csv"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    # --- APDUs

    def test_truncated_apdus_are_not_sent(self):
        for apdu in ("00", "00A4", "00A404", "00A404000F7378", "00A4040002AABBCCDD", "0020000003 12"):
            self.refused(INPUT, "apdu", "--reader", "sim", apdu)

    def test_what_is_not_hexadecimal_is_not_shown(self):
        for apdu in ("00200000031234G6", "002000000312345", "", "00200000０3123456"):
            out, err = self.refused(INPUT, "apdu", "--reader", "sim", apdu, says="nothing was sent")
            self.assertNotIn("1234", out + err)

    def test_an_apdu_that_the_card_refuses(self):
        self.refused(CARD, "apdu", "--reader", "sim", "00A4040002AABB", says="6A82")
        self.refused(CARD, "apdu", "--reader", "sim", "00FF0000", says="6D00")

    def test_raw_bytes_reach_the_card_and_it_judges_them(self):
        for apdu in ("00A404000F7378", "00", "00A4", "00840000", "0084000008FF", "00B2", "FF" * 300):
            found, out, err = ssc("apdu", "--raw", "--reader", "sim", apdu)
            self.assertIn(found, (0, INPUT, CARD), f"{apdu}: {out}{err}")
            self.assertNotIn("panicked", err)

    # --- batches

    def test_malformed_csv(self):
        good = (SAMPLES / "good-utf8.csv").read_bytes()
        lines = good.split(b"\r\n")
        cases = {
            "empty": b"",
            "one column": b"AAC002\r\n110105199003079978\r\n",
            "short row": b"\r\n".join([lines[0], lines[1].rsplit(b",", 6)[0], b""]),
            "long row": b"\r\n".join([lines[0], lines[1] + b",more,and,more", b""]),
            "open quote": b"\r\n".join([lines[0], b'"' + lines[1], lines[2], b""]),
            "unknown column": lines[0] + b",AAC999\r\n" + lines[1] + b",1\r\n",
            "NUL": good.replace(b"110105199003079978", b"1101051990\x00079978"),
            "binary": bytes(range(256)) * 20,
            "a photo": (SAMPLES / "photos/good.jpg").read_bytes(),
        }
        for name, data in cases.items():
            with self.subTest(name):
                batch = self.batch(data)
                self.refused(INPUT, "batch", "check", batch)
                self.refused(INPUT, "issue", batch, "--generation", "3.00")
                self.assertEqual([file.name for file in self.path.iterdir()], ["batch.csv"])

    def test_a_batch_of_nobody_is_not_issued(self):
        heading = (SAMPLES / "good-utf8.csv").read_bytes().split(b"\r\n")[0]
        self.refused(INPUT, "issue", self.batch(heading), "--generation", "3.00")
        self.assertEqual([file.name for file in self.path.iterdir()], ["batch.csv"])

    def test_wrong_encodings(self):
        good = (SAMPLES / "good-utf8.csv").read_bytes().decode("utf-8-sig")
        cases = {
            "UTF-16 with a mark": good.encode("utf-16"),
            "UTF-16 without": good.encode("utf-16-le"),
            "Big5 bytes that are no GB18030": good.split("\r\n")[0].encode() + b"\r\n110105199003079978,\xff\xfe\x80,1,01,19900307\r\n",
            "UTF-8 cut in a character": good.encode()[: good.encode().index("欧".encode()) + 1],
        }
        for name, data in cases.items():
            with self.subTest(name):
                batch = self.batch(data)
                self.refused(INPUT, "batch", "check", batch)
                self.refused(INPUT, "issue", batch, "--generation", "3.00")

    def test_both_encodings_are_read_alike(self):
        for name in ("good-utf8.csv", "good-gb18030.csv"):
            code, out, err = ssc("batch", "check", SAMPLES / name)
            self.assertEqual(code, 0, out + err)
            self.assertIn("4 valid", out)

    def test_every_fault_is_told_in_one_run(self):
        out, _ = self.refused(INPUT, "batch", "check", SAMPLES / "faults.csv")
        expected = (SAMPLES / "faults.expected.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
        lines = {line.split(",")[0] for line in expected}
        for line in lines - {""}:
            self.assertRegex(out, rf"\b{line}\b")
        # And no full number among them.
        self.assertNotRegex(out, r"110105(19|20)\d{9}[\dX]")

    def test_faults_are_skipped_only_on_request(self):
        rows = [facts.person("3.00"), facts.person("3.00") | {"AAC002": "650102200002299963", "AAZ500": facts.card_number("C0000005")}]
        batch = self.path / "batch.csv"
        write_batch(batch, rows)
        self.refused(INPUT, "issue", batch, "--generation", "3.00")
        self.assertFalse((self.path / "batch.return.csv").exists())
        self.refused(INCOMPLETE, "issue", batch, "--generation", "3.00", "--skip-invalid")
        self.assertIn("delivered", (self.path / "batch.return.csv").read_text(encoding="utf-8-sig"))
        self.assertIn("650102200002299963", (self.path / "batch.refused.csv").read_text(encoding="utf-8-sig"))

    def test_a_return_file_is_never_overwritten(self):
        batch = self.path / "batch.csv"
        write_batch(batch, [facts.person("3.00")])
        self.assertEqual(ssc("issue", batch, "--generation", "3.00")[0], 0)
        kept = (self.path / "batch.return.csv").read_bytes()
        self.refused(OUTPUT, "issue", batch, "--generation", "3.00", says="exist")
        self.assertEqual((self.path / "batch.return.csv").read_bytes(), kept)

    # --- keys, readers, images, options

    def test_a_wrong_passphrase(self):
        vault = ROOT / "test-vectors/keys/demo.vault"
        secret = self.path / "passphrase"
        batch = self.path / "batch.csv"
        write_batch(batch, [facts.person("3.00")])
        secret.touch(mode=0o600)
        for passphrase in ("wrong-one\n", "\n", "demo \n", "x" * 5000):
            secret.write_text(passphrase)
            for command in (["keys", "show", vault], ["issue", batch, "--generation", "3.00", "--vault", vault, "--throw-away"]):
                _, err = self.refused(KEYS, *command, "--passphrase-file", secret, says="passphrase")
                self.assertNotIn("wrong-one", err)
        self.assertFalse((self.path / "batch.return.csv").exists())
        secret.write_text("demo\n")
        self.assertEqual(ssc("keys", "show", vault, "--passphrase-file", secret)[0], 0)

    def test_a_damaged_vault(self):
        secret = self.path / "passphrase"
        secret.touch(mode=0o600)
        secret.write_text("demo\n")
        good = (ROOT / "test-vectors/keys/demo.vault").read_bytes()
        damaged = self.path / "damaged.vault"
        for data in (b"", good[:100], good[:-30], good.replace(b"A", b"B", 3), b"\x00\xff" * 500):
            damaged.write_bytes(data)
            self.refused(KEYS, "keys", "show", damaged, "--passphrase-file", secret)
        self.refused(KEYS, "keys", "show", self.path / "nowhere.vault", "--passphrase-file", secret)

    def test_no_reader_and_no_card(self):
        self.refused(READER, "read", "--reader", "Nobody's reader", says="Head 1")
        self.refused(READER, "read", "--reader", PCSCD.readers[2], says="no card")
        self.refused(READER, "sim", "--port", "1", says="vsmartcard-vpcd")

    def test_an_image_that_is_none(self):
        image = self.path / "card.ssccard"
        for data in (b"", b"no image", bytes(200_000), pathlib.Path(__file__).read_bytes()):
            image.write_bytes(data)
            self.refused(INPUT, "read", "--image", image)
            self.assertEqual(image.read_bytes(), data)

    def test_wrong_options(self):
        for arguments in (
            ["issue"],
            ["issue", "x.csv"],
            ["issue", "x.csv", "--generation", "4.00"],
            ["issue", "x.csv", "--generation", "3.00", "--region", "99"],
            ["sim", "--stack", "0x"],
            ["sim", "--port", "70000"],
            ["nothing"],
            ["apdu"],
            ["read", "--lang", "de"],
        ):
            self.refused(USAGE, *arguments)
        self.refused(INPUT, "issue", self.path / "nowhere.csv", "--generation", "3.00", says="nowhere.csv")
