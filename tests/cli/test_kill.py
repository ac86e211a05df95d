"""A sweep that is killed or interrupted, at any moment, goes on with --resume: same bytes.

HVSIM_KILLS says how many times to kill; some dozens by default, hundreds for a long look.
"""

import fcntl
import os
import random
import re
import signal
import subprocess
import time

import pytest
from hvsim_program import HVSIM, ROOT, run, write_scenario

KILLS = int(os.environ.get("HVSIM_KILLS", "30"))


@pytest.fixture(name="scenario")
def sweep_of_many_cells(tmp_path):
    """Cells of a few milliseconds each, some of which end in a finding."""
    return write_scenario(
        tmp_path, seeds=list(range(1, 11)),
        workload={"kind": "lock_storm", "duration": "100 us", "section": "100 ns",
                  "write_fraction": "10 %"},
        axes={"threads": [1, 4, 8], "lock": ["percpu_rwlock", "percpu_rwlock_without_fence"]})


@pytest.fixture(name="expected")
def result_of_an_undisturbed_run(scenario, tmp_path):
    ended = run("run", scenario, "-o", tmp_path / "undisturbed", "-j", 2, "--c2c")
    assert ended.returncode == 3
    assert os.listdir(tmp_path / "undisturbed") == ["small.json"]
    return (tmp_path / "undisturbed" / "small.json").read_bytes()


def start(scenario, folder, *more):
    return subprocess.Popen(
        [HVSIM, "run", str(scenario), "-o", str(folder), "-j", "2", "--c2c", *more],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def kept(stderr):
    """How many cells a run with --resume said were run before."""
    return int(re.search(r"small: (\d+) cells were run before", stderr).group(1))


def undisturbed_seconds(scenario, folder):
    begun = time.monotonic()
    run("run", scenario, "-o", folder, "-j", 2, "--c2c")
    return time.monotonic() - begun


def stop_at_random_moments(scenario, tmp_path, with_signal, times, expected):
    """Starts, stops after a random while, resumes, and so on, until the sweep ends by itself;
    then anew. Returns how many resumed runs had cells to keep."""
    draw = random.Random(20)
    longest = undisturbed_seconds(scenario, tmp_path / "timed")
    with_cells = 0
    stopped = 0
    chain = 0
    while stopped < times:
        chain += 1
        folder = tmp_path / f"out{chain}"
        more, before = [], 0
        while True:
            with start(scenario, folder, *more) as process:
                time.sleep(draw.uniform(0, longest))
                process.send_signal(with_signal)
                stderr = process.stderr.read()
                code = process.wait()
            if code == 3:
                break
            assert code in (-with_signal, 2), stderr
            stopped += 1
            if folder.exists():
                assert set(os.listdir(folder)) <= {"small.json", "small.json.part",
                                                   "small.journal"}
            if "run before" in stderr:
                assert kept(stderr) >= before, "a cell that was done is lost"
                before = kept(stderr)
                with_cells += before > 0
            if folder.exists() and os.listdir(folder) == ["small.json"]:
                break  # all was done but for leaving
            more = ["--resume"]
        assert (folder / "small.json").read_bytes() == expected
        assert os.listdir(folder) == ["small.json"]
    return with_cells


def test_a_sweep_killed_at_any_moment_goes_on_to_the_same_bytes(scenario, tmp_path, expected):
    assert stop_at_random_moments(scenario, tmp_path, signal.SIGKILL, KILLS, expected) > 0


def test_a_sweep_interrupted_at_any_moment_goes_on_to_the_same_bytes(scenario, tmp_path,
                                                                     expected):
    stop_at_random_moments(scenario, tmp_path, signal.SIGINT, KILLS // 3, expected)


def whole_journal(scenario, folder):
    """The journal of all cells: what a run leaves that is killed just before it removes it."""
    folder.mkdir()
    journal = folder / "small.journal"
    with start(scenario, folder) as process:
        twin = None
        while process.poll() is None:
            if twin is None and journal.exists():
                twin = folder / "twin"
                os.link(journal, twin)
    whole = twin.read_bytes()
    twin.unlink()
    return whole


def test_a_torn_or_damaged_end_of_the_journal_is_ignored(scenario, tmp_path, expected):
    whole = whole_journal(scenario, tmp_path / "out")
    journal = tmp_path / "out" / "small.journal"
    result = tmp_path / "out" / "small.json"
    head = whole.index(b"\n") + 1
    draw = random.Random(21)
    cuts = [0, 1, head - 1, head, head + 1, head + 7, head + 8, head + 9, len(whole) - 1]
    for cut in cuts + [draw.randrange(len(whole)) for _ in range(4)]:
        journal.write_bytes(whole[:cut])
        result.unlink(missing_ok=True)
        ended = run("run", scenario, "-o", tmp_path / "out", "--c2c", "--resume")
        assert ended.returncode == 3
        assert result.read_bytes() == expected, cut
        assert kept(ended.stderr) < 60
    for at in [head, head + 5, head + 20, len(whole) // 2]:
        damaged = bytearray(whole)
        damaged[at] ^= 0x10
        journal.write_bytes(damaged)
        ended = run("run", scenario, "-o", tmp_path / "out", "--c2c", "--resume")
        assert kept(ended.stderr) < 60
        assert result.read_bytes() == expected, at
    journal.write_bytes(whole + bytes(100))
    ended = run("run", scenario, "-o", tmp_path / "out", "--c2c", "--resume")
    assert kept(ended.stderr) == 60
    assert result.read_bytes() == expected


def test_the_journal_of_another_question_or_version_is_refused_and_stays(scenario, tmp_path):
    whole = whole_journal(scenario, tmp_path / "out")
    journal = tmp_path / "out" / "small.journal"
    journal.write_bytes(whole)
    for more in (["--c2c", "--seed", "1"], [], ["--c2c", "--set", "prices.pause=9 ns"]):
        ended = run("run", scenario, "-o", tmp_path / "out", "--resume", *more)
        assert ended.returncode == 4
        assert ended.stderr == (
            f"{journal}: this is the journal of another question (scenario, machine or --c2c): "
            "leave --resume out to begin anew\n")
        assert journal.read_bytes() == whole
    journal.write_bytes(whole.replace(b"version ", b"version 9", 1))
    ended = run("run", scenario, "-o", tmp_path / "out", "--c2c", "--resume")
    assert ended.returncode == 4
    assert "another version of hvsim, or no journal" in ended.stderr
    assert run("run", scenario, "-o", tmp_path / "out", "--c2c").returncode == 3
    assert not journal.exists()


def test_two_runs_do_not_write_one_journal(scenario, tmp_path):
    journal = tmp_path / "small.journal"
    with open(journal, "wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        ended = run("run", scenario, "-o", tmp_path)
    assert ended.returncode == 4
    assert ended.stderr == f"hvsim: cannot write {journal}: another run is writing it\n"


def test_resume_without_a_folder_is_wrong_usage(scenario):
    ended = run("run", scenario, "--resume")
    assert ended.returncode == 4
    assert ended.stderr == (
        "hvsim: --resume needs --output: what was run before is kept there\n")
