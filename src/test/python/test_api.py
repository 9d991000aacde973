"""The HTTP API, held against the OpenAPI document that it serves by schemathesis, which makes requests up from it.

    python3 src/test/python/test_api.py

It starts target/fanfare.jar, and stops it again.
"""

import hashlib
import subprocess
import sys
import tempfile
import unittest

import instance

KEY = "the-key_of.a~service"
CONFIGURATION = f"""
auth: {{api-keys: [{{name: service, sha256: {hashlib.sha256(KEY.encode()).hexdigest()}}}]}}
channels: [{{match: "*", history-size: 100, presence: true}}]
"""

# How requests are answered. Which of them are taken is told by the document as far as JSON Schema can: not that one key shuts out the other.
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "ignored_auth",
]


class ApiTest(unittest.TestCase):
    def test_every_answer_is_described(self):
        document = instance.start(CONFIGURATION).replace("ws:", "http:") + "/api/v1/openapi.json"
        command = [sys.executable, "-m", "schemathesis.cli", "run", document]
        command += ["--header", f"Authorization: Bearer {KEY}", "--checks", ",".join(CHECKS)]
        command += ["--phases", "examples,coverage,fuzzing", "--max-examples", "20", "--seed", "1", "--no-color"]
        with tempfile.TemporaryDirectory() as folder:  # for what it keeps of its runs
            run = subprocess.run(
                command,
                cwd=folder,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=10 * instance.PATIENCE,
            )
        self.assertEqual(run.returncode, 0, run.stdout)
        self.assertRegex(run.stdout, r"Tested: 1\d\n")


if __name__ == "__main__":
    unittest.main()
