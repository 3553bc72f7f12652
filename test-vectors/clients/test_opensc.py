"""opensc-tool reads a card, and its probing changes nothing on it."""

import subprocess
import unittest

import facts
from support import RUN_SECONDS, Sim, folder, ssc, terminal, write_batch

GENERATION = "2.00"
# opensc-tool fetches 61xx only where there is an Le.
SELECT_SSSE = facts.SELECT_SSSE.hex() + "00"


def opensc(reader, *arguments):
    done = subprocess.run(["opensc-tool", "-r", reader, *arguments], capture_output=True, timeout=RUN_SECONDS)
    return done.returncode, done.stdout.decode(errors="replace") + done.stderr.decode(errors="replace")


def answers(output):
    """The answers as (data, status word). opensc-tool prints `Received (SW1=0x90, SW2=0x00):` and a dump: sixteen bytes a
    line, then as characters; the columns of a first and only line are as narrow as its bytes."""
    found = []
    for part in output.split("Received (")[1:]:
        head, *lines = part.split("Sending:")[0].splitlines()
        sw = head.split("SW1=0x")[1][:2] + head.split("SW2=0x")[1][:2]
        width = 48 if len(lines) != 1 else len(lines[0]) // 4 * 3
        found.append((bytes.fromhex("".join(line[:width] for line in lines)), sw))
    return found


class OpenscTool(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.row = facts.person(GENERATION)
        path = cls.enterClassContext(folder())
        write_batch(path / "batch.csv", [cls.row])
        cls.sim = cls.enterClassContext(Sim(2))
        code, out, err = ssc(
            "issue", path / "batch.csv", "--generation", GENERATION,
            "--reader", cls.sim.reader, "-o", path / "return.csv",
        )  # fmt: skip
        assert code == 0, f"ssc issue ended with {code}\n{out}{err}"

    def test_it_reads_ef05_and_ef06(self):
        with terminal(self.sim.reader) as card:
            atr = card.atr
        records = facts.ef05(GENERATION, self.row, atr) + facts.ef06(GENERATION, self.row)
        commands = [SELECT_SSSE]
        # By SFI and number, and by SFI and tag; the wrong Le 00 is legal, and one too short is put right by it.
        commands += [f"00B2{number:02X}2C00" for number in range(1, 8)]
        commands += [f"00B2{tag:02X}30{len(value) + 2:02X}" for tag, value in records[7:]]
        commands += ["00B2032C05"]
        arguments = [word for command in commands for word in ("-s", command)]
        code, output = opensc(self.sim.reader, "-c", "default", *arguments)
        self.assertEqual(code, 0, output)
        expected = [(facts.FCI[GENERATION], "9000")]
        expected += [(bytes([tag, len(value)]) + value, "9000") for tag, value in records]
        expected += [(b"\x03\x042.00", "9000")]
        self.assertEqual(answers(output), expected)

    def test_it_shows_the_atr(self):
        code, output = opensc(self.sim.reader, "-c", "default", "-a")
        self.assertEqual(code, 0, output)
        self.assertTrue(output.startswith("3b:6d:00:00:"), output)

    def test_its_probing_changes_nothing(self):
        before = self.counters()
        # Without `-c` it asks which of all cards it knows this is, with VERIFY, GET DATA and SELECT of strange ones.
        for _ in range(3):
            opensc(self.sim.reader, "-s", SELECT_SSSE)
            opensc(self.sim.reader, "-n")
        self.assertEqual(self.counters(), before)
        # The PIN has all its tries: two wrong ones leave one, and the right one is taken.
        with terminal(self.sim.reader) as card:
            card.connection.reconnect()
            card.raw(facts.SELECT_SSSE)
            self.assertEqual(card.raw("0020000003000000")[1], "63C2")
            self.assertEqual(card.raw("0020000003000000")[1], "63C1")
            self.assertEqual(card.raw("0020000003123456")[1], "9000")

    def counters(self):
        """What a stranger can see of the card's state: sequence counter, key information, CPLC, and all of EF05."""
        with terminal(self.sim.reader) as card:
            card.connection.reconnect()
            seen = [card.send("00A4040008A000000151000000")]
            seen += [card.send(f"80CA{tag}00") for tag in ("00C1", "00E0", "9F7F", "0066")]
            for data, status in seen:
                self.assertEqual(status, "9000")
                self.assertTrue(data)
            seen += [card.send(facts.SELECT_SSSE)]
            seen += [card.send(f"00B2{number:02X}2C00") for number in range(1, 8)]
            return seen
