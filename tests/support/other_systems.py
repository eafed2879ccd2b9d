"""Builds of the plug-in for other systems. Tests look at them and do not make them."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = ("plugin/src", "engine/src", "engine/include", "scripts/build_plugin")


def bundles_for(system: str) -> Path:
    """Return the folder of the bundles for a system; skip where they miss or are too old."""
    folder = ROOT / "build" / "plugin" / system
    way_out = f"scripts/build_plugin --{system}, with ziglang"
    stamp = folder.with_suffix(".built")
    if not stamp.exists():
        pytest.skip(f"there is no build for {system} ({way_out})")
    for source in SOURCES:
        path = ROOT / source
        for each in [path, *path.rglob("*.[ch]*")]:
            if each.is_file() and each.stat().st_mtime > stamp.stat().st_mtime:
                name = each.relative_to(ROOT)
                pytest.skip(f"the build for {system} is older than {name} ({way_out})")
    return folder
