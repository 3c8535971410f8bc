"""What all tests share: where ../shared is, and a reason to skip where it is not."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.browser import chromium, root, visit
from tests.servers import oxigraph_server, virtuoso_server

__all__ = ["chromium", "oxigraph_server", "root", "shared", "virtuoso_server", "visit"]

# How fast examples are made says more about who else uses the machine than about the code.
settings.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared machine")

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of specs, corpus and gold that lies beside the project for its developers and in CI."""
    if not SHARED.is_dir():
        pytest.skip("needs ../shared, which only developers and CI have")
    return SHARED


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few megabytes in memory."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", place], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("only root may mount a small disk")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)
