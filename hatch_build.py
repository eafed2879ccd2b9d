"""Puts the engine in C into wheels; hatchling calls it.

An installation from source compiles it with the computer's compiler or zig. Without one the wheel
has no engine, and the reference plays. scripts/build_wheels names another platform in the variable
NDM_WHEEL, for which zig compiles; "any" is a wheel without the engine for every platform.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def load_builder(root: str) -> ModuleType:
    """Return scripts/build_engine as a module."""
    loader = SourceFileLoader("build_engine", str(Path(root) / "scripts" / "build_engine"))
    spec = importlib.util.spec_from_loader("build_engine", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


class EngineHook(BuildHookInterface):  # type: ignore[type-arg]
    """Compiles the engine, and names the wheel's platform."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the library to a wheel. scripts/build_engine makes that of an editable one."""
        platform = os.environ.get("NDM_WHEEL", "")
        if version == "editable":
            return
        # The engine of the site's page, where scripts/build_wasm has made it. Git ignores it.
        page = Path("neural_drum_machine", "native", "engine.wasm")
        if (Path(self.root) / "src" / page).exists():
            build_data["force_include"][str(Path(self.root) / "src" / page)] = page.as_posix()
        if platform == "any":
            return
        builder = load_builder(self.root)
        if platform and platform not in builder.TARGETS:
            raise SystemExit(
                f"no platform {platform!r}; there are any, {', '.join(builder.TARGETS)}"
            )
        target = builder.TARGETS.get(platform, "")
        command = builder.zig_compiler() if target else builder.compiler()
        if command is None and target:
            raise SystemExit("wheels of other platforms need zig: pip install ziglang")
        if command is None:
            self.app.display_warning("no C compiler, so without the engine: the reference plays")
            return
        self._folder = tempfile.mkdtemp()
        library = Path(self._folder) / builder.name_on(
            builder.system_of(target) if target else sys.platform
        )
        try:
            builder.build(command, library, target=target)
        except (OSError, subprocess.CalledProcessError) as error:
            if target:
                raise
            self.app.display_warning(f"the engine cannot be built ({error}): the reference plays")
            return
        build_data["force_include"][str(library)] = f"neural_drum_machine/native/{library.name}"
        build_data["pure_python"] = False
        here = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["tag"] = f"py3-none-{platform or here}"

    def finalize(self, *_: Any) -> None:
        """Remove what was compiled."""
        if folder := getattr(self, "_folder", None):
            shutil.rmtree(folder, ignore_errors=True)
