"""The commands that run nothing: list, validate, explain, schema, machine, and the exit codes."""

import json
import os
import subprocess

import pytest
from hvsim_program import HVSIM, ROOT, run, write_scenario


def test_version_and_help_are_answers():
    version = run("--version")
    assert version.returncode == 0 and version.stdout.startswith("hvsim ")
    for arguments in (["--help"], ["run", "--help"], ["machine", "draw", "--help"]):
        ended = run(*arguments)
        assert ended.returncode == 0 and ended.stdout and not ended.stderr, arguments
    assert "--sweep" in run("run", "--help").stdout


@pytest.mark.parametrize("arguments", [
    [], ["fly"], ["machine"], ["machine", "show"], ["schema"], ["schema", "wheel"],
    ["list", "wheels"], ["explain", "queues"], ["machine", "draw", "toy-2s4c", "--format", "png"],
    ["machine", "show", "no-such-machine"], ["validate", "none.json"],
    ["machine", "check"], ["machine", "check", "no-such-machine"],
    ["machine", "check", "toy-2s4c", "--format", "csv"],
])
def test_wrong_usage_is_4_in_a_few_lines(arguments):
    ended = run(*arguments)
    assert ended.returncode == 4
    assert ended.stdout == ""
    assert 1 <= ended.stderr.count("\n") <= 2, ended.stderr


@pytest.mark.parametrize("kind, name", [
    ("machines", "toy-2s4c"), ("workloads", "lock_storm"), ("locks", "percpu_rwlock"),
    ("metrics", "simulated_us"), ("metrics", "ops_per_ms"),
    ("loaders", "mru_cache"), ("loaders", "mru_cache_keeping_entries"),
    ("runstates", "update_flag"), ("schedulers", "credit"), ("shootdowns", "reload_cr3"),
])
def test_list_shows_a_name_at_the_start_of_a_line(kind, name):
    ended = run("list", kind)
    assert ended.returncode == 0 and not ended.stderr
    assert name in [line.split()[0] for line in ended.stdout.splitlines()]


def test_list_of_scenarios_shows_every_file():
    shown = run("list", "scenarios").stdout
    for file in sorted((ROOT / "scenarios").glob("*.json")):
        assert f"scenarios/{file.name}" in shown


def test_list_without_a_kind_shows_all():
    shown = run("list").stdout
    for heading in ("machine ", "scenario ", "workload ", "lock ", "loader ", "runstate ",
                    "scheduler ", "shootdown ", "metric "):
        assert any(line.startswith(heading) for line in shown.splitlines()), heading


def test_validate_says_ok_or_all_that_is_wrong(tmp_path):
    good = write_scenario(tmp_path)
    bad = write_scenario(tmp_path, name="bad", axes={"threads": ["x"], "lok": ["word_rwlock"]})
    ended = run("validate", good, bad)
    assert ended.returncode == 4
    assert ended.stdout == f"{good}: ok\n"
    assert ended.stderr.count(f"{bad}:1:") == 2
    assert run("validate", good).returncode == 0
    assert run("validate").returncode == 5


def test_explain_says_what_a_value_is(tmp_path):
    ended = run("explain", "threads", write_scenario(tmp_path))
    assert ended.returncode == 0 and "threads" in ended.stdout
    unknown = run("explain", "thread", write_scenario(tmp_path))
    assert unknown.returncode == 4 and "threads" in unknown.stderr


@pytest.mark.parametrize("kind", ["scenario", "machine"])
def test_schema_is_json(kind):
    assert "properties" in json.loads(run("schema", kind).stdout)


def test_machine_show_has_every_price_with_its_source():
    shown = run("machine", "show", "toy-2s4c").stdout
    assert "2 sockets, 4 cores each, 1 threads a core: 8 pCPUs at 1 GHz" in shown
    line = next(line for line in shown.splitlines() if line.startswith("dirty_remote "))
    assert "100 ns" in line and line.endswith("chosen for tests")
    for price in ("l1_hit", "hop", "ipi_delivery", "interrupt", "store_buffer_entries",
                  "link_bandwidth"):
        assert any(line.startswith(price + " ") for line in shown.splitlines()), price


def test_machine_check_measures_the_shipped_toy():
    checked = run("machine", "check", "toy-2s4c")
    assert checked.returncode == 0 and not checked.stderr
    assert checked.stdout.startswith("toy-2s4c: Toy")
    lines = checked.stdout.splitlines()
    line = next(line for line in lines if line.startswith("load, own memory "))
    assert line.split()[3:] == ["dram_local", "100", "ns", "100", "ns", "ok"]
    assert checked.stdout.endswith(" 0 off\n")
    markdown = run("machine", "check", "toy-2s4c", "toy-2s4c", "--format", "md")
    assert markdown.returncode == 0
    assert "| load, own memory | dram_local | 100 ns | 100 ns |\n" in markdown.stdout


def test_machine_check_takes_a_users_own_file(tmp_path):
    text = (ROOT / "models" / "machines" / "toy-2s4c.json").read_text(encoding="utf-8")
    mine = tmp_path / "mine.json"
    mine.write_text(text.replace('"cores_per_socket": 4', '"cores_per_socket": 3')
                    .replace('"value": "5 cycles"', '"value": "7 cycles"')
                    .replace('"high": "5 cycles"', '"high": "7 cycles"'), encoding="utf-8")
    checked = run("machine", "check", mine, "--format", "json")
    assert checked.returncode == 0, checked.stderr
    machine, = json.loads(checked.stdout)["machines"]
    assert machine["machine"] == "mine" and machine["agrees"]
    pause = next(probe for probe in machine["probes"] if probe["name"] == "pause")
    assert pause["measured_ps"] == pause["file_ps"] == 7000
    mine.write_text(text.replace('"sockets": 2', '"sockets": 9'), encoding="utf-8")
    wrong = run("machine", "check", mine)
    assert wrong.returncode == 4 and "mine.json" in wrong.stderr and not wrong.stdout


def test_machine_draw_is_a_graph_as_text_and_as_svg():
    dot = run("machine", "draw", "toy-2s4c")
    assert dot.returncode == 0 and "graph" in dot.stdout.splitlines()[0]
    svg = run("machine", "draw", "toy-2s4c", "--format", "svg")
    assert svg.returncode == 0, svg.stderr
    assert "<svg" in svg.stdout and svg.stdout.rstrip().endswith("</svg>")


def test_drawing_without_graphviz_says_what_to_install(tmp_path):
    ended = run("machine", "draw", "toy-2s4c", "--format", "svg",
                env={**os.environ, "PATH": str(tmp_path)})
    assert ended.returncode == 4
    assert "install the package graphviz" in ended.stderr


@pytest.mark.parametrize("arguments", [["list"], ["machine", "show", "toy-2s4c"],
                                       ["schema", "scenario"]])
def test_reader_that_goes_away_is_silent(arguments):
    with subprocess.Popen([HVSIM, *arguments], cwd=ROOT, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0
