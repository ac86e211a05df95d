"""The litmus tests of our own: some by hand, the rest from cycles. Prints tests/litmus/own.json.

A cycle in the way of diy (Alglave, Maranget): threads joined by who reads or overwrites whose
write, each doing two accesses in a certain way. If every edge is kept, the final state that its
condition asks for cannot come; the sets say which do.
"""

import itertools
import json

import oracle

BY_HAND = [
    ("HV-depth-1", "one store waits while a later load is done",
     [["store a 1", "load y r0"], ["store y 1", "mfence", "load a r0"]]),
    ("HV-depth-2", "two stores wait at once",
     [["store a 1", "store b 1", "load y r0"], ["store y 1", "mfence", "load a r0"]]),
    ("HV-depth-3", "three stores wait at once",
     [["store a 1", "store b 1", "store c 1", "load y r0"],
      ["store y 1", "mfence", "load a r0"]]),
    ("HV-depth-4", "four stores wait at once",
     [["store a 1", "store b 1", "store c 1", "store d 1", "load y r0"],
      ["store y 1", "mfence", "load a r0"]]),
    ("HV-depth-4-one-word", "four stores to one word wait at once",
     [["store a 1", "store a 2", "store a 3", "store a 4", "load y r0"],
      ["store y 1", "mfence", "load a r0"]]),
    ("HV-forward-each", "each load sees the newest store before it",
     [["store x 1", "load x r0", "store x 2", "load x r1", "load y r2"],
      ["store y 1", "mfence", "load x r0"]]),
    ("HV-coalesce", "a store does not join an older one past another word's",
     [["store x 1", "store y 1", "store x 2"], ["load x r0", "load y r1"]]),
    ("HV-sees-itself-first", "own stores are seen early, those of others by all at once",
     [["store x 1", "load x r0", "load y r1"], ["store y 1", "load y r0", "load x r1"]]),
    ("HV-siblings", "a store is seen by one other thread only when it is by all",
     [["store x 1"], ["load x r0", "load y r1"], ["store y 1", "mfence", "load x r0"]]),
    ("HV-xchg-on-own-store", "a locked operation acts on the own store before it",
     [["store x 1", "xchg x 2 r0", "load x r1"]]),
    ("HV-xadd-on-own-store", "a locked operation acts on the own store before it",
     [["store x 1", "xadd x 1 r0", "load x r1"]]),
    ("HV-cmpxchg-on-own-store", "a compare-exchange that matches the own store before it",
     [["store x 1", "cmpxchg x 1 2 r0", "load x r1"], ["load x r0"]]),
    ("HV-cmpxchg-fails-own-word", "a compare-exchange that fails on the own store drains it",
     [["store x 1", "cmpxchg x 0 2 r0", "load y r1"],
      ["store y 1", "cmpxchg y 0 2 r0", "load x r1"]]),
    ("HV-cmpxchg-fails-other-word", "a compare-exchange that fails drains all older stores",
     [["store x 1", "cmpxchg z 7 2 r0", "load y r1"],
      ["store y 1", "cmpxchg z 7 2 r0", "load x r1"]]),
    ("HV-two-tickets", "nobody gets between the halves of a locked add",
     [["xadd x 1 r0"], ["xadd x 1 r0"]]),
    ("HV-two-swaps", "nobody gets between the halves of an exchange",
     [["xchg x 1 r0"], ["xchg x 2 r0"]]),
    ("HV-register-values", "what was loaded is stored, compared and added",
     [["load x r0", "store y r0", "xadd z r0 r1"], ["store x 5", "cmpxchg y r0 9 r1"]]),
    ("HV-minus", "values are of 64 bits, with a sign",
     [["store x -1", "xadd x 1 r0"], ["load x r0", "lockadd y -3"]]),
    ("HV-fence-both-words", "a fence waits for all stores, not for the first",
     [["store x 1", "store z 1", "mfence", "load y r0"],
      ["store y 1", "mfence", "load z r0", "load x r1"]]),
    # Mixed sizes.
    ("HV-byte-then-whole", "a load of a word waits for the own byte in it",
     [["store x.b0 1", "load x r0"]]),
    ("HV-byte-of-two", "a load of a word sees both own bytes in it",
     [["store x.b0 1", "store x.b7 1", "load x r0"], ["load x r0"]]),
    ("HV-byte-then-whole-SB", "the load that waits for its byte comes after it for all",
     [["store x.b0 1", "load x r0", "load y r1"], ["store y 1", "mfence", "load x r0"]]),
    ("HV-byte-from-whole", "a byte is forwarded out of the word that waits",
     [["store x 513", "load x.b1 r0", "load y r1"], ["store y 1", "mfence", "load x r0"]]),
    ("HV-byte-over-word", "the newest store to a byte is the one that is seen",
     [["store x 257", "store x.b0 2", "load x.b0 r0", "load x.b1 r1", "load y r2"],
      ["store y 1", "mfence", "load x.h0 r0"]]),
    ("HV-bytes-by-two-threads", "two threads write bytes of one word and load it whole",
     [["store x.b0 1", "load x r0"], ["store x.b1 1", "load x r0"]]),
    ("HV-word-read-in-halves", "a word reaches memory whole",
     [["store x 4294967297"], ["load x.d0 r0", "load x.d1 r1"]]),
    ("HV-halves-read-as-word", "halves reach memory in order",
     [["store x.d0 1", "store x.d1 1"], ["load x r0"]]),
    ("HV-waits-for-its-byte-only", "the load waits for the byte, not for the store behind it",
     [["store x.b0 1", "store y 1", "load x r0", "load z r1"],
      ["store z 1", "mfence", "load y r0"]]),
    ("HV-lock-byte", "a byte is locked, the word is read",
     [["xchg x.b0 1 r0", "load x.b1 r1"], ["xchg x.b1 1 r0", "load x.b0 r1"]]),
    ("HV-lock-word-over-byte", "a locked operation on a word drains the byte before it",
     [["store x.b1 1", "xadd x 1 r0"], ["load x r0"]]),
]

# How a thread gets from its first access to its second: what the accesses are, and the
# operations. {0} and {1} are locations; r0 is of the second access, r1 of the first, if they read.
WITHIN = {
    "PodWR": ("WR", ["store {0} {v}", "load {1} r0"]),
    "PodWW": ("WW", ["store {0} {v}", "store {1} {w}"]),
    "PodRW": ("RW", ["load {0} r1", "store {1} {w}"]),
    "PodRR": ("RR", ["load {0} r1", "load {1} r0"]),
    "FenceWR": ("WR", ["store {0} {v}", "mfence", "load {1} r0"]),
    "XchgWR": ("WR", ["store {0} {v}", "xchg l{t} 1 r2", "load {1} r0"]),
    "AddWR": ("WR", ["store {0} {v}", "lockadd l{t} 1", "load {1} r0"]),
    "CasWR": ("WR", ["store {0} {v}", "cmpxchg l{t} 1 2 r2", "load {1} r0"]),
    "RfiWR": ("WR", ["store {0} {v}", "load {0} r1", "load {1} r0"]),
}
# What joins the last access of a thread to the first of the next.
BETWEEN = {"Rfe": "WR", "Fre": "RW", "Coe": "WW"}


def cycles(threads, within):
    """Every way round: [(edge inside thread 0, edge to thread 1), ...], each once."""
    seen = set()
    steps = list(itertools.product(within, BETWEEN))
    for cycle in itertools.product(steps, repeat=threads):
        if any(WITHIN[inside][0][1] != BETWEEN[out][0]
               or BETWEEN[out][1] != WITHIN[cycle[(t + 1) % threads][0]][0][0]
               for t, (inside, out) in enumerate(cycle)):
            continue
        turns = [cycle[t:] + cycle[:t] for t in range(threads)]
        if min(turns) not in seen:
            seen.add(min(turns))
            yield cycle


def test_of(cycle):
    """Thread t's second access and thread t+1's first one are to location t+1."""
    count = len(cycle)
    names = "xyzw"[:count]
    threads, question = [], []
    for t, (inside, out) in enumerate(cycle):
        # A location that two threads write takes 1 from the one that is overwritten.
        before = cycle[t - 1][1]
        first = 2 if before == "Coe" else 1
        threads.append([text.format(names[t], names[(t + 1) % count], v=first, w=1, t=t)
                        for text in WITHIN[inside][1]])
        after = (t + 1) % count
        if out == "Coe":
            question.append(["eq", names[after], 2])
        elif out == "Fre":
            question.append(["eq", f"{t}:r0", 0])
        else:
            question.append(["eq", f"{after}:r1", 1])
    name = "-".join(edge for step in cycle for edge in step)
    return {"name": "HV-" + name, "threads": threads, "condition": ["and", *question]}


def tests():
    """All tests, complete."""
    made = [{"name": name, "note": note, "threads": threads} for name, note, threads in BY_HAND]
    made += [test_of(cycle) for cycle in cycles(2, WITHIN)]
    made += [test_of(cycle) for cycle in cycles(3, ["PodWR", "PodWW", "PodRR", "PodRW"])
             if any(out == "Rfe" for _, out in cycle)]
    for test in made:
        test["init"] = dict.fromkeys(oracle.Machine(test).cells, 0)
        test["observed"] = oracle.observed_by_default(test)
        test["machine_states"], test["allowed"] = oracle.outcomes(test)
        test["sc"] = oracle.outcomes(test, buffers=False)[1]
        merging = oracle.outcomes(test, merging=True)[1]
        if merging != test["allowed"]:
            test["merging"] = merging
        if "condition" in test:
            test["quantifier"] = "exists"
            test["verdict"] = verdict(test)
    return made


def verdict(test):
    """Whether the question of a cycle comes true: all of its parts in one final state."""
    parts = test["condition"][1:]
    at = {name: i for i, name in enumerate(test["observed"])}
    comes = any(all(state[at[name]] == value for _, name, value in parts)
                for state in test["allowed"])
    return "allowed" if comes else "forbidden"


def pack():
    """The text of own.json: a line for each test."""
    lines = ",\n".join(json.dumps(test) for test in tests())
    return '{"format": "xlitmus-1", "model": "x86-TSO", "tests": [\n' + lines + "\n]}\n"


if __name__ == "__main__":
    print(pack(), end="")
