"""The engine on SimGrid: the same bytes as the fibers, from every scenario, cut short."""

import json

import pytest
from engine_runs import BUILT, SCENARIOS, assert_same, kind_of, name_of, on
from hvsim_program import run, write_scenario

pytestmark = pytest.mark.skipif(not BUILT, reason="needs SimGrid")

SHORT = {
    "atomic_storm": ["--set", "duration=100 us"],
    "core_to_core": ["--set", "rounds=10"],
    "ipi_broadcast": ["--set", "duration=20 us"],
    "lock_storm": ["--set", "duration=10 us"],
    "runstate_storm": ["--set", "duration=20 us"],
    "tlb_shootdown": ["--set", "warm_up=1 us", "--set", "duration=15 us"],
    "pt_cache": ["--set", "warm_up=5 us", "--set", "duration=15 us"],
    "vcpu_storm": ["--set", "warm_up=0 us", "--set", "duration=20 us", "--set", "pcpus=8",
                   "--set", "domains=4", "--set", "awake=2", "--set", "sleepers=1"],
    "vif_transfer": ["--set", "warm_up=20 us", "--set", "duration=50 us"],
    "steal": ["--set", "warm_up=100 us", "--set", "duration=200 us", "--set", "timeslice=50 us",
              "--set", "ratelimit=10 us"],
}
# A fourth, percpu_rwlock_keeping_pointer, polls for 100 simulated ms before it is found out.
TWINS = ["word_rwlock_without_writer_bit_clear", "percpu_rwlock_without_fence",
         "percpu_rwlock_polling_before_activating"]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=name_of)
def test_a_scenario_cut_short_has_the_same_bytes(scenario):
    code, _, _ = assert_same(scenario, "--seed", 1, *SHORT[kind_of(scenario)])
    assert code in (0, 1)


@pytest.mark.parametrize("twin", TWINS)
def test_a_broken_twin_has_the_same_bytes(tmp_path, twin):
    scenario = write_scenario(tmp_path, axes={"threads": [4, 8], "lock": [twin]}, seeds=[1, 2, 3])
    assert_same(scenario, "--set", "write_fraction=30 %", "--set", "duration=100 us")


def test_some_twin_ends_in_a_finding_and_the_cells_after_it_still_run(tmp_path):
    scenario = write_scenario(tmp_path, seeds=[1, 2], axes={
        "threads": [4], "lock": ["word_rwlock_without_writer_bit_clear", "percpu_rwlock"]})
    code, _, text = assert_same(scenario, "--set", "write_fraction=30 %")
    rows = json.loads(text)["rows"]
    assert code == 3
    assert [bool(row["findings"]) for row in rows] == [True, True, False, False]


def test_more_jobs_give_the_same_bytes_and_a_note(tmp_path):
    scenario = write_scenario(tmp_path)
    one = on("simgrid", scenario)
    many = run("run", scenario, "--engine", "simgrid", "--format", "json", "--c2c", "-j", 4)
    assert (many.returncode, many.stdout) == (one[0], one[2])
    assert many.stderr == "hvsim: --engine simgrid runs one cell at a time: --jobs is 1\n"
    default = run("run", scenario, "--engine", "simgrid", "--format", "json", "--c2c")
    assert (default.returncode, default.stderr, default.stdout) == one
