"""The patcher: the patch with everything that Max stores beside its boxes and cords."""

from collections.abc import Sequence
from typing import Any, Final

from .container import amxd_type
from .controls import BANKS
from .instrument import instrument
from .layout import HEIGHT, WIDTH
from .parameters import banks_json

SCRIPTS: Final = ("ndm_client.js", "ndm_kit.js", "ndm_sample.js", "ndm_xy_pad.js")


def patcher(scripts: Sequence[str] = SCRIPTS) -> dict[str, Any]:
    """Return the patcher as the device file stores it, with the scripts that the file holds."""
    content = instrument().json()
    content["parameters"] |= {"parameterbanks": banks_json(BANKS), "inherited_shortname": 1}
    return {
        "patcher": {
            "fileversion": 1,
            "appversion": {
                "major": 8, "minor": 6, "revision": 0, "architecture": "x64", "modernui": 1,
            },
            "classnamespace": "box",
            "rect": [60.0, 100.0, 1200.0, 800.0],
            "openinpresentation": 1,
            "default_fontsize": 10.0,
            "default_fontname": "Ableton Sans Medium",
            "gridsize": [10.0, 10.0],
            "devicewidth": float(WIDTH),
            "openrect": [0.0, 0.0, float(WIDTH), float(HEIGHT)],
            "description": "Neural Drum Machine: move the pad, hear a new drum.",
            "digest": "Drum sounds by a neural network",
            **content,
            "dependency_cache": [
                {"name": name, "bootpath": ".", "patcherrelativepath": ".", "type": "TEXT",
                 "implicit": 1}
                for name in scripts
            ],
            "latency": 0,
            "is_mpe": 0,
            "autosave": 0,
            "project": {
                "version": 1,
                "creationdate": 0,
                "modificationdate": 0,
                "viewrect": [0.0, 0.0, 300.0, 500.0],
                "autoorganize": 0,  # else Max moves what Node for Max needs
                "hideprojectwindow": 1,
                "showdependencies": 1,
                "autolocalize": 0,
                "contents": {"patchers": {}, "code": {name: {"kind": "javascript"}
                                                       for name in scripts}},
                "layout": {},
                "searchpath": {},
                "detailsvisible": 0,
                "amxdtype": amxd_type("instrument"),
                "readonly": 0,
                "devpathtype": 0,
                "devpath": ".",
                "sortmode": 0,
                "viewmode": 0,
            },
        }
    }  # fmt: skip
