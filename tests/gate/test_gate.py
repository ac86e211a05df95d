"""The determinism gate: one result, however hvsim is built and wherever it runs.

Running twice and comparing is not enough: order by address survives it. So every scenario's result
is compared between builds and between surroundings (variants.py), byte for byte; and a program
with a fault of each kind that is looked for (planted_faults.cpp) shows that the gate would tell.
"""

import subprocess

import pytest
from comparison import (Case, differences, every_lock, every_scenario, first_difference,
                        names_listed, results, workload_of)
from variants import BUILDS, HOSTS, MAIN, ROOT, Program, built, make_locale, why_not

RELEASE = Program("the program, as it is", MAIN)


@pytest.fixture(name="folder", scope="session")
def shared_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("gate")


@pytest.fixture(name="cases", scope="session")
def all_cases():
    return [*every_scenario(), every_lock()]


@pytest.fixture(name="expected", scope="session")
def expected_results(cases, folder):
    return results(RELEASE, cases, folder)


def build_or_skip(name):
    reason = why_not(BUILDS[name])
    if reason:
        pytest.skip(f"{name}: {reason}")
    return built(name)


def skip_if_impossible(name):
    reason = make_locale() if name == "LANG" else None
    if name == "no ASLR" and subprocess.run(["setarch", "-R", "true"], check=False).returncode:
        reason = "this host does not let ASLR be switched off"
    if reason:
        pytest.skip(f"{name}: {reason}")


def test_every_workload_and_every_lock_is_compared(cases):
    used = {workload_of(ROOT / case.file) for case in cases}
    assert used == set(names_listed("workloads"))
    compared = {lock for case in cases for sweep in case.sweep
                for lock in sweep.removeprefix("lock=").split(",")}
    assert compared > set(names_listed("locks"))


def test_the_results_hold_rows_digests_and_findings(expected):
    printed = b"".join(said[0] for said in expected.values())
    assert printed.count(b'"digest"') > 150
    assert b'"rule"' in printed, "no broken lock was found out: findings are not compared"
    assert {said[2] for said in expected.values()} <= {0, 1, 3}


@pytest.mark.parametrize("name", HOSTS)
def test_a_host_changes_nothing(name, cases, expected, folder):
    skip_if_impossible(name)
    other = Program(f"the program, {name}", MAIN, HOSTS[name])
    found = differences(RELEASE, other, cases, folder, expected)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", BUILDS)
def test_a_build_changes_nothing(name, cases, expected, folder):
    other = Program(name, build_or_skip(name) / "gate")
    found = differences(RELEASE, other, cases, folder, expected)
    assert not found, "\n".join(found)


GCC = "gcc -O2, stack of pattern"
CLANG = "clang libstdc++, stack of pattern"
LIBCXX = "clang libc++, stack of zero"
HASWELL = "gcc -O3 -march=haswell, stack of zero"
SANITIZERS = "ASan and UBSan"

# The pair of builds that shows a kind of fault. (std::exponential_distribution is not among them:
# libstdc++ 12 and libc++ 14 draw the same numbers.)
FAULTS_OF_BUILDS = {
    "uniform_int_distribution": (CLANG, LIBCXX),
    "normal_distribution": (CLANG, LIBCXX),
    "shuffle": (CLANG, LIBCXX),
    "unordered_map_of_strings": (CLANG, LIBCXX),
    "sort_with_ties": (CLANG, LIBCXX),
    "unordered_set_of_pointers": (GCC, HASWELL),
    "floating_point_contraction": (GCC, HASWELL),
    "argument_order": (GCC, CLANG),
    "uninitialised_stack": (GCC, HASWELL),
    "beyond_the_heap": (GCC, SANITIZERS),
    "signed_overflow": (GCC, SANITIZERS),
}
# ... and the pair of hosts of one build.
FAULTS_OF_HOSTS = {
    "wall_clock": ("as it is", "once more"),
    "address": ("as it is", "no ASLR"),
    "uninitialised_heap": ("heap of 0x55", "heap of 0xaa"),
    "order_of_cells": ("-j 1", "reversed"),
    "folder": ("as it is", "another folder"),
    "time_zone": ("as it is", "TZ"),
    "locale": ("as it is", "LANG"),
    "switches": ("as it is", "step"),
    "verbs": ("as it is", "poll"),
}
# These do not reach what is simulated, end the program, or need more than the one cell of a
# recording: no verb differs.
WITHOUT_A_VERB = {"switches", "verbs", "order_of_cells", "beyond_the_heap", "signed_overflow"}

SMALL = [Case("scenarios/lock-writers.json",
              ("duration=10 us", "write_fraction=0.1", "online=16", "lock=percpu_rwlock"),
              ("threads=2,4",))]


def planted(name, fault, host="as it is"):
    return Program(f"{name}, {host}", build_or_skip(name) / "gate_planted", HOSTS[host], fault)


def assert_seen(fault, found):
    assert found, f"the gate does not see {fault}"
    if fault not in WITHOUT_A_VERB:
        assert "the runs part at" in found[0], found[0]
    print(found[0])


@pytest.mark.parametrize("fault", FAULTS_OF_BUILDS)
def test_a_fault_that_builds_show_turns_it_red(fault, folder):
    one, other = (planted(name, fault) for name in FAULTS_OF_BUILDS[fault])
    assert_seen(fault, differences(one, other, SMALL, folder))


@pytest.mark.parametrize("fault", FAULTS_OF_HOSTS)
def test_a_fault_that_hosts_show_turns_it_red(fault, folder):
    names = FAULTS_OF_HOSTS[fault]
    for name in names:
        skip_if_impossible(name)
    one, other = (planted(GCC, fault, name) for name in names)
    assert_seen(fault, differences(one, other, SMALL, folder))


@pytest.mark.parametrize("name", BUILDS)
def test_without_a_fault_the_same_program_agrees(name, folder):
    found = differences(planted(GCC, "none"), planted(name, "none"), SMALL, folder)
    assert not found, "\n".join(found)


def test_a_difference_is_told_by_its_place():
    left = {"rows": [{"at": {}, "digest": "a"}, {"at": {}, "digest": "b"}]}
    right = {"rows": [{"at": {}, "digest": "a"}, {"at": {}, "digest": "c"}]}
    assert first_difference(left, right) == ("/rows/1/digest", "b", "c")
    assert first_difference(left, left) is None
    assert first_difference({"a": 1}, {"a": True}) == ("/a", 1, True)
    assert first_difference({"a": [1, 2]}, {"a": [1]}) == ("/a/1", 2, 1)
