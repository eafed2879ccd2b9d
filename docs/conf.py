"""Sphinx configuration of the documentation site; ``scripts/build_docs`` builds it.

The source directory is the repository's root, so that a relative link such as
``../MODEL_CARD.md`` means the same on the site as on a forge.
"""

import sys
from pathlib import Path
from types import GenericAlias
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "docs")]

from neural_drum_machine import __version__  # noqa: E402

project = "Neural Drum Machine"
author = "The Neural Drum Machine authors"
project_copyright = f"2026, {author}"
version = release = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "numpydoc",
    "sphinx_copybutton",
    "players",
]
root_doc = "docs/index"
include_patterns = [
    "docs/**.md",
    "docs/**.rst",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "DATASET.md",
    "MODEL_CARD.md",
    "SECURITY.md",
    "clients/**.md",
    "examples/**.md",
]
exclude_patterns = [".*", "build", "data", "dist", "node_modules", "runs", "src", "tests"]

myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist"]
myst_heading_anchors = 4

autodoc_class_signature = "separated"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {"members": True, "show-inheritance": True}
# The members are documented one by one; a table of them would repeat that.
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

# Roles such as :func: and :meth: must lead to something in this package. Types in signatures
# (py:class, py:obj) and other projects' names are not checked: their inventories would have to
# come from the network.
nitpicky = True
nitpick_ignore_regex = [
    (r"py:(class|obj)", r".*"),
    (r"py:.*", r"(?!neural_drum_machine).*"),
]
# The examples of the protocols have languages of their own: "osc", "ask", "answer" ...
# An annotation such as `type[int]` matches every attribute of that name.
suppress_warnings = ["misc.highlighting_failure", "ref.python"]

html_theme = "furo"
html_title = f"{project} {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sphinx = False
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True


def _skips_aliases(*arguments: Any) -> bool | None:
    # numpydoc reads the docstring of ``dict`` for an alias such as ``dict[int, str]``, and fails.
    _, _, _, member, *_ = arguments
    return True if isinstance(member, GenericAlias) else None


def setup(app: "Sphinx") -> None:
    """Leave type aliases out of the API pages."""
    app.connect("autodoc-skip-member", _skips_aliases)
