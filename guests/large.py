#!/usr/bin/env python3
"""Writes two components that are too large to be kept.

    guests/large.py FOLDER

    large.wasm     about 1 MB of code: 2,000 functions of some 500 bytes, every one of which calls others straight and
                   through a table
    huge.wasm      a function too large for a JVM method, which has to be interpreted, between two small ones

Both export `run: func(n: u32) -> u32`. The same script gives the same bytes; nothing but Python is needed.
"""

import os
import sys


def number(value):
    """Unsigned LEB128."""
    out = bytearray()
    while True:
        octet = value & 0x7F
        value >>= 7
        out.append(octet | (0x80 if value else 0))
        if not value:
            return bytes(out)


def signed(value):
    """Signed LEB128."""
    out = bytearray()
    while True:
        octet = value & 0x7F
        value >>= 7
        if (value == 0 and not octet & 0x40) or (value == -1 and octet & 0x40):
            out.append(octet)
            return bytes(out)
        out.append(octet | 0x80)


def vector(elements):
    return number(len(elements)) + b"".join(elements)


def name(text):
    return number(len(text)) + text.encode()


def section(identifier, content):
    return bytes([identifier]) + number(len(content)) + content


I32 = 0x7F
GET0, GET1, SET1 = b"\x20\x00", b"\x20\x01", b"\x21\x01"
I32_ADD, I32_MUL, I32_XOR, I32_ROTL, I32_AND = b"\x6a", b"\x6c", b"\x73", b"\x77", b"\x71"
I64_ADD, I64_FROM_I32, I32_FROM_I64 = b"\x7c", b"\xad", b"\xa7"


def const(value):
    return b"\x41" + signed(value)


def body(code, locals_of_i32=0):
    groups = b"\x01" + number(locals_of_i32) + bytes([I32]) if locals_of_i32 else b"\x00"
    content = groups + code + b"\x0b"
    return number(len(content)) + content


def module(types, functions, bodies, run, table=0):
    parts = [
        b"\0asm\x01\0\0\0",
        section(1, vector(types)),
        section(3, vector([number(t) for t in functions])),
    ]
    if table:
        parts.append(section(4, b"\x01\x70\x00" + number(table)))
    parts.append(section(5, b"\x01\x00\x01"))
    parts.append(section(7, vector([name("run") + b"\x00" + number(run)])))
    if table:
        parts.append(section(9, b"\x01\x00" + const(0) + b"\x0b" + vector([number(i) for i in range(table)])))
    parts.append(section(10, vector(bodies)))
    return b"".join(parts)


def component(core):
    """The module's `run` lifted, and nothing else."""
    return b"".join([
        b"\0asm\x0d\0\x01\0",
        section(1, core),
        section(2, b"\x01\x00\x00\x00"),  # core instance: instantiate module 0 with nothing
        section(6, b"\x01\x00\x00\x01\x00" + name("run")),  # alias: its core function "run"
        section(7, b"\x01\x40\x01" + name("n") + b"\x79" + b"\x00\x79"),  # func(n: u32) -> u32
        section(8, b"\x01\x00\x00\x00\x00\x00"),  # canon lift core func 0, no options, type 0
        section(11, b"\x01\x00" + name("run") + b"\x01\x00\x00"),  # export func 0
    ])


def large(count=2000, steps=21):
    """Function i mixes its argument with numbers of its own; a small part of them call on, so that a run ends."""
    state = 12345
    def random(bound):
        nonlocal state
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        return (state >> 8) % bound
    types = [b"\x60\x01\x7f\x01\x7f"]
    bodies = []
    for i in range(count):
        code = GET0 + SET1
        for _ in range(steps):
            code += GET1 + const(random(1 << 30)) + I32_XOR + const(random(1 << 30) | 1) + I32_MUL + SET1
            code += GET1 + const(random(31) + 1) + I32_ROTL + SET1
        if i:
            # if (x & 1) x = f[j](x) straight, else through the table; j < i
            code += GET1 + const(1) + I32_AND + b"\x04\x40"
            code += GET1 + b"\x10" + number(random(i)) + SET1 + b"\x05"
            code += GET1 + const(random(i)) + b"\x11\x00\x00" + SET1 + b"\x0b"
        bodies.append(body(code + GET1, 1))
    # run(n): calls every tenth of them, n times
    code = b"\x03\x40"
    for i in range(0, count, 10):
        code += GET1 + const(i) + I32_ADD + b"\x10" + number(i) + SET1
    code += GET0 + const(1) + b"\x6b" + b"\x22\x00" + b"\x0d\x00" + b"\x0b" + GET1
    bodies.append(body(code, 1))
    return component(module(types, [0] * len(bodies), bodies, count, count))


def huge(additions=20000):
    types = [b"\x60\x01\x7e\x01\x7e", b"\x60\x01\x7f\x01\x7f"]
    small = body(GET0 + b"\x42\x01" + I64_ADD)
    much = body(GET0 + (b"\x42" + signed(1000000000001) + I64_ADD) * additions + b"\x10\x00")
    run = body(GET0 + I64_FROM_I32 + b"\x10\x01" + I32_FROM_I64)
    return component(module(types, [0, 0, 1], [small, much, run], 2))


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    for file, binary in (("large.wasm", large()), ("huge.wasm", huge())):
        with open(os.path.join(folder, file), "wb") as out:
            out.write(binary)


if __name__ == "__main__":
    main()
