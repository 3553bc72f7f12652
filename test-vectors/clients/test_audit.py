"""The exported log of a job, looked through without our code: hashes by Python, signatures by the openssl command, as
docs/schemas/README.md says."""

import hashlib
import json
import pathlib
import subprocess
import tempfile
import unittest

import jsonschema

import support


def number(value):
    return value.to_bytes(8, "big", signed=True)


def behind_length(value):
    value = value.encode() if isinstance(value, str) else value
    return number(len(value)) + value


def fingerprint(job):
    parts = [job["name"], job["batch_name"], bytes.fromhex(job["batch_sha256"]), job["profile_name"], job["profile_text"],
             job["card_model"], job["keys_check"], bytes.fromhex(job["sealed_key"])]
    return hashlib.sha256(b"".join(map(behind_length, parts))).digest()


def entry_hash(before, entry):
    numbers = [entry[name] for name in ("job", "seq", "at", "row", "fence")]
    texts = [entry["head"], entry["note"]]
    return hashlib.sha256(b"ssc register: entry 1" + before + b"".join(map(number, numbers)) + b"".join(map(behind_length, texts))).digest()


class Audit(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.store = ("--store", self.folder / "bureau.db")
        batch = self.folder / "batch.csv"
        self.ssc("batch", "sample", "--count", 5, "--seed", 8, "-o", batch)
        self.ssc("job", "create", batch, "--generation", "2.00", "--first-card-number", 1, *self.store)
        self.ssc("job", "run", "batch", "--heads", "sim:2", *self.store)
        self.key = self.folder / "log.pem"
        self.key.write_text(self.ssc("audit", "key", "--pem"))

    def ssc(self, *arguments, code=0):
        ended, out, err = support.ssc(*arguments)
        self.assertEqual(ended, code, err)
        return out

    def is_signed(self, message, signature):
        (self.folder / "message").write_bytes(message)
        (self.folder / "signature").write_bytes(signature)
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", self.key, "-rawin", "-in", self.folder / "message",
                   "-sigfile", self.folder / "signature"]
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0

    def test_an_exported_log_verifies(self):
        self.ssc("audit", "export", "batch", "-o", self.folder / "log.jsonl", *self.store)
        lines = [json.loads(line) for line in (self.folder / "log.jsonl").read_text().splitlines()]
        job, entries = lines[0], [line for line in lines if line["kind"] == "entry"]
        signatures = [line for line in lines if line["kind"] == "signature"]
        self.assertEqual(len(lines), 1 + len(entries) + len(signatures))
        hashes = [bytes(32)]
        for entry in entries:
            self.assertEqual(entry["seq"], len(hashes))
            hashes.append(entry_hash(hashes[-1], entry))
            self.assertEqual(entry["hash"], hashes[-1].hex())
        created = json.loads(entries[0]["note"])
        self.assertEqual(created["sha256"], fingerprint(job).hex())
        # When the job was made, and when it had run.
        self.assertEqual([one["seq"] for one in signatures], [6, len(entries)])
        before = bytes(32)
        for count, one in enumerate(signatures, 1):
            self.assertEqual((one["number"], one["previous"], one["hash"]), (count, before.hex(), hashes[one["seq"]].hex()))
            numbers = [job["job"], one["number"], one["at"], one["seq"]]
            message = b"ssc register: signature 1" + b"".join(map(number, numbers)) + hashes[one["seq"]] + fingerprint(job) + before
            signature = bytes.fromhex(one["signature"])
            self.assertTrue(self.is_signed(message, signature))
            self.assertFalse(self.is_signed(message[:-1] + bytes([message[-1] ^ 1]), signature))
            before = hashlib.sha256(signature).digest()
        end = f"{len(entries)}:{hashes[-1].hex()}"
        # Without --json: what an operator notes down.
        report = self.ssc("job", "report", "batch", "--html", self.folder / "batch.html", *self.store)
        self.assertIn(end, report)
        self.ssc("audit", "verify", "batch", "--end", end, "--public-key", self.key, *self.store)

    def test_the_document_is_by_its_schema(self):
        schema = json.loads((support.ROOT / "docs/schemas/audit-verify.json").read_text())
        valid = jsonschema.Draft202012Validator(schema)
        document = json.loads(self.ssc("audit", "verify", "--all", "--json", *self.store))
        valid.validate(document)
        self.assertTrue(document["whole"])
        self.assertFalse(valid.is_valid({}))
        wrong = f"9:{'00' * 32}"
        document = json.loads(self.ssc("audit", "verify", "batch", "--end", wrong, "--json", *self.store, code=6))
        valid.validate(document)
        self.assertEqual(document["jobs"][0]["findings"][0]["fault"], "other_end")


if __name__ == "__main__":
    unittest.main()
