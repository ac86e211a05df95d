"""A disk that is full and a folder that cannot be written: one clear error, and nothing half."""

import os
import resource
import shlex
import subprocess

import pytest
from hvsim_program import HVSIM, ROOT, run, write_scenario

TINY = ("unshare", "--mount", "--map-root-user")


@pytest.fixture(name="scenario")
def scenario_whose_result_takes_room(tmp_path):
    return write_scenario(tmp_path, seeds=list(range(1, 21)))


def allow_only(size):
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


# Room for no line of the journal, for some cells, for all of the result but a byte.
@pytest.mark.parametrize("size", [10, 5000, -1])
def test_a_file_that_may_not_grow_is_one_error_and_the_sweep_goes_on_later(scenario, tmp_path,
                                                                          size):
    expected = tmp_path / "expected"
    assert run("run", scenario, "-o", expected).returncode == 0
    whole = (expected / "small.json").stat().st_size
    out = tmp_path / "out"
    ended = run("run", scenario, "-o", out,
                preexec_fn=allow_only(size if size > 0 else whole + size))
    assert ended.returncode == 4
    assert ended.stdout == ""
    assert ended.stderr.count("\n") == 1
    assert f"hvsim: cannot write {out}/small." in ended.stderr
    assert ended.stderr.endswith(": File too large\n")
    assert os.listdir(out) == ["small.journal"]
    ended = run("run", scenario, "-o", out, "--resume")
    assert ended.returncode == 0, ended.stderr
    assert (out / "small.json").read_bytes() == (expected / "small.json").read_bytes()


def mounts_are_allowed():
    return subprocess.run([*TINY, "true"], check=False, capture_output=True).returncode == 0


@pytest.mark.skipif(not mounts_are_allowed(), reason="no file system can be mounted here")
def test_a_full_disk_is_one_error_and_an_earlier_result_is_as_it_was(scenario, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    ended = subprocess.run(
        [*TINY, "sh", "-c",
         f"mount -t tmpfs -o size=64k tmpfs {shlex.quote(str(out))} && "
         f"echo earlier >{shlex.quote(str(out / 'small.json'))} && "
         f"{shlex.quote(HVSIM)} run {shlex.quote(str(scenario))} -o {shlex.quote(str(out))}; "
         f"echo code $?; ls {shlex.quote(str(out))}; cat {shlex.quote(str(out / 'small.json'))}"],
        cwd=ROOT, check=False, capture_output=True, text=True)
    assert ended.stdout == "code 4\nsmall.journal\nsmall.json\nearlier\n"
    assert ended.stderr.count("\n") == 1
    assert f"hvsim: cannot write {out}/small." in ended.stderr
    assert ended.stderr.endswith(": No space left on device\n")


@pytest.mark.parametrize("folder", ["/proc", "/proc/none", "/dev/null", "/dev/null/out"])
def test_a_folder_that_cannot_be_written_is_an_error_before_anything_is_run(scenario, folder):
    ended = run("run", scenario, "-o", folder)
    assert ended.returncode == 4
    assert ended.stdout == ""
    assert ended.stderr.startswith("hvsim: cannot ")
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize("form", ["table", "json", "csv", "md"])
def test_standard_output_on_a_full_disk_is_an_error(scenario, form):
    with open("/dev/full", "w", encoding="utf-8") as full:
        ended = run("run", scenario, "--format", form, "--seed", 1, stdout=full)
    assert ended.returncode == 4
    assert ended.stderr == (
        "hvsim: cannot write to standard output: No space left on device\n")
