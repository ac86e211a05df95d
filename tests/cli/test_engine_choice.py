"""--engine: what it takes, and what it says where SimGrid is missing."""

import os
import pathlib
import shutil
import subprocess

import pytest
from engine_runs import BUILT
from hvsim_program import HVSIM, ROOT, run, write_scenario

LIBRARY = pathlib.Path(HVSIM).parent / "libhvsim_simgrid.so"


def run_copy(program, scenario, **environment):
    return subprocess.run([program, "run", scenario, "--engine", "simgrid"], cwd=ROOT, text=True,
                          capture_output=True, check=False, timeout=120,
                          env={**os.environ, **environment})


def test_an_unknown_engine_is_refused_with_those_there_are(tmp_path):
    ended = run("run", write_scenario(tmp_path), "--engine", "warp")
    assert ended.returncode == 4
    assert ended.stderr == "hvsim: --engine warp: expected fibers or simgrid\n"


def test_the_program_itself_does_not_need_simgrid():
    assert "simgrid" not in subprocess.run(["ldd", HVSIM], capture_output=True, text=True,
                                           check=True).stdout


def test_without_its_library_hvsim_says_what_to_install(tmp_path):
    program = shutil.copy(HVSIM, tmp_path / "hvsim")
    ended = run_copy(program, write_scenario(tmp_path))
    assert ended.returncode == 4
    assert ended.stdout == ""
    assert ended.stderr.startswith(
        "hvsim: --engine simgrid: hvsim was built without it; install libsimgrid-dev")
    assert ended.stderr.count("\n") == 1


@pytest.mark.skipif(not BUILT, reason="needs SimGrid")
def test_without_simgrid_hvsim_says_what_to_install(tmp_path):
    (tmp_path / "libsimgrid.so.3.32").write_bytes(b"")  # found first, and no library
    ended = run_copy(HVSIM, write_scenario(tmp_path), LD_LIBRARY_PATH=str(tmp_path))
    assert ended.returncode == 4
    assert ended.stdout == ""
    assert ended.stderr.startswith(
        "hvsim: --engine simgrid: install libsimgrid3.32 (")
    assert ended.stderr.count("\n") == 1


@pytest.mark.skipif(not BUILT, reason="needs SimGrid")
@pytest.mark.parametrize("folder", ["bin", "lib"])
def test_the_library_is_found_beside_the_program_and_where_libraries_are_installed(tmp_path,
                                                                                  folder):
    for name in ("bin", "lib"):
        (tmp_path / name).mkdir()
    program = shutil.copy(HVSIM, tmp_path / "bin" / "hvsim")
    shutil.copy(LIBRARY, tmp_path / folder)
    ended = run_copy(program, write_scenario(tmp_path))
    assert (ended.returncode, ended.stderr) == (0, "")
