"""javax.smartcardio, which no one here wrote: SCP03 in a channel on T=0, where it repeats the class in GET RESPONSE, and EF05."""

import os
import subprocess
import unittest

import facts
from support import ROOT, RUN_SECONDS, Sim, folder, ssc, terminal, write_batch

PROGRAM = ROOT / "test-vectors/clients/SmartcardIo.java"
GENERATION = "3.00"
TRANSPORT_VERSION, TRANSPORT_KEY = 0x30, bytes(range(0x40, 0x50))
# GlobalPlatform 11.3.3.1: C0 04, then identifier, version, AES (88) and length of each key.
KEY_INFORMATION = bytes.fromhex("E012") + b"".join(bytes([0xC0, 4, kid, TRANSPORT_VERSION, 0x88, 16]) for kid in (1, 2, 3))


def java(reader, *arguments):
    """Runs the program from its source, and returns what it printed."""
    # The JDK looks for libpcsclite.so, which only a compiler needs; this is the name that programs link.
    command = ["java", "-Dsun.security.smartcardio.library=libpcsclite.so.1", PROGRAM, reader, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=RUN_SECONDS, env=dict(os.environ, LC_ALL="C.UTF-8"))
    if done.returncode:
        raise AssertionError(f"java ended with {done.returncode}\n{done.stdout}{done.stderr}")
    pairs = (line.split("=") for line in done.stdout.splitlines())
    return {name: bytes.fromhex(value) for name, value in pairs}


class Java(unittest.TestCase):
    def test_scp03_in_a_channel_on_t0(self):
        with Sim(0) as sim:
            told = java(sim.reader, "channel", f"{TRANSPORT_VERSION:02X}", TRANSPORT_KEY.hex())
        self.assertEqual(len(told["initialize"]), 32)
        self.assertEqual(told["keys"], KEY_INFORMATION)

    def test_ef05_of_an_issued_card(self):
        row = facts.person(GENERATION)
        with folder() as path, Sim(0) as sim:
            write_batch(path / "batch.csv", [row])
            code, out, err = ssc(
                "issue", path / "batch.csv", "--generation", GENERATION, "--reader", sim.reader, "-o", path / "return.csv"
            )  # fmt: skip
            self.assertEqual(code, 0, out + err)
            told = java(sim.reader, "records")
            with terminal(sim.reader) as card:
                atr = card.atr
        records = facts.ef05(GENERATION, row, atr)
        records[6] = (0x07, bytes(9))  # masked until key 0A
        self.assertEqual(told.pop("fci"), facts.FCI[GENERATION])
        self.assertEqual(list(told.values()), [bytes([tag, len(value)]) + value for tag, value in records])
