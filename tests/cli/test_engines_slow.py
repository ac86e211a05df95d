"""The engine on SimGrid once more: every scenario, as long as a minute allows."""

import pytest
from engine_runs import BUILT, SCENARIOS, assert_same, kind_of, name_of

pytestmark = pytest.mark.skipif(not BUILT, reason="needs SimGrid")

# In full, but for what would take SimGrid more than a minute.
LONG = {
    "atomic_storm": [],
    "core_to_core": [],
    "ipi_broadcast": [],
    "lock_storm": [],
    "tlb_shootdown": ["--set", "duration=300 us"],
    "pt_cache": ["--set", "duration=50 us"],
    "vcpu_storm": ["--set", "warm_up=0 us", "--set", "duration=20 us", "--set", "domains=16"],
    "vif_transfer": ["--set", "warm_up=200 us", "--set", "duration=500 us"],
    "runstate_storm": ["--set", "duration=1 ms"],
    "steal": ["--set", "warm_up=1 ms", "--set", "duration=3 ms"],
}


@pytest.mark.parametrize("scenario", SCENARIOS, ids=name_of)
def test_a_scenario_has_the_same_bytes(scenario):
    assert_same(scenario, *LONG[kind_of(scenario)])
