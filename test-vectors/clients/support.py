"""What all tests here share: a private pcscd, cards of `ssc sim` in its readers, `ssc` itself, and a terminal by pyscard."""

import atexit
import contextlib
import csv
import itertools
import os
import pathlib
import shlex
import signal
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
# The command under test; scripts/test builds it and names it.
SSC = os.environ.get("SSC", str(TARGET / "debug/ssc"))
READERS = 3
CARD_SECONDS = 20
# pcscd looks at each slot every 0.4 s.
SLOW_HAND = 1.0
RUN_SECONDS = 120
STORES = itertools.count()
DATA = tempfile.TemporaryDirectory(prefix="ssc-clients-")
atexit.register(DATA.cleanup)


class PrivatePcscd:
    """`scripts/private-pcscd` for as long as this process lives: libpcsclite asks for the socket's name only once."""

    def __init__(self):
        command = [ROOT / "scripts/private-pcscd", "--readers", str(READERS)]
        self.script = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        atexit.register(self.stop)
        values = {}
        for line in self.script.stdout:
            if line.strip() == "READY=1":
                break
            name, _, value = line.strip().partition("=")
            values[name] = "".join(shlex.split(value))
        if not values:
            raise SystemExit("no pcscd for these tests; scripts/private-pcscd said why")
        os.environ["PCSCLITE_CSOCK_NAME"] = values["PCSCLITE_CSOCK_NAME"]
        self.readers = values["PRIVATE_PCSCD_READERS"].split(";")
        self.ports = values["PRIVATE_PCSCD_PORTS"].split(" ")

    def stop(self):
        self.script.stdin.close()
        self.script.wait()
        self.script.stdout.close()


PCSCD = PrivatePcscd()

# Only now: these load libpcsclite.
from smartcard import scard  # noqa: E402
from smartcard.CardConnection import CardConnection  # noqa: E402
from smartcard.System import readers as pcsc_readers  # noqa: E402


def environment():
    """English messages, and no vault or passphrase of the developer's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SSC_")}
    # Every order has a register of its own: the persons of one test have no cards of another's. What goes on names its --store.
    store = pathlib.Path(DATA.name, f"{next(STORES)}.db")
    return kept | {"LC_ALL": "C.UTF-8", "XDG_DATA_HOME": DATA.name, "SSC_STORE": str(store)}


def ssc(*arguments, data=b"", seconds=RUN_SECONDS):
    """Runs `ssc` to its end: exit code, stdout, stderr."""
    command = [SSC, *map(str, arguments)]
    done = subprocess.run(command, input=data, capture_output=True, timeout=seconds, env=environment())
    keep(arguments, done.stdout + done.stderr)
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def keep(arguments, printed):
    """Keeps what was printed where scripts/no-secrets will look through it, unless secrets are what was asked for."""
    logs = os.environ.get("SSC_TEST_LOGS")
    if logs and not {"pins", "component"} & set(map(str, arguments)):
        name = f"client-{os.getpid()}-{time.monotonic_ns()}.log"
        pathlib.Path(logs, name).write_bytes(printed)


def spawn(*arguments):
    """Starts `ssc` and leaves it running."""
    return subprocess.Popen(
        [SSC, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment(),
    )


class Sim:
    """`ssc sim` with a card in one of the readers, until it is pulled."""

    pulled = {}

    def __init__(self, slot, *arguments):
        self.reader = PCSCD.readers[slot]
        wait_until(lambda: not card_present(self.reader), f"{self.reader} to be empty")
        # A program that held the card may make pcscd forget it before the slot itself was looked at; a next card that
        # comes before that look would be taken for the old one, mute. No hand is so quick.
        time.sleep(max(0, SLOW_HAND - (time.monotonic() - Sim.pulled.get(slot, 0))))
        self.slot = slot
        self.process = spawn("sim", "--port", PCSCD.ports[slot], *arguments)
        try:
            wait_until(self.is_in, f"a card in {self.reader}")
        except AssertionError as error:
            self.pull()
            raise AssertionError(f"{error}; ssc sim said: {self.words()}") from None

    def is_in(self):
        if self.process.poll() is not None:
            raise AssertionError(f"ssc sim ended with {self.process.returncode}: {self.words()}")
        return card_present(self.reader)

    def words(self):
        return self.process.stdout.read().decode(errors="replace")

    def pull(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        self.process.wait()
        Sim.pulled[self.slot] = time.monotonic()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.pull()
        self.process.stdout.close()


def wait_until(condition, what, seconds=CARD_SECONDS):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(0.05)


def pcsc_reader(name):
    return next(reader for reader in pcsc_readers() if str(reader) == name)


def card_present(name):
    """What pcscd has noticed, every 0.4 s. (Connecting to find out would power a card that is being pulled, and pcscd
    would then take the next one for the same, mute card.)"""
    code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    assert code == scard.SCARD_S_SUCCESS, scard.SCardGetErrorMessage(code)
    try:
        code, states = scard.SCardGetStatusChange(context, 0, [(name, scard.SCARD_STATE_UNAWARE)])
        assert code == scard.SCARD_S_SUCCESS, scard.SCardGetErrorMessage(code)
        state = states[0][1]
        return bool(state & scard.SCARD_STATE_PRESENT) and not state & scard.SCARD_STATE_MUTE
    finally:
        scard.SCardReleaseContext(context)


@contextlib.contextmanager
def connected(name):
    """A pyscard connection on T=0. pyscard only passes on what it is given: `61xx` and `6Cxx` are seen as they are."""
    connection = pcsc_reader(name).createConnection()
    try:
        connection.connect(CardConnection.T0_protocol)
        yield connection
    finally:
        connection.disconnect()
        connection.release()


class Terminal:
    """A stranger's terminal: sends bytes, and gets bytes and a status word."""

    def __init__(self, connection):
        self.connection = connection
        self.atr = bytes(connection.getATR())

    def raw(self, command):
        command = bytes.fromhex(command) if isinstance(command, str) else command
        data, sw1, sw2 = self.connection.transmit(list(command))
        return bytes(data), f"{sw1:02X}{sw2:02X}"

    def send(self, command):
        """The same, and what `61xx` promises is fetched."""
        data, sw = self.raw(command)
        while sw.startswith("61"):
            more, sw = self.raw("00C00000" + sw[2:])
            data += more
        return data, sw


@contextlib.contextmanager
def terminal(name):
    with connected(name) as connection:
        yield Terminal(connection)


@contextlib.contextmanager
def folder():
    with tempfile.TemporaryDirectory(prefix="ssc-clients-") as path:
        yield pathlib.Path(path)


def write_batch(path, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def read_return(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
