"""The program under test, run as a user would run it; and a scenario that takes an instant."""

import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
HVSIM = os.environ.get("HVSIM", str(ROOT / "build" / "release" / "hvsim"))

SMALL = {
    "name": "small",
    "why": "A test of the command line",
    "machine": str(ROOT / "models" / "machines" / "toy-2s4c.json"),
    "workload": {"kind": "lock_storm", "duration": "20 us", "section": "100 ns"},
    "axes": {"threads": [1, 4], "lock": ["word_rwlock", "percpu_rwlock"]},
    "seeds": [1, 2],
    "claims": [],
}


def run(*arguments, **options):
    """Runs hvsim to its end, at the root of the repository; what it printed is text."""
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stderr", subprocess.PIPE)
    options.setdefault("stdin", subprocess.DEVNULL)
    return subprocess.run([HVSIM, *map(str, arguments)], cwd=ROOT, text=True, check=False,
                          timeout=120, **options)


def claim(at_least, metric="ops_per_ms"):
    return {
        "says": "a claim of the test",
        "source": "the test",
        "metric": metric,
        "at": {"threads": 4},
        "of": {"lock": "percpu_rwlock"},
        "over": {"lock": "word_rwlock"},
        "at_least": at_least,
    }


def write_scenario(folder, **changes):
    """Writes the small scenario, with changes, and returns its path."""
    scenario = {**SMALL, **changes}
    path = folder / (scenario["name"] + ".json")
    path.write_text(json.dumps(scenario), encoding="utf-8")
    return path
