"""The Compose files: what they name is there. No engine is needed for that."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
FILES = ("docker-compose.yml", "deploy/nodes/docker-compose.yml", "deploy/nodes/elsewhere.yml")


class Loader(yaml.SafeLoader):
    """Reads a Compose file as it is written; `!reset` takes something of the first file away."""


Loader.add_constructor("!reset", lambda _loader, _node: {})


def compose(name: str) -> dict[str, Any]:
    return yaml.load((ROOT / name).read_text(), Loader)


def services(*names: str) -> dict[str, dict[str, Any]]:
    """The services of several files together, as Compose joins them for what is looked at here."""
    joined: dict[str, dict[str, Any]] = {}
    for name in names:
        for service, said in compose(name)["services"].items():
            former = joined.get(service, {})
            secrets = {"secrets": [*former.get("secrets", []), *said.get("secrets", [])]}
            environment = {"environment": former.get("environment", {}) | said.get("environment", {})}
            joined[service] = former | said | secrets | environment
    return joined


@pytest.mark.parametrize("files", [FILES[:1], FILES[:2], (FILES[0], FILES[2])])
def test_what_a_service_names_is_there(files: tuple[str, ...]) -> None:
    joined = services(*files)
    secrets = {name for file in files for name in compose(file)["secrets"]}

    for name, service in joined.items():
        assert set(service["secrets"]) <= secrets, name
        assert set(service.get("depends_on", {})) <= joined.keys(), name
        read = {
            value.removeprefix("/run/secrets/") for value in service["environment"].values() if "/run/secrets/" in value
        }
        assert read <= set(service["secrets"]), name
        mounted = [volume.split(":")[0] for volume in service.get("volumes", []) if volume.startswith("./")]
        assert [path for path in mounted if not (ROOT / path).exists()] == [], name


def test_every_secret_is_made(tmp_path: Path) -> None:
    made = (ROOT / "deploy" / "secrets.sh").read_text()

    assert [name for file in FILES for name in compose(file)["secrets"] if f"secrets/{name}" not in made] == []
