"""The files in deploy/ agree with the code, and with each other."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from acumen.channels.website.chat import DRAIN_SECONDS
from acumen.channels.website.settings import read_settings
from acumen.channels.website.streams import HEARTBEAT_SECONDS
from acumen.cli import _parser
from acumen.errors import AcumenError
from acumen.runtime.json_logs import wants_json
from acumen.runtime.metrics import metrics_address
from acumen.runtime.server import MAX_REQUEST_BYTES

DEPLOY = Path(__file__).parents[2] / "deploy"
PATHS = {"/webhooks/website/health", "/webhooks/website/ready"}
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
NGINX = (DEPLOY / "nginx" / "acumen.conf").read_text(encoding="utf-8")


def read(name: str) -> Any:
    return yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def pod() -> dict[str, Any]:
    return read("kubernetes/deployment.yaml")["spec"]["template"]["spec"]


@pytest.fixture(scope="module")
def container(pod: dict[str, Any]) -> dict[str, Any]:
    (container,) = pod["containers"]
    return container


@pytest.fixture(scope="module")
def service() -> dict[str, Any]:
    return read("compose.yml")["services"]["acumen"]


def seconds(nginx: str, name: str) -> int:
    found = re.search(rf"{name} (\d+)s;", nginx)
    assert found, name
    return int(found.group(1))


def test_image_runs_a_command_that_exists(container: dict[str, Any]) -> None:
    """What the image runs is a command of ours, on the port that everybody looks at, where others reach it."""
    command = yaml.safe_load(re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[-1])
    arguments = _parser().parse_args(command[1:])
    ports = {each["name"]: each["containerPort"] for each in container["ports"]}

    assert command[0] == "acumen"
    assert (arguments.host, arguments.port) == ("0.0.0.0", ports["http"])
    assert f"EXPOSE {ports['http']} {ports['metrics']}" in DOCKERFILE
    assert f"server acumen:{ports['http']} " in (DEPLOY / "nginx" / "upstream.conf").read_text(encoding="utf-8")


def test_image_copies_what_is_there_and_no_secret() -> None:
    """Named files exist, the tool's version is the Makefile's, and what is private stays out."""
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    makefile = (DEPLOY.parent / "Makefile").read_text(encoding="utf-8")
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE):
        *sources, _ = shlex.split(line)
        assert all((DEPLOY.parent / each).exists() for each in sources), line

    assert f"UV_VERSION := {re.search(r'uv==([0-9.]+)', DOCKERFILE)[1]}\n" in makefile
    assert {".git", ".venv", "var", "**/.env", "models/*.tar.gz"} <= set(ignored)


def test_user_is_nobody(container: dict[str, Any], pod: dict[str, Any], service: dict[str, Any]) -> None:
    """Whoever breaks in finds no rights and a file system that cannot be written."""
    user = pod["securityContext"]["runAsUser"]

    assert f"USER {user}:{user}" in DOCKERFILE
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert service["read_only"]
    written = {each["mountPath"] for each in container["volumeMounts"] if each["name"] in ("tmp", "var")}
    assert written == {each.partition(":")[0] for each in service["tmpfs"]} == {"/tmp", "/srv/acumen/var"}


def test_probes_ask_addresses_of_the_channel(container: dict[str, Any]) -> None:
    """Alive is not ready: a server that ends, or whose database is away, must not be killed for it."""
    paths = {name: container[name]["httpGet"]["path"] for name in ("startupProbe", "readinessProbe", "livenessProbe")}
    description = (DEPLOY.parent / "acumen/channels/website/channel.py").read_text(encoding="utf-8")

    assert set(paths.values()) == PATHS
    assert paths["livenessProbe"].endswith("/health")
    assert paths["readinessProbe"].endswith("/ready")
    assert all(f'"/{path.rpartition("/")[2]}"' in description for path in PATHS)
    assert paths["livenessProbe"] in DOCKERFILE


def test_running_turns_are_waited_for(pod: dict[str, Any], container: dict[str, Any], service: dict[str, Any]) -> None:
    """Nobody ends a server before its turns have ended."""
    pause = int(container["lifecycle"]["preStop"]["exec"]["command"][1])

    assert pod["terminationGracePeriodSeconds"] > pause + DRAIN_SECONDS
    assert int(service["stop_grace_period"].rstrip("s")) > DRAIN_SECONDS


def test_proxies_let_streams_through() -> None:
    """Events go out at once, silence between signs of life ends no stream, and a request may be as large as ours."""
    annotations = read("kubernetes/ingress.yaml")["metadata"]["annotations"]
    prefix = "nginx.ingress.kubernetes.io/proxy-"

    assert "proxy_buffering off;" in NGINX
    assert annotations[f"{prefix}buffering"] == "off"
    assert min(seconds(NGINX, "proxy_read_timeout"), int(annotations[f"{prefix}read-timeout"])) > HEARTBEAT_SECONDS
    assert f"client_max_body_size {MAX_REQUEST_BYTES // 1024**2}m;" in NGINX
    assert annotations[f"{prefix}body-size"] == f"{MAX_REQUEST_BYTES // 1024**2}m"
    assert annotations[f"{prefix}next-upstream"] in NGINX


def test_kubernetes_names_fit_each_other(pod: dict[str, Any], container: dict[str, Any]) -> None:
    """Selectors, ports, volumes and references name what is there."""
    listed = read("kustomization.yaml")
    deployment = read("kubernetes/deployment.yaml")
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    ports = {each["name"] for each in container["ports"]}
    selectors = [
        deployment["spec"]["selector"]["matchLabels"],
        read("kubernetes/service.yaml")["spec"]["selector"],
        read("kubernetes/disruption.yaml")["spec"]["selector"]["matchLabels"],
        read("kubernetes/network.yaml")["spec"]["podSelector"]["matchLabels"],
    ]

    assert all((DEPLOY / each).exists() for each in listed["resources"])
    assert set(listed["resources"]) == {
        f"kubernetes/{each.name}" for each in (DEPLOY / "kubernetes").glob("*.yaml") if "example" not in each.name
    }
    assert all(each == labels for each in selectors)
    assert {each["targetPort"] for each in read("kubernetes/service.yaml")["spec"]["ports"]} <= ports
    assert {each["name"] for each in container["volumeMounts"]} == {each["name"] for each in pod["volumes"]}
    assert read("kubernetes/autoscaler.yaml")["spec"]["scaleTargetRef"]["name"] == deployment["metadata"]["name"]
    assert container["envFrom"][0]["secretRef"]["name"] == read("kubernetes/secret.example.yaml")["metadata"]["name"]


def test_environment_is_understood(
    container: dict[str, Any], service: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every variable that the servers need is given, in both ways, and each value is one that Acumen takes."""
    secret = set(read("kubernetes/secret.example.yaml")["stringData"])
    kubernetes = {each["name"]: each["value"] for each in container["env"]}
    given = service["environment"]

    assert secret | set(kubernetes) == set(given)
    assert kubernetes.items() <= given.items()
    for name, value in kubernetes.items():
        monkeypatch.setenv(name, value)
    assert wants_json()
    assert metrics_address() == ("0.0.0.0", 9464)
    for file in DEPLOY.glob("config/*.yml"):
        assert set(re.findall(r"\$\{(\w+)\}", file.read_text(encoding="utf-8"))) <= set(given)


def test_no_secret_is_shipped() -> None:
    """An example that is used as it is refuses to start, rather than to sign with a secret that all know."""
    website = read("config/credentials.yml")["acumen.channels.website.WebsiteChannel"]
    example = read("kubernetes/secret.example.yaml")["stringData"]["ACUMEN_SECRET"]

    for settings in (website, {"secret": example}):
        with pytest.raises(AcumenError):
            read_settings(settings)
