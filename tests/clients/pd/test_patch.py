"""The patch file, compared with its source and the protocol, and loaded by a real Pd."""

import re
import subprocess

from tests.clients.pd.conftest import PD, needs_pd
from tests.support.patience import PATIENCE

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.server.osc import REQUESTS
from neural_drum_machine.server.protocol import RANGES
from neural_drum_machine.wishes.qualities import QUALITIES

from source.instrument import CATEGORIES as OFFERED  # isort: skip
from source.instrument import RANGES as OFFERED_RANGES  # isort: skip
from source.instrument import patch  # isort: skip
from source.network import ANSWERS  # isort: skip
from source.wishes import QUALITIES as WISHES  # isort: skip

FILE = PD / "neural-drum-machine.pd"


def test_the_committed_patch_is_built_from_the_source():
    assert FILE.read_text(encoding="utf-8") == patch(), (
        "run scripts/build_pd_patch and commit its output"
    )


def test_its_choices_are_those_of_the_model_and_the_protocol():
    assert (OFFERED, OFFERED_RANGES) == (CATEGORIES, RANGES)
    assert tuple(quality.name for quality in QUALITIES) == WISHES


def test_every_answer_is_routed():
    document = (PD.parents[1] / "docs" / "protocol.md").read_text()
    said = set(re.findall(r"`/ndm/(\w+)`", document)) - {a.removeprefix("/ndm/") for a in REQUESTS}
    assert said | {"hello", "status", "layers"} == set(ANSWERS)


def test_several_copies_share_no_name():
    text = FILE.read_text(encoding="utf-8")
    for kind, name in re.findall(
        r"#X obj \d+ \d+ (s|r|v|table|array get|array set|tabread4~) (\S+?);", text
    ):
        assert name.startswith("\\$0-") or name == "ndm-choke", (kind, name)


@needs_pd
def test_every_object_is_vanilla(tmp_path):
    """Pd reports every object that it cannot create."""
    done = subprocess.run(
        ["pd", "-nogui", "-nomidi", "-noprefs", "-stderr", "-noaudio", "-nostdpath",
         "-send", "; pd quit", str(FILE)],
        capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip
    assert "couldn't create" not in done.stderr
    assert "connection failed" not in done.stderr
    assert done.stderr.strip() == ""
