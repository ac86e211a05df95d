"""The ways hvsim is built and run that must not change a result.

A Build is a compiler and its flags; each is built in a folder of its own, of few large translation
units (CMakeLists.txt) and without warnings: the ordinary builds see to those. Flags that do not
hide one another share a build. A Host is what a run is surrounded by. A Program is a build in its
surroundings.
"""

import concurrent.futures
import dataclasses
import functools
import os
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
MAIN = pathlib.Path(os.environ.get("HVSIM", ROOT / "build" / "release" / "hvsim"))
FOLDER = pathlib.Path(os.environ.get("HVSIM_GATE_FOLDER", ROOT / "build" / "gate"))
# Where the fuzz targets were built, by Clang and with these sanitizers: their objects serve here.
FUZZ = os.environ.get("HVSIM_FUZZ_FOLDER")

CLANG_ZERO = ("-ftrivial-auto-var-init=zero "
              "-enable-trivial-auto-var-init-zero-knowing-it-will-be-removed-from-clang")

# Boost.Context 1.74 asks for std::result_of, which C++20 took away; libc++ 14 has no std::jthread.
LIBCXX = ("-std=c++20 -stdlib=libc++ -D_LIBCPP_ENABLE_CXX20_REMOVED_TYPE_TRAITS "
          f"-include {ROOT}/tests/gate/jthread_for_libcxx.hpp")


@dataclasses.dataclass(frozen=True)
class Build:
    compiler: str
    flags: str
    elsewhere: bool = False    # from a copy of the sources in another folder
    cpu: tuple = ()            # what /proc/cpuinfo must name
    made: pathlib.Path = None  # a folder where it is configured already


BUILDS = {
    "gcc -O0": Build("g++", "-O0", elsewhere=True),
    "gcc -O2, stack of pattern": Build("g++", "-O2 -ftrivial-auto-var-init=pattern"),
    "gcc -O3 -march=haswell, stack of zero": Build(
        "g++", "-O3 -march=haswell -ftrivial-auto-var-init=zero",
        cpu=("avx2", "fma", "bmi1", "bmi2", "movbe", "f16c")),
    "clang libstdc++, stack of pattern": Build(
        "clang++", "-O1 -ftrivial-auto-var-init=pattern"),
    "clang libc++, stack of zero": Build(
        "clang++", f"-O1 {CLANG_ZERO} {LIBCXX}"),
    "ASan and UBSan": Build(
        "clang++", "-O1 -g1 -fsanitize=address,undefined -fno-sanitize-recover=all",
        made=pathlib.Path(FUZZ) if FUZZ else None),
}


@dataclasses.dataclass(frozen=True)
class Host:
    before: tuple = ()       # commands in front of the program
    arguments: tuple = ()    # of `hvsim run`
    environment: tuple = ()  # pairs
    elsewhere: bool = False  # in another working folder, on copies of the files


HOSTS = {
    "as it is": Host(),
    "once more": Host(),  # under another layout of the address space
    "no ASLR": Host(before=("setarch", "-R")),
    "heap of 0x55": Host(environment=(("MALLOC_PERTURB_", "85"),)),
    "heap of 0xaa": Host(environment=(("MALLOC_PERTURB_", "170"),)),
    "-j 1": Host(arguments=("-j", "1")),
    "-j 2": Host(arguments=("-j", "2")),
    "reversed": Host(arguments=("--reversed", "-j", "1")),
    "another folder": Host(elsewhere=True),
    "TZ": Host(environment=(("TZ", "Pacific/Chatham"),)),
    "LANG": Host(environment=(("LANG", "de_DE.UTF-8"), ("LC_ALL", "de_DE.UTF-8"),
                              ("LOCPATH", str(FOLDER / "locale")))),
    "step": Host(arguments=("--step",)),
    "poll": Host(arguments=("--poll",)),
    "step and poll": Host(arguments=("--step", "--poll")),
}


@dataclasses.dataclass(frozen=True)
class Program:
    name: str
    path: pathlib.Path
    host: Host = Host()
    fault: str = ""

    def run(self, arguments, folder):
        """Runs it in `folder`, where copies of the repository's data files are."""
        where = folder / "elsewhere" if self.host.elsewhere else folder
        lay_out(where)
        environment = {**os.environ, **dict(self.host.environment)}
        if self.fault:
            environment["HVSIM_FAULT"] = self.fault
        command = [*self.host.before, self.path, *map(str, arguments)]
        return subprocess.run(command, cwd=where, env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                              timeout=600)


def lay_out(folder):
    """Puts the scenarios and machines into a folder, unless they are there."""
    if not (folder / "scenarios").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "scenarios").mkdir()
        for file in (ROOT / "scenarios").glob("*.json"):
            shutil.copy(file, folder / "scenarios")
        shutil.copytree(ROOT / "models" / "machines", folder / "models" / "machines")


def slug(name):
    return "".join(c if c.isalnum() else "_" for c in name)


def copied_sources():
    """The sources in another folder, brought up to date file by file so that a build can reuse."""
    copy = FOLDER / "another folder" / "checkout"
    copy.mkdir(parents=True, exist_ok=True)
    for part in ("CMakeLists.txt", "cmake", "sim", "models", "scenarios", "tests/gate"):
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, copy / part, dirs_exist_ok=True, copy_function=copy_if_changed)
        elif source.exists():
            copy_if_changed(source, copy / part)
    return copy


def copy_if_changed(source, target):
    target = pathlib.Path(target)
    if not target.exists() or target.read_bytes() != pathlib.Path(source).read_bytes():
        shutil.copy(source, target)


def why_not(build):
    """Why this host cannot build or run it; None if it can."""
    if shutil.which(build.compiler) is None:
        return f"there is no {build.compiler}"
    flags = set(pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").split())
    missing = [flag for flag in build.cpu if flag not in flags]
    return f"this processor has no {', '.join(missing)}" if missing else None


@functools.cache
def builds_under_way():
    """Name -> the future folder of a build: as many at once as there are processors."""
    pool = concurrent.futures.ThreadPoolExecutor(os.cpu_count())
    return {name: pool.submit(build, name) for name in BUILDS if why_not(BUILDS[name]) is None}


def built(name):
    """The folder of a build's programs. A compiler's error ends the test with its text."""
    return builds_under_way()[name].result()


def build(name):
    variant = BUILDS[name]
    folder = variant.made or FOLDER / slug(name)
    if not variant.made:
        source = copied_sources() if variant.elsewhere else ROOT
        said = output_of(
            ["cmake", "-G", "Ninja", "-S", source, "-B", folder, "-DCMAKE_BUILD_TYPE=None",
             f"-DCMAKE_CXX_COMPILER={variant.compiler}", f"-DCMAKE_CXX_FLAGS=-w {variant.flags}",
             "-DHVSIM_GATE=ON"])
        assert said is None, said
    said = output_of(["cmake", "--build", folder, "-j", "1", "--target", "gate", "gate_planted"])
    assert said is None, (
        f"{name} does not build. If two files of a layer have the same name in their unnamed "
        f"namespaces, give one another name.\n{said}")
    return folder / "tests" / "gate"


def output_of(command):
    """What a command that fails says; None if it does not fail."""
    ended = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                           check=False)
    return ended.stdout if ended.returncode else None


def make_locale():
    """A locale with a decimal comma, made here; why not if it cannot be."""
    if shutil.which("localedef") is None:
        return "there is no localedef"
    target = FOLDER / "locale" / "de_DE.UTF-8"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        said = output_of(["localedef", "-i", "de_DE", "-f", "UTF-8", target])
        if said is not None:
            return f"localedef cannot make de_DE.UTF-8: {said}"
    return None
