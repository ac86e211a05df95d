"""hvsim run --history and hvsim diff-history: where two runs part."""

import os

import pytest
from hvsim_program import run, write_scenario


@pytest.fixture(name="scenario")
def small_scenario(tmp_path):
    return write_scenario(tmp_path)


@pytest.fixture(name="record")
def recorder(tmp_path, scenario):
    def record(name, *arguments, seed=1):
        file = tmp_path / name
        ended = run("run", scenario, "--set", "threads=4", "--set", "lock=word_rwlock", "--seed",
                    seed, "--history", file, "--format", "json", *arguments)
        assert ended.returncode == 0, ended.stderr
        return file, ended.stdout
    return record


def test_a_history_has_a_header_a_line_a_verb_and_an_end_that_counts_them(record):
    file, printed = record("a")
    lines = file.read_text().splitlines()
    assert lines[0] == "hvsim-history 1"
    assert lines[2:4] == ["scenario small", "cell seed=1"]
    verbs = [line.split() for line in lines if line[0].isdigit()]
    assert len(verbs) > 100
    assert {len(verb) for verb in verbs} == {6}
    kind, count, digest = lines[-1].split()
    assert (kind, int(count)) == ("end", len(verbs))
    assert f'"digest": "{digest}"' in printed
    assert any(line.startswith("word ") and "storm.lock" in line for line in lines)


def test_recording_does_not_change_the_result(record, scenario):
    printed = record("a")[1]
    plain = run("run", scenario, "--set", "threads=4", "--set", "lock=word_rwlock", "--seed", 1,
                "--format", "json")
    assert printed == plain.stdout


def test_runs_of_one_seed_have_the_same_history_however_they_are_simulated(record):
    first = record("a")[0]
    for name, *how in (("b",), ("c", "--step"), ("d", "--poll"), ("e", "--reversed", "--step")):
        ended = run("diff-history", first, record(name, *how)[0])
        assert ended.returncode == 0, ended.stdout
        assert ended.stdout.endswith("the same history\n")


def test_runs_of_two_seeds_part_and_both_sides_are_shown(record):
    ended = run("diff-history", record("a")[0], record("b", seed=2)[0])
    assert ended.returncode == 1
    assert "these are different cells\n" in ended.stdout
    assert "the runs part at " in ended.stdout
    sides = [line for line in ended.stdout.splitlines() if line.startswith(("  A  ", "  B  "))]
    assert len(sides) == 2 and sides[0] != sides[1]
    assert "models/" in sides[0]


def altered(file, name, change):
    """A copy in which one field of the 100th verb is another number."""
    lines = file.read_text().splitlines(keepends=True)
    at = [i for i, line in enumerate(lines) if line[0].isdigit()][100]
    lines[at] = change(lines[at])
    copy = file.with_name(name)
    copy.write_text("".join(lines))
    return copy, lines[at].split()


def test_the_first_verb_that_differs_is_named_with_those_before_it(record):
    file = record("a")[0]

    def another_value(line):
        pcpu, at, verb, address, value, place = line.split()
        return f"{pcpu} {at} {verb} {address} {int(value) + 7} {place}\n"

    copy, verb = altered(file, "b", another_value)
    ended = run("diff-history", file, copy)
    assert ended.returncode == 1
    assert f"the runs part at {verb[1]} ps, on pCPU {verb[0]}, " in ended.stdout
    assert f"value {verb[4]} " in ended.stdout.split("  B ")[1]
    assert 1 <= ended.stdout.count("  both ") <= 5


def test_of_two_pcpus_that_differ_the_earlier_in_time_is_named(tmp_path):
    def history(name, late, early):
        file = tmp_path / name
        file.write_text("hvsim-history 1\nversion 0\nscenario s\ncell c\nplace 0 a.cpp:1\n"
                        f"0 900 fence 0 {late} 0\n1 500 fence 0 {early} 0\n"
                        "end 2 0000000000000000\n")
        return file

    ended = run("diff-history", history("a", 1, 2), history("b", 3, 4))
    assert "the runs part at 500 ps, on pCPU 1, at its verb 0\n" in ended.stdout
    ended = run("diff-history", history("a", 1, 2), history("b", 3, 2))
    assert "the runs part at 900 ps, on pCPU 0, at its verb 0\n" in ended.stdout


def test_a_run_that_goes_on_differs_unless_the_other_was_cut(tmp_path):
    def history(name, verbs, ended):
        file = tmp_path / name
        file.write_text("hvsim-history 1\nversion 0\nscenario s\ncell c\nplace 0 a.cpp:1\n"
                        + "".join(f"0 {n} fence 0 0 0\n" for n in range(verbs))
                        + f"{ended} {verbs} 0000000000000000\n")
        return file

    longer = history("a", 3, "end")
    ended = run("diff-history", longer, history("b", 2, "end"))
    assert ended.returncode == 1 and "this pCPU did no more" in ended.stdout
    ended = run("diff-history", longer, history("c", 2, "cut"))
    assert ended.returncode == 0 and "no difference in what was recorded" in ended.stdout


HEAD = "hvsim-history 1\nversion 0\nscenario s\ncell c\n"


@pytest.mark.parametrize("text, complaint", [
    ("", "1:1: this is no history file"),
    ("{}\n", "1:1: this is no history file"),
    ("hvsim-history 2\n", "1:1: this hvsim reads history files of format 1 only"),
    ("hvsim-history 1\nscenario s\n", '2:1: expected "version ..."'),
    (HEAD, "5:1: the file breaks off here"),
    (HEAD + "place 0 a.cpp:1\n0 5 fence 0 0 0", "6:1: the file breaks off here"),
    (HEAD + "0 5 fence 0 0 0\n", "5:1: the place 0 was not introduced"),
    (HEAD + "place 0 a\n0 5 load 64 0 0\n", "6:1: the word at 64 was not introduced"),
    (HEAD + "place 0 a\n0 5 jump 0 0 0\n", '6:1: there is no verb "jump"'),
    (HEAD + "place 0 a\n0 5x fence 0 0 0\n", "6:1: expected a whole number in range"),
    (HEAD + "place 0 a\n0 99999999999999999999 fence 0 0 0\n",
     "6:1: expected a whole number in range"),
    (HEAD + "place 0 a\n0 5 fence 0 0\n", "6:1: expected a whole number in range"),
    (HEAD + "place 0 a\n0 5 fence 0 0 0 9\n", "6:1: a verb has six fields"),
    (HEAD + "end 1 0000000000000000\n", "5:1: the history ends after 1 verbs, but there are 0"),
    (HEAD + "end 0 xyz\n", "5:1: expected a digest"),
    (HEAD + "end 0 0000000000000000\nmore\n", "6:1: the history has ended"),
])
def test_a_file_that_is_no_history_is_one_clear_error(tmp_path, text, complaint):
    file = tmp_path / "bad"
    file.write_text(text)
    ended = run("diff-history", file, file)
    assert ended.returncode == 4
    assert ended.stdout == ""
    assert ended.stderr.startswith(f"{file}:{complaint}"), ended.stderr
    assert ended.stderr.count("\n") == 1


def test_a_history_cut_off_anywhere_is_an_error_and_never_a_crash(record, tmp_path):
    whole = record("a")[0].read_bytes()
    part = tmp_path / "part"
    for end in range(0, len(whole), len(whole) // 40):
        part.write_bytes(whole[:end])
        assert run("diff-history", part, part).returncode == 4


def test_a_missing_file_is_an_error(tmp_path):
    ended = run("diff-history", tmp_path / "none", tmp_path / "none")
    assert ended.returncode == 4
    assert "no such file" in ended.stderr


def test_more_than_one_cell_is_refused_and_the_axes_are_named(scenario, tmp_path):
    file = tmp_path / "a"
    ended = run("run", scenario, "--history", file)
    assert ended.returncode == 4
    assert "small has 8" in ended.stderr and "threads, lock" in ended.stderr
    ended = run("run", scenario, scenario, "--history", file)
    assert ended.returncode == 4
    assert not file.exists()


def test_a_place_that_cannot_be_written_is_found_out_before_the_run(scenario, tmp_path):
    ended = run("run", scenario, "--set", "threads=4", "--set", "lock=word_rwlock", "--seed", 1,
                "--history", tmp_path / "none" / "a")
    assert ended.returncode == 4
    assert ended.stdout == ""
    assert "cannot write" in ended.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no full device here")
def test_a_full_disk_is_one_clear_error(scenario):
    ended = run("run", scenario, "--set", "threads=4", "--set", "lock=word_rwlock", "--seed", 1,
                "--history", "/dev/full")
    assert ended.returncode == 4
    assert "cannot write /dev/full" in ended.stderr
    assert "internal" not in ended.stderr
