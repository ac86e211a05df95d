"""hvsim run: formats, files, exit codes, and what must not depend on the host."""

import csv
import io
import json
import os
import pty
import re
import signal
import subprocess

import pytest
from hvsim_program import HVSIM, ROOT, claim, run, write_scenario


@pytest.fixture(name="scenario")
def small_scenario(tmp_path):
    return write_scenario(tmp_path)


def test_table_has_a_row_a_point_and_compares_the_locks(scenario):
    ended = run("run", scenario, "--seed", 1)
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    lines = ended.stdout.splitlines()
    assert lines[0] == "small  (toy-2s4c, lock_storm, 1 seed)"
    header = next(line for line in lines if line.startswith("threads"))
    assert header.split()[:4] == ["threads", "lock", "ops_per_ms", "relative"]
    rows = lines[lines.index(header) + 1:][:4]
    assert [row.split()[:2] for row in rows] == [
        ["1", "word_rwlock"], ["1", "percpu_rwlock"], ["4", "word_rwlock"], ["4", "percpu_rwlock"]]
    assert rows[0].split()[3] == rows[2].split()[3] == "1.00x"
    assert max(map(len, lines)) <= 120


def test_json_has_a_row_a_cell_in_the_order_of_the_sweep(scenario):
    result = json.loads(run("run", scenario, "--format", "json").stdout)
    assert list(result) == ["scenario", "version", "machine", "rows", "verdicts"]
    assert [(row["at"]["threads"], row["at"]["lock"], row["seed"]) for row in result["rows"]] == [
        (threads, lock, seed)
        for threads in (1, 4) for lock in ("word_rwlock", "percpu_rwlock") for seed in (1, 2)]
    for row in result["rows"]:
        assert re.fullmatch("[0-9a-f]{16}", row["digest"])
        assert row["metrics"]["ops"] > 0
        assert row["metrics"]["simulated_us"] >= 20
        assert "c2c" not in row
    assert result["scenario"]["workload"]["kind"] == "lock_storm"


def test_json_of_c2c_names_the_lines_and_the_locks(scenario):
    result = json.loads(run("run", scenario, "--format", "json", "--c2c").stdout)
    contended = next(row for row in result["rows"]
                     if row["at"] == {"threads": 4, "lock": "word_rwlock"})
    hottest = contended["c2c"][0]
    assert hottest["local_hitm"] + hottest["remote_hitm"] > 0
    assert re.fullmatch(r"models/.*\.cpp:\d+", hottest["sites"][0]["place"])
    locks = {lock["name"]: lock for lock in contended["lock_stat"]}
    assert locks["storm.lock"]["acquisitions"] > locks["storm.lock"]["contentions"] > 0
    assert "Tot Hitm" in run("run", scenario, "--c2c").stdout


def test_csv_has_a_line_a_cell(scenario):
    rows = list(csv.DictReader(io.StringIO(run("run", scenario, "--format", "csv").stdout)))
    assert len(rows) == 8
    assert rows[7]["threads"] == "4" and rows[7]["lock"] == "percpu_rwlock"
    assert rows[7]["seed"] == "2"
    assert int(rows[7]["ops_per_ms"]) > 0
    assert re.fullmatch("[0-9a-f]{16}", rows[7]["digest"])


@pytest.mark.parametrize("form", ["table", "json", "csv", "md"])
def test_output_is_the_same_bytes_for_any_jobs_locale_and_time_zone(scenario, form):
    one = run("run", scenario, "--format", form, "-j", 1)
    two = run("run", scenario, "--format", form, "-j", 2,
              env={**os.environ, "LC_ALL": "de_DE.UTF-8", "TZ": "Asia/Kolkata"})
    many = run("run", scenario, "--format", form, "-j", 64, env={"LC_ALL": "C", "TZ": "UTC"})
    assert one.returncode == 0 and one.stdout
    assert one.stdout == two.stdout == many.stdout


def test_resolved_scenario_of_a_result_asks_the_same_question(scenario, tmp_path):
    first = run("run", scenario, "--format", "json", "--set", "threads=2").stdout
    again = tmp_path / "again.json"
    again.write_text(json.dumps(json.loads(first)["scenario"]), encoding="utf-8")
    second = run("run", again, "--format", "json")
    assert second.returncode == 0, second.stderr
    assert second.stdout == first


def test_set_fixes_sweep_replaces_and_seed_is_the_only_one(scenario):
    ended = run("run", scenario, "--format", "json", "--set", "lock=fair_rwlock",
                "--sweep", "threads=1,2,3", "--seed", 9)
    rows = json.loads(ended.stdout)["rows"]
    assert [row["at"] for row in rows] == [{"threads": n} for n in (1, 2, 3)]
    assert {row["seed"] for row in rows} == {9}


def test_output_folder_gets_the_result_whole_and_nothing_else(scenario, tmp_path):
    folder = tmp_path / "deep" / "out"
    ended = run("run", scenario, "-o", folder)
    assert ended.returncode == 0 and ended.stdout.startswith("small")
    assert os.listdir(folder) == ["small.json"]
    expected = run("run", scenario, "--format", "json").stdout
    assert (folder / "small.json").read_text(encoding="utf-8") == expected
    quiet = run("run", scenario, "-o", folder, "--format", "csv")
    assert quiet.stdout == ""
    assert sorted(os.listdir(folder)) == ["small.csv", "small.json"]


def test_output_folder_that_is_a_file_is_one_clear_error(scenario):
    ended = run("run", scenario, "-o", scenario)
    assert ended.returncode == 4
    assert ended.stderr.count("\n") == 1 and str(scenario) in ended.stderr


def test_output_to_a_full_device_is_one_clear_error(scenario):
    with open("/dev/full", "w", encoding="utf-8") as full:
        ended = run("run", scenario, stdout=full)
    assert ended.returncode == 4
    assert ended.stderr == "hvsim: cannot write to standard output: No space left on device\n"


def test_two_scenarios_of_one_name_do_not_overwrite_each_other(scenario, tmp_path):
    ended = run("run", scenario, scenario, "-o", tmp_path / "out")
    assert ended.returncode == 4
    assert "small" in ended.stderr
    assert not (tmp_path / "out").exists()


def test_perf_says_what_simulating_cost(scenario, tmp_path):
    run("run", scenario, "--perf", tmp_path / "perf.json")
    perf = json.loads((tmp_path / "perf.json").read_text(encoding="utf-8"))
    assert list(perf) == ["verbs", "switches", "host_seconds", "simulated_seconds", "max_rss_kb"]
    assert perf["verbs"] > 100 and perf["host_seconds"] > 0
    assert perf["simulated_seconds"] >= 8 * 20e-6


def test_claim_that_holds_is_0_and_one_that_fails_is_1(tmp_path):
    holds = run("run", write_scenario(tmp_path, claims=[claim(0.001)]))
    assert holds.returncode == 0 and "\nPASS  " in holds.stdout
    fails = run("run", write_scenario(tmp_path, claims=[claim(0.001), claim(100000)]))
    assert fails.returncode == 1
    assert "\nPASS  " in fails.stdout and "\nFAIL  " in fails.stdout


def test_failed_claim_is_on_standard_error_where_the_format_has_no_place_for_it(tmp_path):
    ended = run("run", write_scenario(tmp_path, claims=[claim(100000)]), "--format", "csv")
    assert ended.returncode == 1
    assert ended.stderr.startswith("FAIL  a claim of the test: measured ")


def test_claim_whose_rows_were_taken_away_is_not_measured_and_does_not_fail(tmp_path):
    scenario = write_scenario(tmp_path, claims=[claim(100000)])
    ended = run("run", scenario, "--sweep", "threads=1,2")
    assert ended.returncode == 0
    assert "NOT MEASURED" in ended.stdout and "no row has threads=4" in ended.stdout


def test_claim_is_still_measured_at_a_value_that_is_set(tmp_path):
    scenario = write_scenario(tmp_path, claims=[claim(0.001)])
    assert "\nPASS  " in run("run", scenario, "--set", "threads=4").stdout
    assert "\nNOT MEASURED  " in run("run", scenario, "--set", "threads=2").stdout


def test_broken_lock_is_a_finding_in_full_and_3(tmp_path):
    scenario = write_scenario(
        tmp_path, axes={"lock": ["percpu_rwlock_without_fence"]}, seeds=[1],
        workload={"kind": "lock_storm", "threads": 8, "duration": "1 ms", "section": "100 ns",
                  "write_fraction": "10 %"})
    ended = run("run", scenario)
    assert ended.returncode == 3, ended.stdout
    assert re.search(r"\nFinding\nGR-S\d: ", ended.stdout)
    assert re.search(r"at \d+\.\d{6} us on pCPU \d, models/hypervisor/locks/\w+\.cpp:\d+",
                     ended.stdout)
    data = run("run", scenario, "--format", "json")
    assert data.returncode == 3
    row = json.loads(data.stdout)["rows"][0]
    assert row["findings"][0]["rule"].startswith("GR-S") and row["metrics"] == {}
    assert data.stderr.startswith("finding: GR-S")


def test_value_that_does_not_fit_the_machine_is_reported_where_it_is_written(tmp_path):
    scenario = write_scenario(tmp_path, axes={"threads": [1, 9], "lock": ["fair_rwlock"]})
    ended = run("run", scenario)
    assert ended.returncode == 4
    assert ended.stdout == ""
    assert re.match(re.escape(str(scenario)) + r":1:\d+: threads: ", ended.stderr)
    assert "threads=9 lock=fair_rwlock seed=1" in ended.stderr


def test_nothing_to_run_is_5():
    ended = run("run")
    assert ended.returncode == 5
    assert "nothing to do" in ended.stderr


@pytest.mark.parametrize("arguments, says", [
    (["none.json"], "none.json"),
    (["FILE", "--set", "threads"], "--set threads: expected PATH=VALUE"),
    (["FILE", "--set", "thread=1"], "thread"),
    (["FILE", "--seed", "x"], "--seed x: expected a whole number"),
    (["FILE", "--seed", "-1"], "--seed -1: expected a whole number"),
    (["FILE", "-j", "0"], "--jobs 0: expected a whole number from 1 to 1024"),
    (["FILE", "--format", "xml"], "--format xml: expected table, json, csv or md"),
    (["FILE", "--engine", "threads"], "--engine threads: expected fibers"),
    (["FILE", "--frobnicate"], "--frobnicate"),
    (["FILE", "--perf", "/nowhere/perf.json"], "cannot write /nowhere/perf.json"),
])
def test_wrong_usage_is_4_and_says_so_in_a_line_or_two(scenario, arguments, says):
    ended = run("run", *[scenario if word == "FILE" else word for word in arguments])
    assert ended.returncode == 4
    assert says in ended.stderr
    assert ended.stderr.count("\n") <= 2, ended.stderr


def test_all_problems_of_all_files_are_reported_before_anything_is_run(tmp_path):
    good = write_scenario(tmp_path)
    bad = write_scenario(tmp_path, name="bad", axes={"threads": ["x"], "lok": ["word_rwlock"]})
    ended = run("run", good, bad, "none.json")
    assert ended.returncode == 4
    assert ended.stdout == ""
    assert ended.stderr.count(f"{bad}:1:") == 2
    assert "none.json" in ended.stderr


def test_reader_that_goes_away_is_silent(scenario):
    with subprocess.Popen([HVSIM, "run", str(scenario), "--format", "json"], cwd=ROOT,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


def read_progress_until_cells_are_done(terminal):
    """Returns what was shown when the line said that at least one cell was done."""
    shown = ""
    while not re.search(r"\[[1-9]\d*/", shown):
        shown += os.read(terminal, 4096).decode()
    return shown


def test_interrupted_sweep_reports_and_writes_what_is_finished_and_is_2(tmp_path):
    scenario = write_scenario(tmp_path, seeds=list(range(1, 20001)), claims=[claim(0.001)])
    terminal, other_end = pty.openpty()
    with subprocess.Popen([HVSIM, "run", str(scenario), "-j", "2", "-o", str(tmp_path / "out")],
                          cwd=ROOT, stdout=subprocess.PIPE, stderr=other_end,
                          text=True) as process:
        os.close(other_end)
        shown = read_progress_until_cells_are_done(terminal)
        process.send_signal(signal.SIGINT)
        printed = process.stdout.read()
        code = process.wait()
    os.close(terminal)
    assert code == 2
    assert re.search(r"\[\d+/80000\] \d+:\d\d left, threads=1 lock=word_rwlock seed=\d+", shown)
    assert re.search(r"interrupted: \d+ of 80000 cells were run", printed)
    assert "NOT MEASURED" in printed
    result = json.loads((tmp_path / "out" / "small.json").read_text(encoding="utf-8"))
    seeds = [row["seed"] for row in result["rows"]]
    assert 0 < len(seeds) < 80000
    assert seeds == list(range(1, len(seeds) + 1))
    alone = json.loads(run("run", scenario, "--seed", 1, "--format", "json").stdout)
    assert result["rows"][0] == alone["rows"][0]
