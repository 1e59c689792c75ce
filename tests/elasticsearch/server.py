"""A real Elasticsearch server on 127.0.0.1, in a folder of its own, for tests."""

import contextlib
import http.client
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

_USER = "kanmon-elasticsearch"
_START_SECONDS = 120


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class ElasticsearchServer:
    """One server. ``start`` and ``kill`` may be called in turn; the data survive until ``remove``.

    Attributes:
        home: The unpacked distribution; never written to.
        settings: Further lines of elasticsearch.yml.
        users: Name to (password, roles) of file users; non-empty turns security on.
        roles: Text of roles.yml.
    """

    home: Path
    settings: dict[str, object] = field(default_factory=dict)
    users: dict[str, tuple[str, str]] = field(default_factory=dict)
    roles: str = ""
    port: int = field(default_factory=free_port)
    transport_port: int = field(default_factory=free_port)
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="kanmon-es-")))
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        shutil.copytree(self.home, self.folder / "home")
        config = self.folder / "home" / "config"
        for name in ("elasticsearch.yml", "users", "users_roles", "roles.yml"):
            (config / name).write_text("")
        lines = {
            "cluster.name": f"kanmon-test-{self.port}",
            "discovery.type": "single-node",
            "network.host": "127.0.0.1",
            "http.port": self.port,
            "transport.port": self.transport_port,
            "path.data": str(self.folder / "data"),
            "path.logs": str(self.folder / "logs"),
            "xpack.security.enabled": bool(self.users),
            **self.settings,
        }
        text = "".join(f"{key}: {json.dumps(value)}\n" for key, value in lines.items())
        (config / "elasticsearch.yml").write_text(text)
        (config / "roles.yml").write_text(self.roles)
        if os.geteuid() == 0:
            _own(self.folder)
        for name, (password, roles) in self.users.items():
            self._run(["bin/elasticsearch-users", "useradd", name, "-p", password, "-r", roles])

    @property
    def url(self) -> str:
        """Return http://127.0.0.1:port."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start and wait until the cluster answers; fails with the log's end after two minutes."""
        log = (self.folder / "console.log").open("ab")
        self.process = subprocess.Popen(
            ["bin/elasticsearch"],
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            **self._as_user(),
        )
        log.close()
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            if self._answers():
                return
            time.sleep(0.3)
        end = (self.folder / "console.log").read_text(errors="replace")[-3000:]
        self.kill()
        raise RuntimeError(f"Elasticsearch did not start:\n{end}")

    def kill(self) -> None:
        """Kill the server as a power cut would."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None
        # The launcher's child has a session of its own in some versions.
        subprocess.run(["pkill", "-KILL", "-f", str(self.folder)], check=False)

    def remove(self) -> None:
        """Kill and delete everything."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/_cluster/health")
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        return status in (200, 401)

    def _run(self, command: list[str]) -> None:
        subprocess.run(command, check=True, capture_output=True, **self._as_user())

    def _as_user(self) -> dict[str, object]:
        environment = {
            "PATH": os.environ["PATH"],
            "ES_JAVA_OPTS": "-Xms1g -Xmx1g",
            "ES_JAVA_HOME": java_home(self.home),
            "HOME": str(self.folder),
            "ES_TMPDIR": str(self.folder / "tmp"),
        }
        (self.folder / "tmp").mkdir(exist_ok=True)
        options: dict[str, object] = {"cwd": self.folder / "home", "env": environment}
        if os.geteuid() == 0:
            shutil.chown(self.folder / "tmp", _USER)
            options |= {"user": _USER, "group": _USER, "extra_groups": []}
        return options


def java_home(home: Path) -> str:
    """Return a Java that runs this server: 17 or newer for 8.x, 21 or newer for 9.x."""
    if "KANMON_TEST_JAVA_HOME" in os.environ:
        return os.environ["KANMON_TEST_JAVA_HOME"]
    least = 21 if home.name.startswith("elasticsearch-9") else 17
    found: dict[int, str] = {}
    candidates = [Path(os.environ["JAVA_HOME"])] if "JAVA_HOME" in os.environ else []
    candidates += sorted(Path("/usr/lib/jvm").glob("*"))
    for candidate in candidates:
        release = candidate / "release"
        if (candidate / "bin" / "java").exists() and release.is_file():
            for line in release.read_text().splitlines():
                if line.startswith("JAVA_VERSION="):
                    found.setdefault(int(line.split('"')[1].split(".")[0]), str(candidate))
    fitting = [version for version in sorted(found) if version >= least]
    if not fitting:
        raise RuntimeError(f"no Java {least} or newer found in JAVA_HOME or /usr/lib/jvm")
    return found[fitting[0]]


def _own(folder: Path) -> None:
    """Give the folder to an unprivileged user, made when missing: the server refuses root."""
    try:
        pwd.getpwnam(_USER)
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--user-group", "--no-create-home", _USER],
            check=True,
        )
    subprocess.run(["chown", "-R", f"{_USER}:{_USER}", str(folder)], check=True)
    folder.chmod(0o755)
