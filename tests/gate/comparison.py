"""What a Program says of every scenario, and where two Programs say different things.

Compared are the bytes of the results as JSON, cache lines, locks and digests included, the exit
code and what was printed on standard error. A difference is told with the two programs, the
scenario, the first value in the JSON that differs, and the first verb at which the runs part.
"""

import dataclasses
import fractions
import json
import re
import subprocess

from variants import MAIN, ROOT

# A scenario is made this many times shorter, unless it would be less than the least that says
# anything: all of its cells are kept, with one seed.
SHORTER = 50
LEAST = {"warm_up": 10**6, "duration": 5 * 10**6, "rounds": 2}  # in ps, or as many
FEWER = {"scale-vcpus": ("domains=16",)}  # what costs most is to set them up
PICOSECONDS = {"ps": 1, "ns": 10**3, "us": 10**6, "ms": 10**9, "s": 10**12}


@dataclasses.dataclass(frozen=True)
class Case:
    """A scenario's file, and what it is shortened or changed by."""
    file: str
    set: tuple = ()
    sweep: tuple = ()

    def arguments(self):
        changes = [word for value in self.set for word in ("--set", value)]
        changes += [word for value in self.sweep for word in ("--sweep", value)]
        return ["run", self.file, "--seed", "1", *changes]


def workload_of(path):
    return re.search(r'"kind"\s*:\s*"(\w+)"', path.read_text(encoding="utf-8"))[1]


def names_listed(kind):
    """What `hvsim list` names, but for what is broken on purpose."""
    listed = subprocess.run([MAIN, "list", kind], stdout=subprocess.PIPE, text=True, check=True)
    return [line.split()[0] for line in listed.stdout.splitlines()[1:]
            if "(broken on purpose)" not in line]


def shortened_times(path):
    """What to set: the scenario's warm-up, window or rounds, SHORTER times shorter."""
    changes = []
    for name, least in LEAST.items():
        told = subprocess.run([MAIN, "explain", f"workload.{name}", path], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True, check=False)
        if value := re.match(rf"workload\.{name} = ([\d.]+) ?(\w*)\n", told.stdout):
            number, unit = value.groups()
            whole = int(fractions.Fraction(number) * PICOSECONDS.get(unit, 1))
            short = max(whole // SHORTER, min(whole, least))
            changes.append(f"{name}={short} {unit and 'ps'}".strip())
    return tuple(changes)


def every_scenario():
    return [Case(f"scenarios/{path.name}", (*shortened_times(path), *FEWER.get(path.stem, ())))
            for path in sorted((ROOT / "scenarios").glob("*.json"))]


def every_lock():
    """Every lock, and a broken one that ends in a finding, which is a result as well."""
    locks = [*names_listed("locks"), "percpu_rwlock_without_fence"]
    return Case("scenarios/lock-readers-sandybridge.json",
                ("duration=20 us", "threads=8", "write_fraction=0.1", "section=100 ns"),
                ("lock=" + ",".join(locks),))


def results(program, cases, folder):
    """Case -> (what was printed, what was complained of, the exit code)."""
    said = {}
    for case in cases:
        ended = program.run([*case.arguments(), "--format", "json", "--c2c",
                             *program.host.arguments], folder)
        said[case] = (ended.stdout, ended.stderr, ended.returncode)
    return said


def differences(reference, other, cases, folder, expected=None):
    """What the two say differently, a text a case; none if they agree."""
    expected = expected or results(reference, cases, folder)
    got = results(other, cases, folder)
    return [f"{case.file}: \"{reference.name}\" and \"{other.name}\" differ\n"
            + told(reference, other, case, expected[case], got[case], folder)
            for case in cases if expected[case] != got[case]]


def told(reference, other, case, expected, got, folder):
    if expected[2] != got[2]:
        return f"  exit codes: {expected[2]} and {got[2]}\n{shortened(got[1])}"
    if expected[0] == got[0]:
        return f"  on standard error:\n{shortened(expected[1])}{shortened(got[1])}"
    try:
        left, right = json.loads(expected[0]), json.loads(got[0])
    except ValueError:
        return f"  no JSON:\n{shortened(expected[0])}{shortened(got[0])}"
    path, one, two = first_difference(left, right) or ("(spaces)", None, None)
    text = f"  {path}: {json.dumps(one)[:200]} and {json.dumps(two)[:200]}\n"
    row = re.match(r"/rows/(\d+)", path)
    if row and int(row[1]) < min(len(left["rows"]), len(right["rows"])):
        text += parting(reference, other, case, left["rows"][int(row[1])], folder)
    return text


def shortened(text):
    return "".join(f"    {line}\n" for line in text.decode(errors="replace").splitlines()[-15:])


def first_difference(left, right, path=""):
    """(JSON pointer, the value there, the other's value), in the order of the text."""
    if isinstance(left, dict) and isinstance(right, dict):
        for key in [*left, *(key for key in right if key not in left)]:
            if key not in left or key not in right:
                return f"{path}/{key}", left.get(key), right.get(key)
            if found := first_difference(left[key], right[key], f"{path}/{key}"):
                return found
    elif isinstance(left, list) and isinstance(right, list):
        for i, (one, two) in enumerate(zip(left, right)):
            if found := first_difference(one, two, f"{path}/{i}"):
                return found
        if len(left) != len(right):
            return f"{path}/{min(len(left), len(right))}", len(left), len(right)
    elif left != right or type(left) is not type(right):
        return path, left, right
    return None


def parting(reference, other, case, row, folder):
    """The first verb at which the two part in this row's cell, as diff-history tells it."""
    cell = [word for axis, value in row["at"].items() for word in ("--set", f"{axis}={value}")]
    files = []
    for side, program in (("a", reference), ("b", other)):
        file = folder / f"{side}.history"
        arguments = ["run", case.file, "--seed", row["seed"]]
        arguments += [word for value in case.set for word in ("--set", value)]
        program.run([*arguments, *cell, "--history", file, *program.host.arguments], folder)
        files.append(file)
    ended = subprocess.run([MAIN, "diff-history", *files], stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, check=False)
    return shortened(ended.stdout)
