"""What a run tells programs: JSON lines and documents by their published schemas (jsonschema), metrics while it goes on
(the OpenMetrics parser of the Prometheus project, and its real server where Debian's package is there)."""

import itertools
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

import jsonschema
from prometheus_client.openmetrics.parser import text_string_to_metric_families

import support

ROWS = 300
SCHEMAS = support.ROOT / "docs/schemas"


def validator(name):
    """By the schema as it is published; an object may have no member that the schema does not know."""
    schema = json.loads((SCHEMAS / f"{name}.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def fetch(url):
    with urllib.request.urlopen(url, timeout=5) as answer:
        return answer.headers["content-type"], answer.read().decode()


class Run(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.batch = self.folder / "batch.csv"
        self.ssc("batch", "sample", "--count", ROWS, "--seed", 3, "-o", self.batch)

    def ssc(self, *arguments, code=0):
        ended, out, err = support.ssc(*arguments)
        self.assertEqual(ended, code, err)
        return out

    def start(self, *arguments):
        """Starts a run with metrics at a free port; gives it and their address."""
        command = [support.SSC, "issue", self.batch, "--generation", "2.00", "--metrics", "127.0.0.1:0"]
        with (self.folder / "out").open("wb") as out, (self.folder / "err").open("wb") as err:
            process = subprocess.Popen(
                list(map(str, [*command, *arguments])),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=support.environment(),
            )
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        found = []

        def address():
            found[:] = re.findall(r"http://127\.0\.0\.1:\d+/metrics", (self.folder / "err").read_text())
            return found

        support.wait_until(address, "the address of the metrics")
        return process, found[0]

    def samples(self, text):
        families = text_string_to_metric_families(text)
        return {(one.name, tuple(sorted(one.labels.items()))): one.value for family in families for one in family.samples}

    def test_lines_and_metrics_of_a_run(self):
        process, url = self.start("--json-lines")
        seen = []
        while process.poll() is None:
            try:
                kind, text = fetch(url)
            except (urllib.error.URLError, ConnectionError):
                break
            self.assertIn("openmetrics-text", kind)
            seen.append(self.samples(text))
            time.sleep(0.2)
        self.assertEqual(process.wait(support.RUN_SECONDS), 0)
        delivered = [one[("ssc_orders", (("state", "delivered"),))] for one in seen]
        self.assertGreater(len([one for one in delivered if 0 < one < ROWS]), 1, delivered)
        self.assertEqual(delivered, sorted(delivered))
        for one in itertools.dropwhile(lambda one: not any(name == "ssc_orders" and value for (name, _), value in one.items()), seen):
            # From the moment when the register was counted.
            states = [value for (name, _), value in one.items() if name == "ssc_orders"]
            self.assertEqual(sum(states), ROWS)
        counted = [value for (name, _), value in seen[-1].items() if name == "ssc_card_duration_seconds_count"]
        self.assertGreater(counted[0], 0)

        valid = validator("run-events")
        lines = [json.loads(line) for line in (self.folder / "out").read_text().splitlines()]
        for line in lines:
            valid.validate(line)
        self.assertEqual(lines[0]["event"], "counted")
        cards = [line for line in lines if line["event"] == "delivered"]
        self.assertEqual(len({line["card_number"] for line in cards}), ROWS)
        # Nothing is said of the time left before five cards.
        self.assertEqual({line["seconds_left"] for line in cards[:4]}, {None})
        self.assertEqual(lines[-1]["counts"]["remaining"], 0)
        # The schema is no door that is always open.
        for wrong in ({}, lines[0] | {"event": "other"}, cards[0] | {"line": "2"}, cards[0] | {"counts": None}):
            self.assertFalse(valid.is_valid(wrong), wrong)

    @unittest.skipUnless(shutil.which("prometheus"), "Debian's package prometheus is not installed")
    def test_the_real_server_scrapes_it(self):
        self.batch = self.folder / "long.csv"
        self.ssc("batch", "sample", "--count", 10 * ROWS, "--seed", 4, "-o", self.batch)
        process, url = self.start()
        host = url.split("/")[2]
        port = 20_000 + int(host.split(":")[1]) % 10_000
        (self.folder / "p.yml").write_text(
            "scrape_configs: [{job_name: ssc, scrape_interval: 200ms, scrape_timeout: 200ms, "
            f"static_configs: [{{targets: ['{host}']}}]}}]\n"
        )
        server = subprocess.Popen(
            ["prometheus", f"--config.file={self.folder}/p.yml", f"--storage.tsdb.path={self.folder}/data",
             f"--web.listen-address=127.0.0.1:{port}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder,
        )
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)

        def asked():
            if process.poll() is not None:
                return True
            try:
                _, text = fetch(f"http://127.0.0.1:{port}/api/v1/query?query=sum(ssc_cards_delivered_total)")
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                return False
            return any(float(one["value"][1]) > 0 for one in json.loads(text)["data"]["result"])

        support.wait_until(asked, "Prometheus to have scraped a delivered card")
        self.assertIsNone(process.poll(), "the run ended before Prometheus had it")

    def test_metrics_are_for_this_machine_unless_said(self):
        arguments = ("issue", self.batch, "--generation", "2.00", "--metrics", "0.0.0.0:0")
        code, _, err = support.ssc(*arguments)
        self.assertEqual(code, 2)
        self.assertIn("--metrics-for-all", err)
        self.assertEqual([path.name for path in self.folder.iterdir()], ["batch.csv"], "nothing was begun")

    def test_documents_of_jobs(self):
        store = ("--store", self.folder / "books/bureau.db")
        rows = self.batch.read_text().splitlines()
        rows[3] = "1" + rows[3]
        self.batch.write_text("\n".join(rows) + "\n")
        self.ssc("job", "create", self.batch, "--generation", "2.00", "--skip-invalid", "--name", "b", *store)
        files = ("--return-file", self.folder / "r.csv", "--html", self.folder / "r.html")
        for name, arguments in (
            ("job-list", ("list",)),
            ("job-status", ("status",)),
            ("job-status", ("status", "b")),
            ("job-remaining", ("remaining", "b")),
            ("job-remaining", ("remaining", "1", "--all")),
            ("job-report", ("report", "b", *files)),
        ):
            document = json.loads(self.ssc("job", *arguments, *store, "--json"))
            validator(name).validate(document)
            self.assertFalse(validator(name).is_valid({}))
        self.assertEqual(document["return_file"]["rows"]["rejected"], 1)
        self.assertEqual(document["return_file"]["rows"]["not_reached"], ROWS - 1)


if __name__ == "__main__":
    unittest.main()
