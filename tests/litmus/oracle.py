"""An abstract x86-TSO machine, to work out the final states of a litmus test.

After Owens, Sarkar and Sewell, "A better x86 memory model: x86-TSO" (2009): each thread has a
first-in-first-out buffer of stores; a load takes the newest of its thread's waiting stores to its
bytes, else memory; a fence and a locked operation go on only when the own buffer is empty; a
buffer's oldest store may reach memory at any time. Without buffers the same machine is
sequentially consistent. A load of bytes that a waiting store has only in part waits until that
store has reached memory, as processors do that cannot forward it. Others put such a load together
from the waiting stores and memory: a `merging` machine.

It shares no code with hvsim and knows nothing of caches, lines or time: it walks all states of a
dozen lines of semantics. Notation: scenarios/run/litmus_reader.hpp.
"""

import collections

Op = collections.namedtuple("Op", "kind cell offset size value expected result")
Store = collections.namedtuple("Store", "cell offset size value")
Thread = collections.namedtuple("Thread", "at registers buffer")

WORDS = {  # what stands behind each name
    "store": "cell value", "load": "cell result", "mfence": "", "xchg": "cell value result",
    "cmpxchg": "cell expected value result", "lockadd": "cell value", "xadd": "cell value result",
}
PARTS = {"b": 1, "h": 2, "d": 4}


def parse(text):
    """An operation from its text."""
    kind, *words = text.split()
    named = dict(zip(WORDS[kind].split(), words, strict=True))
    cell, _, part = named.get("cell", "").partition(".")
    size = PARTS[part[0]] if part else 8
    offset = int(part[1]) * size if part else 0
    return Op(kind, cell, offset, size, named.get("value"), named.get("expected"),
              named.get("result"))


def bits(value, size):
    return value & ((1 << (8 * size)) - 1)


def signed(value):
    return value - (1 << 64) if value >> 63 else value


def taken_from(whole, offset, size):
    """`size` bytes of a value, from byte `offset` on."""
    return bits(whole >> (8 * offset), size)


def put_into(whole, store):
    mask = ((1 << (8 * store.size)) - 1) << (8 * store.offset)
    return (whole & ~mask) | (store.value << (8 * store.offset))


class Machine:
    """All runs of one test. With `buffers` off, every store reaches memory at once."""

    def __init__(self, test, buffers=True, merging=False):
        self.buffers = buffers
        self.merging = merging
        self.programs = [[parse(text) for text in thread] for thread in test["threads"]]
        cells = dict(test.get("init", {}))
        for program in self.programs:
            for op in program:
                if op.cell:
                    cells.setdefault(op.cell, 0)
        self.cells = sorted(cells)
        threads = tuple(Thread(0, (), ()) for _ in self.programs)
        self.start = (threads, tuple(bits(cells[cell], 8) for cell in self.cells))

    def memory_with(self, memory, store):
        index = self.cells.index(store.cell)
        return memory[:index] + (put_into(memory[index], store),) + memory[index + 1:]

    def load(self, op, thread, memory):
        """What a load sees; None if it must wait."""
        if self.merging:
            for store in thread.buffer:
                memory = self.memory_with(memory, store)
            return taken_from(memory[self.cells.index(op.cell)], op.offset, op.size)
        for store in reversed(thread.buffer):
            first = max(store.offset, op.offset)
            last = min(store.offset + store.size, op.offset + op.size)
            if store.cell != op.cell or first >= last:
                continue
            covers = first == op.offset and last == op.offset + op.size
            return taken_from(store.value, op.offset - store.offset, op.size) if covers else None
        return taken_from(memory[self.cells.index(op.cell)], op.offset, op.size)

    def locked(self, op, registers, memory):
        """Registers and memory after a locked operation."""
        value = self.value(op.value, registers, op.size)
        before = taken_from(memory[self.cells.index(op.cell)], op.offset, op.size)
        after = value
        if op.kind in ("lockadd", "xadd"):
            after = bits(before + value, op.size)
        elif op.kind == "cmpxchg":
            matches = before == self.value(op.expected, registers, op.size)
            after = value if matches else before
        if op.result:
            registers = self.with_register(registers, op.result, before)
        return registers, self.memory_with(memory, Store(op.cell, op.offset, op.size, after))

    @staticmethod
    def value(word, registers, size):
        number = dict(registers).get(word, 0) if word.startswith("r") else int(word)
        return bits(number, size)

    @staticmethod
    def with_register(registers, name, value):
        return tuple(sorted({**dict(registers), name: value}.items()))

    def step(self, op, thread, memory):
        """What a thread's next operation makes of it and memory; None if it must wait."""
        registers, buffer = thread.registers, thread.buffer
        if op.kind == "store":
            store = Store(op.cell, op.offset, op.size, self.value(op.value, registers, op.size))
            if self.buffers:
                buffer = buffer + (store,)
            else:
                memory = self.memory_with(memory, store)
        elif op.kind == "load":
            seen = self.load(op, thread, memory)
            if seen is None:
                return None
            registers = self.with_register(registers, op.result, seen)
        elif buffer:
            return None  # a fence or a locked operation
        elif op.kind != "mfence":
            registers, memory = self.locked(op, registers, memory)
        return Thread(thread.at + 1, registers, buffer), memory

    def next_states(self, state):
        threads, memory = state
        for i, thread in enumerate(threads):
            afters = []
            if thread.at < len(self.programs[i]):
                afters.append(self.step(self.programs[i][thread.at], thread, memory))
            if thread.buffer:
                drained = thread._replace(buffer=thread.buffer[1:])
                afters.append((drained, self.memory_with(memory, thread.buffer[0])))
            for after in filter(None, afters):
                yield threads[:i] + (after[0],) + threads[i + 1:], after[1]

    def explore(self):
        """The number of states, and those without a next one."""
        visited, waiting, final = {self.start}, [self.start], []
        while waiting:
            state = waiting.pop()
            nexts = list(self.next_states(state))
            if not nexts:
                final.append(state)
            for after in nexts:
                if after not in visited:
                    visited.add(after)
                    waiting.append(after)
        return len(visited), final

    def outcome(self, state, observed):
        threads, memory = state
        values = []
        for name in observed:
            thread, colon, register = name.partition(":")
            if colon:
                values.append(signed(dict(threads[int(thread)].registers).get(register, 0)))
            else:
                values.append(signed(memory[self.cells.index(name)]))
        return values


def observed_by_default(test):
    """Every register that is written, thread by thread, then every location, by name."""
    names = []
    for i, program in enumerate(test["threads"]):
        names += [f"{i}:{name}" for name in sorted({op.result for op in map(parse, program)
                                                     if op.result})]
    return names + Machine(test).cells


def outcomes(test, buffers=True, merging=False):
    """The number of states and the sorted final states of a test."""
    machine = Machine(test, buffers, merging)
    states, final = machine.explore()
    observed = test.get("observed") or observed_by_default(test)
    found = {tuple(machine.outcome(state, observed)) for state in final}
    return states, sorted(map(list, found))
