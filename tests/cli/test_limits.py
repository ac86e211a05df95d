"""Limits: what asks for more than is allowed is told so, and how to allow more."""

import pathlib
import re
import resource

import pytest
from hvsim_program import HVSIM, ROOT, run, write_scenario


@pytest.fixture(name="scenario")
def small_scenario(tmp_path):
    return write_scenario(tmp_path)


@pytest.mark.parametrize("option, value, cell, says", [
    ("--max-simulated-time", "10 us", "threads=1 lock=word_rwlock seed=1",
     "10 us of simulated time"),
    ("--max-verbs", "1000", "threads=1 lock=word_rwlock seed=1", "1000 verbs"),
    ("--max-memory", "4 KiB", "threads=1 lock=word_rwlock seed=1", "4 KiB of simulated memory"),
    ("--max-strands", "3", "threads=4 lock=word_rwlock seed=1", "3 strands"),
])
@pytest.mark.parametrize("jobs", [1, 2])
def test_limit_of_a_cell_is_said_with_the_cell_and_the_option_that_raises_it(
        scenario, option, value, cell, says, jobs):
    ended = run("run", scenario, option, value, "-j", jobs)
    assert ended.returncode == 4
    assert ended.stdout == ""
    assert ended.stderr == (f"{scenario}:1:1: the cell {cell} takes more than {says}: "
                            f"raise the limit with {option}\n")


def test_more_cells_than_allowed_are_an_error_before_anything_is_run(scenario):
    ended = run("run", scenario, "--max-cells", 7)
    assert ended.returncode == 4
    assert ended.stderr == (f"{scenario}:1:1: axes and seeds make more than 7 cells: "
                            "raise the limit with --max-cells\n")
    assert run("run", scenario, "--max-cells", 8).returncode == 0
    assert run("run", scenario, "--max-cells", 4, "--seed", 1).returncode == 0


def test_limits_that_are_not_reached_change_no_byte(scenario):
    free = run("run", scenario, "--format", "json")
    bound = run("run", scenario, "--format", "json", "--max-simulated-time", "1 ms",
                "--max-verbs", 10000000, "--max-memory", "64 MiB", "--max-strands", 4)
    assert free.returncode == bound.returncode == 0
    assert free.stdout == bound.stdout


def test_raising_a_limit_goes_on_with_the_cells_that_were_done(scenario, tmp_path):
    out = tmp_path / "out"
    assert run("run", scenario, "-o", out, "-j", 1, "--max-strands", 1).returncode == 4
    ended = run("run", scenario, "-o", out, "--resume")
    assert ended.returncode == 0
    assert ended.stderr == "hvsim: small: 4 cells were run before\n"


def test_machine_whose_caches_do_not_fit_into_memory_is_refused(scenario, tmp_path):
    text = (ROOT / "models" / "machines" / "toy-2s4c.json").read_text(encoding="utf-8")
    machine = tmp_path / "huge.json"
    machine.write_text(re.sub(r'"size": "[^"]*"', '"size": "1 GiB"', text), encoding="utf-8")
    ended = run("run", scenario, "--set", f"machine={machine}", "--max-memory", "128 MiB")
    assert ended.returncode == 4
    assert "takes more than 128 MiB of simulated memory" in ended.stderr


def is_sanitized():
    """A sanitizer wants more address space than any limit leaves."""
    program = pathlib.Path(HVSIM).read_bytes()
    return b"__asan_init" in program or b"__tsan_init" in program


@pytest.mark.skipif(is_sanitized(), reason="a sanitizer needs the address space")
def test_host_without_memory_is_an_error_of_one_line_and_less_can_be_asked_for(scenario):
    def gibibyte():
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))

    ended = run("run", scenario, "-j", 1, preexec_fn=gibibyte)
    assert ended.returncode == 4
    assert ended.stderr == ("hvsim: this host has not enough memory: run fewer cells at once "
                            "(--jobs) or lower --max-memory\n")
    ended = run("run", scenario, "-j", 1, "--max-memory", "64 MiB", preexec_fn=gibibyte)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("option, value, says", [
    ("--max-verbs", "0", "must be from 1 to "),
    ("--max-verbs", "many", "expected a whole number"),
    ("--max-simulated-time", "5", "has no unit"),
    ("--max-memory", "1 TB", "unknown unit"),
    ("--max-strands", "513", "must be from 1 to 512"),
    ("--max-cells", "-1", "must be from 1 to "),
])
def test_limit_that_is_no_limit_is_wrong_usage(scenario, option, value, says):
    ended = run("run", scenario, f"{option}={value}")
    assert ended.returncode == 4
    assert ended.stderr.startswith(f"hvsim: {option} {value}: ")
    assert says in ended.stderr
