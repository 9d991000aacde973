"""An instance of target/fanfare.jar for the tests of a module, which call start() in setUpModule."""

import os
import re
import signal
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

PATIENCE = 60
JAR = Path(__file__).resolve().parents[3] / "target" / "fanfare.jar"


def start(settings=""):
    """Starts the jar on ports that the system chooses, and returns its URL, which stands in its log; stops it when the module is done."""
    folder = tempfile.TemporaryDirectory(prefix="fanfare-")
    unittest.addModuleCleanup(folder.cleanup)
    config = Path(folder.name, "fanfare.yaml")
    config.write_text(f"server: {{host: 127.0.0.1, port: 0}}\nmetrics: {{host: 127.0.0.1, port: 0}}\n{settings}")
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else "java"
    server = subprocess.Popen(
        [java, "-jar", str(JAR), "serve", "--config-file", str(config)], stdout=subprocess.PIPE, text=True
    )

    # Read to its end, so that it never waits for a reader.
    rest = threading.Thread(target=lambda: [None for _ in server.stdout], daemon=True)

    def stop():
        server.send_signal(signal.SIGTERM)
        server.wait(PATIENCE)
        if rest.ident:
            rest.join(PATIENCE)
        server.stdout.close()

    unittest.addModuleCleanup(stop)
    lines = []
    for line in server.stdout:
        lines.append(line)
        listening = re.search(r"listening url=(\S+) ", line)
        if listening:
            rest.start()
            return listening[1]
    raise AssertionError(f"The instance ended with {server.wait()}: {''.join(lines)}")
