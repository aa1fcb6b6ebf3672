"""PostgreSQL, Redis, RabbitMQ and nginx of one's own: on free ports, in a folder that is thrown away."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

# Debian puts PostgreSQL's programs where no path leads.
POSTGRES = Path("/usr/lib/postgresql/15/bin")
NGINX = Path("/usr/sbin/nginx")
START_SECONDS = 60


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


class Server(ABC):
    """A program that is started, stopped and killed, and keeps its data in between."""

    stop_signal = signal.SIGTERM

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @staticmethod
    @abstractmethod
    def missing() -> str:
        """What has to be installed, or nothing."""

    def start(self) -> None:
        """Start, and return when connections are taken."""
        with (self.folder / "log").open("ab") as log:
            # A group of its own, as some servers are a script with the program below it.
            self._process = subprocess.Popen(
                self._command(),
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=self._environment(),
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.folder / "log").read_text(errors="replace")[-2000:])
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop as one does to start again: clients are thrown out."""
        self._end(self.stop_signal)

    def kill(self) -> None:
        """End it without a warning."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        self.stop()
        self.start()

    def _end(self, how: signal.Signals) -> None:
        if self._process and self._process.poll() is None:
            os.killpg(self._process.pid, how)
            try:
                self._process.wait(START_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()

    @abstractmethod
    def _command(self) -> list[str]:
        """What is run."""

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(self.folder)}

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def _as(self, user: str, command: list[str]) -> list[str]:
        """A command that must not be run by root."""
        return ["runuser", "-u", user, "--", *command] if os.geteuid() == 0 else command


class Redis(Server):
    """Redis without a file: what it held is gone when it starts again."""

    @staticmethod
    def missing() -> str:
        return "" if shutil.which("redis-server") else "redis-server"

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def _command(self) -> list[str]:
        where = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        return ["redis-server", *where, "--save", "", "--appendonly", "no"]


class Postgres(Server):
    """PostgreSQL 15, with its settings as they come; its user must be able to reach the folder."""

    # The "fast" way: its other one waits until all clients have gone.
    stop_signal = signal.SIGINT

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._data = folder / "data"
        self._data.mkdir()
        if os.geteuid() == 0:
            shutil.chown(self._data, "postgres")
        initialise = [str(POSTGRES / "initdb"), "-D", str(self._data), "-U", "acumen", "--auth=trust", "--no-sync"]
        subprocess.run(self._as("postgres", initialise), check=True, capture_output=True, cwd="/")

    @staticmethod
    def missing() -> str:
        return "" if POSTGRES.exists() else "postgresql"

    @property
    def url(self) -> str:
        return f"postgresql://acumen@127.0.0.1:{self.port}/postgres"

    def _command(self) -> list[str]:
        settings = ["-p", str(self.port), "-h", "127.0.0.1", "-k", str(self._data)]
        return self._as("postgres", [str(POSTGRES / "postgres"), "-D", str(self._data), *settings])

    def _answers(self) -> bool:
        ready = subprocess.run(
            [str(POSTGRES / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)], check=False
        )
        return ready.returncode == 0


class RabbitMQ(Server):
    """RabbitMQ, which takes some seconds to start."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._distribution_port, self._names_port = free_port(), free_port()

    @staticmethod
    def missing() -> str:
        return "" if Path("/usr/sbin/rabbitmq-server").exists() else "rabbitmq-server"

    @property
    def settings(self) -> dict[str, Any]:
        """As they stand in endpoints.yml."""
        return {
            "type": "pika",
            "url": "127.0.0.1",
            "port": self.port,
            "username": "guest",
            "password": "guest",
            "queues": ["events"],
        }

    def _end(self, how: signal.Signals) -> None:
        super()._end(how)
        # Erlang's list of nodes outlives them.
        subprocess.run(["epmd", "-kill"], env=self._environment(), capture_output=True, check=False)

    def _command(self) -> list[str]:
        return ["/usr/lib/rabbitmq/bin/rabbitmq-server"]

    def _environment(self) -> dict[str, str]:
        return {
            **super()._environment(),
            "RABBITMQ_NODENAME": f"acumen{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self._distribution_port),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "logs"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "ERL_EPMD_PORT": str(self._names_port),
        }


class Nginx(Server):
    """nginx with a server block of ours, before servers on this machine."""

    def __init__(self, folder: Path, block: Path, upstream: Sequence[int]) -> None:
        """Write the settings.

        Args:
            folder: for its settings and temporary files.
            block: the server block; it listens on port 8080 there, and on a free one here.
            upstream: the ports of the servers that it calls `acumen`.
        """
        super().__init__(folder)
        servers = "".join(f"server 127.0.0.1:{port} max_fails=0;" for port in upstream)
        listening = block.read_text("utf-8").replace("listen 8080;", f"listen 127.0.0.1:{self.port};")
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        paths = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(
            f"{user} daemon off; pid {folder}/pid; error_log stderr; events {{}}\n"
            f"http {{ {paths} upstream acumen {{ {servers} keepalive 16; }}\n{listening} }}\n",
            encoding="utf-8",
        )

    @staticmethod
    def missing() -> str:
        return "" if NGINX.exists() else "nginx"

    def _command(self) -> list[str]:
        return [str(NGINX), "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")]


def opened(kind: Callable[[Path], Server], folder: Path) -> Server:
    """A server of a kind that runs, in a new folder."""
    folder.mkdir(parents=True)
    server = kind(folder)
    server.start()
    return server


if __name__ == "__main__":
    sys.exit("This is used by the tests and by benchmarks/faults.py.")
