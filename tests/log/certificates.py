"""A certificate of a test's own, for servers on the loopback."""

import subprocess
from pathlib import Path


def make_certificate(key: Path, certificate: Path) -> None:
    """Writes a key and a certificate that it signed itself."""
    words = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost")
    names = ("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate)
    subprocess.run([*words, *names], check=True, capture_output=True)
