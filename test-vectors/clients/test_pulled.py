"""A reader is pulled out in the middle of a card: a clear error, no half card counted as issued, and the card can be begun
again. `ssc sim` is killed, which cuts its power as well: what its image holds is what was on disk before the last answer."""

import os
import random
import re
import signal
import unittest

import facts
from support import RUN_SECONDS, Sim, folder, read_return, spawn, ssc, terminal, write_batch

GENERATION = "3.00"
TRIES = 8
# The exit code of an order with cards that were not issued, as `ssc --help` lists it.
INCOMPLETE = 7
SEED = int(os.environ.get("SSC_PULL_SEED", random.randrange(1 << 32)))


def issue(path, reader, name, *arguments):
    return (
        "issue", path / "batch.csv", "--generation", GENERATION, "--reader", reader,
        "-o", path / name, "--store", path / f"{name}.db", *arguments,
    )  # fmt: skip


def is_command(line):
    """Whether a line of the trace is a command: time and reader stand before the mark."""
    return re.match(rb"[0-9:.]+Z .*? > ", line) is not None


class Pulled(unittest.TestCase):
    def setUp(self):
        self.path = self.enterContext(folder())
        self.image = self.path / "card.ssccard"
        self.row = facts.person(GENERATION)

    def read_back(self, sim):
        with terminal(sim.reader) as card:
            card.connection.reconnect()
            card.raw(facts.SELECT_SSSE)
            return card.send("00B2012C12"), facts.identification_code(GENERATION, self.row, card.atr)

    def assert_readable(self, sim):
        read, code = self.read_back(sim)
        self.assertEqual(read, (b"\x01\x10" + code, "9000"))

    def commands_of_a_card(self):
        write_batch(self.path / "batch.csv", [self.row])
        with Sim(0, "--trace") as sim:
            code, out, err = ssc(*issue(self.path, sim.reader, "whole.csv"))
            self.assertEqual(code, 0, out + err)
            sim.pull()
            return sum(is_command(line.encode()) for line in sim.words().splitlines())

    def pull_at(self, sim, command):
        """Kills `ssc sim` as soon as its trace shows so many commands; it may have come a little further by then."""
        for line in sim.process.stdout:
            command -= is_command(line)
            if command <= 0:
                break
        sim.pull(signal.SIGKILL)

    def pull_in_the_middle(self, sim, command, name):
        order = spawn(*issue(self.path, sim.reader, name, "--wait", 1))
        self.pull_at(sim, command)
        words = order.communicate(timeout=RUN_SECONDS)[0].decode(errors="replace")
        return order.returncode, words

    def test_at_random_commands(self):
        whole = self.commands_of_a_card()
        self.assertGreater(whole, 20)
        chance = random.Random(SEED)
        in_the_middle = 0
        for number in range(TRIES):
            # One in each stretch of the card, from its first command to its last.
            command = chance.randint(whole * number // TRIES + 1, whole * (number + 1) // TRIES)
            with self.subTest(seed=SEED, command=f"{command} of {whole}"):
                self.image.unlink(missing_ok=True)
                with Sim(0, "--trace", "--image", self.image) as sim:
                    code, words = self.pull_in_the_middle(sim, command, f"pulled{number}.csv")
                in_the_middle += self.judge(code, words, self.path / f"pulled{number}.csv")
                self.begin_again(code, number)
        self.assertGreaterEqual(in_the_middle, TRIES // 2, f"seed {SEED}: hardly a card was pulled in its middle")

    def judge(self, code, words, name):
        """What the order says of the card; whether it was reached at all."""
        self.assertNotIn("panicked", words)
        rows = read_return(name) if name.exists() else []
        if code == 0:
            self.assertEqual([row["result"] for row in rows], ["delivered"])
            return False
        self.assertNotIn("delivered", [row["result"] for row in rows])
        reached = bool(rows) and rows[0]["AAZ507"] != ""
        if reached:
            self.assertEqual(code, INCOMPLETE, words)
            self.assertEqual([row["result"] for row in rows], ["unfinished"])
            self.assertEqual(rows[0]["AAC002"], self.row["AAC002"])
            # What happened, and what to do.
            self.assertRegex(rows[0]["reason"], "taken out|gone|failed")
            self.assertRegex(rows[0]["reason"], "again")
            why = rows[0]["reason"].rsplit("; ", 1)[-1]
            self.assertIn(why, re.sub(r"\s+", " ", words))
        self.assertTrue(words.strip())
        return reached

    def begin_again(self, code, number):
        """The same card in the same reader: continued for the same person, or asked whether it is finished already."""
        with Sim(0, "--image", self.image) as sim:
            if code != 0:
                name = f"pulled{number}.csv"
                again, out, err = ssc(*issue(self.path, sim.reader, name, "--resume"))
                self.assertEqual(again, 0, out + err)
                self.assertEqual([row["result"] for row in read_return(self.path / name)], ["delivered"])
            self.assert_readable(sim)

    def test_a_card_that_comes_back_is_the_same_persons(self):
        second = self.row | {"AAC002": "110105199003079978", "AAC003": "张三", "AAC004": "1", "AAC006": "19900307"}
        second |= {"AAZ500": facts.card_number("C0000004")}
        write_batch(self.path / "batch.csv", [self.row, second])
        sim = self.enterContext(Sim(0, "--trace", "--image", self.image))
        order = spawn(*issue(self.path, sim.reader, "both.csv", "--wait", 6))
        self.pull_at(sim, 15)
        with Sim(0, "--image", self.image):
            words = order.communicate(timeout=RUN_SECONDS)[0].decode(errors="replace")
            results = [row["result"] for row in read_return(self.path / "both.csv")]
            self.assertEqual(order.returncode, INCOMPLETE, words)
            # The chip was begun for the first row, whoever's turn it is; and no card comes for the second.
            self.assertEqual(results, ["delivered", "not_reached"], words)
