"""The JSON Schemas against every file that is shipped, and against files that are wrong.

A schema that is stricter than the readers would draw red lines under good files in an editor;
one that says nothing would be of no use. Both are tried here, with python3-jsonschema.
"""

import copy
import glob
import json
import os
import re
import subprocess

import jsonschema
import pytest

HVSIM = os.environ["HVSIM"]
FILES = {"scenario": "scenarios/*.json", "machine": "models/machines/*.json"}


def load(path):
    """JSON with comment lines."""
    with open(path, encoding="utf-8") as file:
        return json.loads(re.sub(r"^\s*//.*$", "", file.read(), flags=re.MULTILINE))


def schema(kind):
    ran = subprocess.run([HVSIM, "schema", kind], check=True, capture_output=True, text=True)
    return json.loads(ran.stdout)


def complaints(kind, document):
    validator = jsonschema.Draft7Validator(schema(kind))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]


SHIPPED = [(kind, path) for kind, pattern in FILES.items() for path in sorted(glob.glob(pattern))]


def test_there_are_files_to_try():
    assert {kind for kind, _ in SHIPPED} == set(FILES)


@pytest.mark.parametrize("kind", sorted(FILES))
def test_the_schema_is_draft_07(kind):
    jsonschema.Draft7Validator.check_schema(schema(kind))


@pytest.mark.parametrize("kind,path", SHIPPED)
def test_a_shipped_file_is_accepted(kind, path):
    assert complaints(kind, load(path)) == []


SCENARIO = {
    "name": "try",
    "why": "to try the schema",
    "machine": "toy-2s4c",
    "workload": {"kind": "lock_storm", "section": "100 ns"},
    "axes": {"threads": [1, 2], "prices.l3_hit": ["20 ns"]},
    "seeds": [1],
    "claims": [{"says": "a", "source": "b", "metric": "ops_per_ms", "at": {"threads": 2},
                "at_least": 1}],
}

WRONG = {
    "unknown key": lambda s: s.update(naem="x"),
    "no why": lambda s: s.pop("why"),
    "no machine": lambda s: s.pop("machine"),
    "bad name": lambda s: s.update(name="try this"),
    "unknown kind": lambda s: s["workload"].update(kind="storm"),
    "unknown parameter": lambda s: s["workload"].update(sektion="1 ns"),
    "no unit": lambda s: s["workload"].update(section=100),
    "wrong unit": lambda s: s["workload"].update(section="100 KiB"),
    "price without unit": lambda s: s.update(prices={"l3_hit": "20"}),
    "unknown price": lambda s: s.update(prices={"l4_hit": "20 ns"}),
    "unknown policy": lambda s: s.update(hand_over="lifo"),
    "unknown axis": lambda s: s["axes"].update(queues=[1]),
    "empty axis": lambda s: s["axes"].update(threads=[]),
    "repeated value": lambda s: s["axes"].update(threads=[1, 1]),
    "count as text": lambda s: s["axes"].update(threads=["1"]),
    "count out of range": lambda s: s["axes"].update(threads=[0]),
    "no seeds": lambda s: s.update(seeds=[]),
    "negative seed": lambda s: s.update(seeds=[-1]),
    "unknown metric": lambda s: s["claims"][0].update(metric="ops"[::-1]),
    "no bound": lambda s: s["claims"][0].pop("at_least"),
    "of without over": lambda s: s["claims"][0].update(of={"threads": 1}),
    "unknown axis in a claim": lambda s: s["claims"][0].update(at={"thread": 1}),
}


def test_the_good_scenario_is_accepted(tmp_path):
    assert complaints("scenario", SCENARIO) == []
    assert validate(tmp_path, SCENARIO).returncode == 0


def validate(folder, document):
    path = folder / "try.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return subprocess.run([HVSIM, "validate", str(path)], check=False, capture_output=True,
                          text=True)


@pytest.mark.parametrize("mistake", sorted(WRONG))
def test_schema_and_reader_refuse_the_same(mistake, tmp_path):
    document = copy.deepcopy(SCENARIO)
    WRONG[mistake](document)
    assert complaints("scenario", document) != []
    assert validate(tmp_path, document).returncode == 4


def test_a_machine_without_a_source_is_refused():
    machine = load("models/machines/toy-2s4c.json")
    del machine["prices"]["l3_hit"]["source"]
    assert complaints("machine", machine) != []
