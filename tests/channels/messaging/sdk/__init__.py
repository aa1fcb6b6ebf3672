"""The vendors' own libraries, asked in an environment of their own, which `make vendors` makes."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
PYTHON = Path("build/vendors/bin/python").absolute()

needs_sdk = [
    pytest.mark.vendors,
    pytest.mark.skipif(not PYTHON.exists(), reason="the vendors' libraries are not there: run `make vendors`"),
]


def ask(script: str, **question: Any) -> Any:
    """What a script beside this file, which has the vendors' libraries, answers to a question."""
    found = subprocess.run(
        [PYTHON, HERE / script], input=json.dumps(question), capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr
    return json.loads(found.stdout)
