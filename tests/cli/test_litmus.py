"""hvsim litmus as a user meets it, and the abstract machine that our own sets come from."""

import json
import sys

import pytest
from hvsim_program import ROOT, run

PACKS = ROOT / "tests" / "litmus"
sys.path.insert(0, str(PACKS))

import oracle  # noqa: E402
import own_tests  # noqa: E402

SB = {"name": "SB", "threads": [["store x 1", "load y r0"], ["store y 1", "load x r0"]]}
ALLOWED = [[0, 0, 1, 1], [0, 1, 1, 1], [1, 0, 1, 1], [1, 1, 1, 1]]


def write_pack(folder, *tests):
    path = folder / "pack.json"
    path.write_text(json.dumps({"format": "xlitmus-1", "tests": tests}), encoding="utf-8")
    return path


def test_the_abstract_machine_gives_every_set_of_the_public_pack():
    tests = json.loads((PACKS / "public.json").read_text(encoding="utf-8"))["tests"]
    assert len(tests) == 112
    for test in tests:
        states, allowed = oracle.outcomes(test)
        assert allowed == sorted(test["allowed"]), test["name"]
        assert states == test["machine_states"], test["name"]
        assert oracle.outcomes(test, buffers=False)[1] == sorted(test["sc"]), test["name"]


def test_our_own_pack_is_what_the_abstract_machine_says():
    assert (PACKS / "own.json").read_text(encoding="utf-8") == own_tests.pack()


@pytest.mark.parametrize("model", ["tso", "sc"])
def test_all_orders_give_all_that_is_allowed_and_nothing_else(model):
    ended = run("litmus", PACKS / "public.json", PACKS / "own.json", "--model", model,
                "--format", "json")
    assert ended.returncode == 0 and not ended.stderr
    tests = json.loads(ended.stdout)["tests"]
    assert len(tests) == 112 + len(own_tests.tests())
    for test in tests:
        assert list(test) == ["name", "mode", "runs", "seen", "forbidden", "missing", "ok"]
        assert test["mode"] == "exhaustive" and test["ok"] is True
        assert test["forbidden"] == [] and test["missing"] == []


def test_a_forbidden_outcome_is_3_and_a_missing_one_1(tmp_path):
    right = write_pack(tmp_path, {**SB, "allowed": ALLOWED})
    assert run("litmus", right).returncode == 0
    more = write_pack(tmp_path, {**SB, "allowed": [*ALLOWED, [2, 2, 1, 1]]})
    ended = run("litmus", more)
    assert ended.returncode == 1 and "MISSING [2 2 1 1]" in ended.stdout
    less = write_pack(tmp_path, {**SB, "allowed": ALLOWED[1:]})
    ended = run("litmus", less, "--format", "json")
    assert ended.returncode == 3
    assert json.loads(ended.stdout)["tests"][0]["forbidden"] == [[0, 0, 1, 1]]
    assert run("litmus", less, "--mode", "random", "--runs", "100").returncode == 3


def test_a_test_without_sets_is_told_by_its_condition(tmp_path):
    ended = run("litmus", write_pack(tmp_path, SB))
    assert ended.returncode == 0 and "1 of 1 tests ok" in ended.stdout
    asking = {**SB, "condition": ["and", ["eq", "0:r0", 0], ["eq", "1:r0", 0]]}
    assert "seen yes" in run("litmus", write_pack(tmp_path, asking)).stdout
    assert "seen no" in run("litmus", write_pack(tmp_path, asking), "--model", "sc").stdout
    wrong = write_pack(tmp_path, {**asking, "verdict": "forbidden"})
    assert run("litmus", wrong).returncode == 3


def test_drawn_orders_depend_on_the_seed_alone(tmp_path):
    pack = write_pack(tmp_path, {**SB, "allowed": ALLOWED})
    def seen(*more):
        ended = run("litmus", pack, "--mode", "random", "--runs", "3", "--format", "json", *more)
        assert ended.returncode == 0
        return ended.stdout
    assert seen() == seen("--seed", "1")
    assert len({seen("--seed", str(seed)) for seed in range(20)}) > 1


@pytest.mark.parametrize("more", [
    ["--mode", "random", "--runs", "20"],
    ["--mode", "timed", "--runs", "9"],
    ["--mode", "timed", "--runs", "6", "--machine", "haswell-ep-2s18c"],
    ["--mode", "timed", "--runs", "6", "--machine", "sandybridge-ep-2s8c", "--model", "sc"],
    ["--on", "host", "--runs", "200"],
])
def test_what_is_not_seen_in_other_modes_is_only_counted(more):
    ended = run("litmus", PACKS / "public.json", "--format", "json", *more)
    assert ended.returncode == 0 and not ended.stderr
    tests = json.loads(ended.stdout)["tests"]
    assert len(tests) == 112
    assert all(test["ok"] and test["forbidden"] == [] for test in tests)
    assert all(test["runs"] == int(more[3]) for test in tests)


@pytest.mark.parametrize("arguments, said", [
    (["--mode", "fast"], "expected exhaustive, random or timed"),
    (["--model", "arm"], "expected tso or sc"),
    (["--on", "moon"], "expected sim or host"),
    (["--format", "csv"], "expected table or json"),
    (["--runs", "5"], "--runs is for --mode random and timed"),
    (["--mode", "random", "--runs", "0"], "expected a whole number from 1"),
    (["--mode", "random", "--seed", "x"], "expected a whole number from 0"),
    (["--on", "host", "--model", "sc"], "the host has store buffers"),
    (["--on", "host", "--mode", "random"], "leave --mode out"),
    (["--machine", "toy-2s4c"], "only with --mode timed"),
    (["--mode", "timed", "--machine", "toi-2s4c"], "toy-2s4c"),
])
def test_wrong_usage_is_4_in_one_line(tmp_path, arguments, said):
    ended = run("litmus", write_pack(tmp_path, SB), *arguments)
    assert ended.returncode == 4 and not ended.stdout
    assert said in ended.stderr and ended.stderr.count("\n") == 1, ended.stderr


def test_every_mistake_of_every_file_is_told_with_its_place(tmp_path):
    wrong = write_pack(tmp_path, {"name": "A", "threads": [["load x"], ["jump"]]})
    other = tmp_path / "other.json"
    other.write_text('{"tests": [', encoding="utf-8")
    ended = run("litmus", wrong, other, tmp_path / "none.json")
    assert ended.returncode == 4 and not ended.stdout
    lines = ended.stderr.splitlines()
    assert [line.startswith(f"{wrong}:1:") for line in lines] == [True, True, False, False]
    assert "/tests/0/threads/1/0" in lines[1]
    assert lines[2].startswith(f"{other}:1:") and "no such file" in lines[3]


def test_a_pack_with_nothing_in_it_and_no_pack_at_all(tmp_path):
    ended = run("litmus", write_pack(tmp_path))
    assert ended.returncode == 0 and "0 of 0 tests ok" in ended.stdout
    assert run("litmus").returncode == 5
