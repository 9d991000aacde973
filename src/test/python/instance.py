"""The jar as operators run it, on loopback and ports that the system chooses."""

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


def start(configuration=""):
    """Starts target/fanfare.jar until the end of the module's tests, and reads from its log where it listens: ws://…"""
    folder = tempfile.TemporaryDirectory(prefix="fanfare-")
    unittest.addModuleCleanup(folder.cleanup)
    config = Path(folder.name, "fanfare.yaml")
    config.write_text(f"server: {{host: 127.0.0.1, port: 0}}\nmetrics: {{host: 127.0.0.1, port: 0}}\n{configuration}")
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else "java"
    server = subprocess.Popen(
        [java, "-jar", str(JAR), "--config-file", str(config)], stdout=subprocess.PIPE, text=True
    )
    unittest.addModuleCleanup(stop, server)
    lines = []
    for line in server.stdout:
        lines.append(line)
        listening = re.search(r"listening url=(\S+) ", line)
        if listening:
            threading.Thread(target=server.stdout.read, daemon=True).start()
            return listening[1]
    raise AssertionError(f"The instance ended with {server.wait()}: {''.join(lines)}")


def stop(server):
    server.send_signal(signal.SIGTERM)
    server.wait(PATIENCE)
