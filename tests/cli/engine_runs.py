"""Runs of every scenario on both engines, each in a process of its own, and what is compared."""

import pathlib
import re

from hvsim_program import HVSIM, ROOT, run

SCENARIOS = sorted((ROOT / "scenarios").glob("*.json"))
BUILT = (pathlib.Path(HVSIM).parent / "libhvsim_simgrid.so").exists()


def name_of(scenario):
    return scenario.stem


def kind_of(scenario):
    return re.search(r'"kind": "(\w+)"', scenario.read_text(encoding="utf-8")).group(1)


def on(engine, *arguments):
    """Everything that a run shows: rows with their digests, lines, locks, findings; the code."""
    ended = run("run", *arguments, "--engine", engine, "--format", "json", "--c2c", "-j", 1)
    return ended.returncode, ended.stderr, ended.stdout


def assert_same(*arguments):
    """One history on both: the same bytes. Returns them."""
    fibers = on("fibers", *arguments)
    simgrid = on("simgrid", *arguments)
    assert fibers[0] in (0, 1, 3), fibers[1]
    assert '"digest": "' in fibers[2] or '"findings": [' in fibers[2]
    assert simgrid == fibers
    return fibers
