"""Settles how OpenCV behaves in a whole process, which a program does once at its start and a library never does."""

import cv2

__all__ = ["settle_opencv"]


def settle_opencv() -> None:
    """Let OpenCV print nothing and use no threads of its own; for the start of a program, since both are global.

    Its own lines about damaged files name neither the file nor the cure, as our errors do. Its threads wait for one
    another: with two cores that had other work, too, a cell took 40 ms instead of 13.
    """
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    cv2.setNumThreads(1)
