"""Ends a process with the one that started it, however that one ends: Ctrl-C, SIGTERM, SIGKILL, out of memory."""

import multiprocessing
import os
import threading

__all__ = ["end_with_parent"]


def end_with_parent() -> None:
    """End this process at once when its parent has ended; for processes that `multiprocessing` started.

    A pool's workers hold both ends of their queue, so they would wait for work forever.
    """
    threading.Thread(target=_wait_for_parent, name="end-with-parent", daemon=True).start()


def _wait_for_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
