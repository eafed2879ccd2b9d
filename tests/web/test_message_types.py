"""The types of messages in the page's JavaScript are those of the server's dataclasses."""

import runpy
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "scripts" / "build_message_types"


def test_the_pages_message_types_are_those_of_the_server():
    script = runpy.run_path(str(SCRIPT))
    written = script["FILE"].read_text(encoding="utf-8")
    assert script["message_types"]() == written, "run scripts/build_message_types"
