"""hvsim explore: what it finds, how to have it again, and what must not depend on the host."""

import json
import os
import pty
import re
import shlex
import signal
import subprocess

from hvsim_program import HVSIM, ROOT, run

LOCKS = "scenarios/explore-locks.json"
BROKEN = ["--set", "lock=percpu_rwlock_polling_before_activating", "--set", "threads=3"]


def test_correct_locks_have_no_finding_and_it_is_0():
    ended = run("explore", LOCKS, "--schedules", 240)
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    assert ended.stdout == (
        "explore-locks: 240 schedules of noise, seed 1, over 24 cells: no finding\n")


def test_a_finding_is_3_and_its_command_shows_the_same_again():
    ended = run("explore", LOCKS, *BROKEN, "--schedules", 200, "--strategy", "pct")
    assert ended.returncode == 3
    replays = re.findall(r"  replay: hvsim (.*)\n", ended.stdout)
    assert replays
    for found, replay in zip(ended.stdout.split("\n\nGR-")[1:], replays):
        again = run(*shlex.split(replay))
        assert again.returncode == 3
        assert "of 1 schedule, first by number" in again.stdout
        digest = re.search("digest ([0-9a-f]{16})", found).group(1)
        assert digest in again.stdout
        interleaving = found[found.index("place\n"):].strip()
        assert interleaving in again.stdout
    assert max(map(len, ended.stdout.splitlines())) < 180


def test_the_number_of_jobs_changes_no_byte():
    outputs = {run("explore", LOCKS, *BROKEN, "--schedules", 300, "-j", jobs).stdout
               for jobs in (1, 2, 5)}
    assert len(outputs) == 1


def test_json_says_what_the_table_says():
    ended = run("explore", LOCKS, *BROKEN, "--schedules", 100, "--format", "json")
    assert ended.returncode == 3
    report = json.loads(ended.stdout)
    assert report["schedules"] == report["asked"] == 100
    assert report["strategy"] == "noise"
    finding = report["findings"][0]
    assert finding["rule"] == "GR-S1"
    assert finding["shown_by"] <= finding["of"] == 100
    assert finding["smallest"]
    steps = finding["interleaving"]["steps"]
    assert {step["pcpu"] for step in steps} == set(finding["interleaving"]["pcpus"])
    assert all(step["at_ps"] <= finding["at_ps"] for step in steps)


def test_wrong_arguments_are_4():
    for arguments in (["--strategy", "chaos"], ["--schedules", "-1"], ["--seed", "x"],
                      ["--schedule", "1.5"], ["--format", "csv"], ["--set", "lock"],
                      ["--set", "threads=99"], ["--schedule", 1, "--schedules", 2]):
        ended = run("explore", LOCKS, *arguments)
        assert ended.returncode == 4, arguments
        assert len(ended.stderr.splitlines()) <= 2
    assert run("explore", "no-such-file.json").returncode == 4


def test_an_interruption_leaves_what_was_found_and_is_2():
    terminal, other_end = pty.openpty()
    with subprocess.Popen([HVSIM, "explore", LOCKS, *BROKEN, "--schedules", "10000000"],
                          cwd=ROOT, stdout=subprocess.PIPE, stderr=other_end,
                          text=True) as process:
        os.close(other_end)
        shown = ""
        while not re.search(r"\[[1-9]\d*/10000000\]", shown):
            shown += os.read(terminal, 4096).decode()
        process.send_signal(signal.SIGINT)
        printed = process.stdout.read()
        code = process.wait()
    os.close(terminal)
    assert code == 2
    assert "GR-S1" in printed
