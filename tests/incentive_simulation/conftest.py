"""Lets the tests of this folder import its plain reference and its random plans by name."""

import importlib.util
import sys
from pathlib import Path


def _known_as(name: str) -> None:
    if name in sys.modules:
        return
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)


_known_as("plain_pay")
_known_as("random_plans")
