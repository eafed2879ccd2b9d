"""Summaries of an evaluation's results that the report, its findings and its pictures share."""

from typing import Any

import numpy as np

from neural_drum_machine.categories import CATEGORIES


def category_means(result: dict[str, Any], route: str, measure: str) -> dict[str, float]:
    """Return the mean of a measure over each category's sounds."""
    part = result["reconstruction"]
    values = np.array(part["figures"][route][measure])
    labels = np.array(part["categories"])
    return {c: float(values[labels == c].mean()) for c in CATEGORIES if (labels == c).any()}


def mean(table: dict[str, float]) -> float:
    """Return the mean of a table's values, such as a mean over categories."""
    return float(np.mean(list(table.values())))


def best_path(result: dict[str, Any]) -> str:
    """Return the whole path (code searched, decoded, inverted) with the lowest best-gain SC."""
    paths: list[str] = [
        route for route in result["reconstruction"]["figures"] if route.startswith("searched_")
    ]
    return min(paths, key=lambda route: mean(category_means(result, route, "best_gain_sc")))


def diversity_ratio(result: dict[str, Any], kind: str) -> float | None:
    """Return the diversity of ``generated`` or ``augmented`` sounds over that of real sounds.

    This is the mean over the categories that have both, or None if there are none.
    """
    table = result["generation"].get("diversity", {})
    real = {c: v for c, v in table.get("real", {}).items() if v > 0}
    ratios = {c: v / real[c] for c, v in table.get(kind, {}).items() if c in real}
    return mean(ratios) if ratios else None


def augmented_categories(result: dict[str, Any]) -> tuple[int, int]:
    """Return how many categories the augmented recordings cover, and how many there are.

    If all recordings of a category are among the real sounds, no augmented version of other
    recordings is left.
    """
    table = result["generation"].get("diversity", {})
    return len(table.get("augmented", {})), len(table.get("real", {}))
