"""Coroutines in tests."""

import asyncio
import concurrent.futures
from collections.abc import Coroutine
from typing import Any


def run(coroutine: Coroutine[Any, Any, object]) -> None:
    """Run a coroutine in a thread of its own: Playwright's loop may still run in this one."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, coroutine).result(60)
