"""Says how many processes a command may start, and refuses more before anything is loaded."""

import click

from inkdigits.system.cpu import count_cores, find_most_processes

__all__ = ["WORKERS", "check_workers"]

WORKERS = click.IntRange(1, 256)  # of a cluster, too; on this machine `check_workers` allows fewer


def check_workers(workers: int | None) -> None:
    """Refuse more processes than this machine's cores can serve: each takes 100 MB or more.

    Raises:
        click.UsageError: There are more.
    """
    most = find_most_processes()
    if workers is not None and workers > most:
        msg = f"expected at most {most} processes on {count_cores()} cores, got {workers}; leave --workers out"
        raise click.UsageError(msg)
