package io.torvyn.benchmarks;

import io.torvyn.benchmarks.calls.Calls;
import io.torvyn.component.ByteSource;
import io.torvyn.component.spi.CoreMemory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The kinds of calls that are measured: through generated bindings, and next to it what the core calls alone take. */
enum Call {
    NOP("nop") {
        @Override
        Work generated(Calls.Guest guest) {
            return times -> {
                for (int i = 0; i < times; i++) {
                    guest.nop();
                }
                return times;
            };
        }

        @Override
        Work floor(BareCalls bare) {
            return times -> {
                for (int i = 0; i < times; i++) {
                    bare.nop.call();
                }
                return times;
            };
        }
    },
    ADD("add") {
        @Override
        Work generated(Calls.Guest guest) {
            return times -> {
                int total = 0;
                for (int i = 0; i < times; i++) {
                    total = guest.add(total, i);
                }
                return total;
            };
        }

        @Override
        Work floor(BareCalls bare) {
            return times -> {
                int total = 0;
                for (int i = 0; i < times; i++) {
                    total = bare.add.call(total, i);
                }
                return total;
            };
        }
    },
    MIX("mix") {
        @Override
        Work generated(Calls.Guest guest) {
            return times -> {
                double total = 0;
                for (int i = 0; i < times; i++) {
                    total += guest.mix(i, 2, 0.5f, 0.25);
                }
                return (long) total;
            };
        }

        @Override
        Work floor(BareCalls bare) {
            return times -> {
                double total = 0;
                for (int i = 0; i < times; i++) {
                    total += bare.mix.call(i, 2, 0.5f, 0.25);
                }
                return (long) total;
            };
        }
    },
    TEXT("text") {
        @Override
        Work generated(Calls.Guest guest) {
            return times -> {
                long total = 0;
                for (int i = 0; i < times; i++) {
                    total += guest.text(NAME);
                }
                return total;
            };
        }

        @Override
        Work floor(BareCalls bare) {
            return times -> {
                long total = 0;
                for (int i = 0; i < times; i++) {
                    total += bare.text.call(put(bare, 1, NAME_BYTES), NAME_BYTES.length);
                }
                return total;
            };
        }
    },
    GREET("greet") {
        @Override
        Work generated(Calls.Guest guest) {
            return times -> {
                long total = 0;
                for (int i = 0; i < times; i++) {
                    total += guest.greet(NAME).length();
                }
                return total;
            };
        }

        @Override
        Work floor(BareCalls bare) {
            byte[] copy = new byte[64];
            return times -> {
                long total = 0;
                for (int i = 0; i < times; i++) {
                    int area = bare.greet.call(put(bare, 1, NAME_BYTES), NAME_BYTES.length);
                    total += get(bare, area, 1, copy);
                    bare.afterGreet.call(area);
                }
                return total;
            };
        }
    },
    SUM_1K("sum-1k") {
        @Override
        Work generated(Calls.Guest guest) {
            return sum(guest, KIB);
        }

        @Override
        Work floor(BareCalls bare) {
            return sum(bare, KIB);
        }
    },
    SUM_1M("sum-1m") {
        @Override
        Work generated(Calls.Guest guest) {
            return sum(guest, MIB);
        }

        @Override
        Work floor(BareCalls bare) {
            return sum(bare, MIB);
        }
    },
    BYTES_1K("bytes-1k") {
        @Override
        Work generated(Calls.Guest guest) {
            return bytes(guest, KIB);
        }

        @Override
        Work floor(BareCalls bare) {
            return bytes(bare, KIB);
        }
    },
    BYTES_1M("bytes-1m") {
        @Override
        Work generated(Calls.Guest guest) {
            return bytes(guest, MIB);
        }

        @Override
        Work floor(BareCalls bare) {
            return bytes(bare, MIB);
        }
    },
    BYTES_1M_INTO("bytes-1m-into") {
        @Override
        Work generated(Calls.Guest guest) {
            byte[] target = new byte[MIB];
            return times -> {
                long total = 0;
                for (int i = 0; i < times; i++) {
                    total += guest.bytes(MIB, target, 0);
                }
                return total;
            };
        }

        @Override
        Work floor(BareCalls bare) {
            byte[] target = new byte[MIB];
            return times -> {
                long total = 0;
                for (int i = 0; i < times; i++) {
                    int area = bare.bytes.call(MIB);
                    total += get(bare, area, 1, target);
                    bare.afterBytes.call(area);
                }
                return total;
            };
        }
    },
    RELAY("relay") {
        @Override
        Work generated(Calls.Guest guest) {
            return times -> {
                Calls.Reading reading = reading(0);
                for (int i = 0; i < times; i++) {
                    reading = guest.relay(reading);
                }
                return reading.id();
            };
        }

        @Override
        Work floor(BareCalls bare) {
            byte[] copy = new byte[Calls.ReadingLayout.SIZE];
            return times -> {
                long total = 0;
                for (int i = 0; i < times; i++) {
                    bare.memory.read(bare.relay.call(i, 1, 2, 3, 4, 5, 6, 1, 0.5, 0.25f), copy, 0, copy.length);
                    total += copy[0];
                }
                return total;
            };
        }
    },
    RELAY_ALL("relay-all-16") {
        @Override
        Work generated(Calls.Guest guest) {
            return times -> {
                List<Calls.Reading> readings = readings();
                for (int i = 0; i < times; i++) {
                    readings = guest.relayAll(readings);
                }
                return readings.getFirst().id();
            };
        }

        @Override
        Work floor(BareCalls bare) {
            return times -> {
                byte[] readings = new byte[READINGS * Calls.ReadingLayout.SIZE];
                for (int i = 0; i < times; i++) {
                    byte[] copy = new byte[readings.length]; // the host's own: it outlives the call
                    int area = bare.relayAll.call(put(bare, Calls.ReadingLayout.ALIGN, readings), READINGS);
                    get(bare, area, Calls.ReadingLayout.SIZE, copy);
                    bare.afterRelayAll.call(area);
                    readings = copy;
                }
                return readings[0];
            };
        }
    },
    INCREMENT("increment") {
        @Override
        Work generated(Calls.Guest guest) {
            Calls.Counter counter = guest.newCounter(0);
            return times -> {
                int count = 0;
                for (int i = 0; i < times; i++) {
                    count = counter.increment(1);
                }
                return count;
            };
        }

        @Override
        Work floor(BareCalls bare) {
            int counter = bare.newCounter.call(0);
            return times -> {
                int count = 0;
                for (int i = 0; i < times; i++) {
                    count = bare.increment.call(counter, 1);
                }
                return count;
            };
        }
    },
    COUNTER("new-and-drop") {
        @Override
        Work generated(Calls.Guest guest) {
            return times -> {
                for (int i = 0; i < times; i++) {
                    guest.newCounter(i).close();
                }
                return guest.counters();
            };
        }

        @Override
        Work floor(BareCalls bare) {
            return times -> {
                for (int i = 0; i < times; i++) {
                    bare.dropCounter.call(bare.newCounter.call(i));
                }
                return times;
            };
        }
    };

    /** Some calls in a row, with a result that depends on all of them. */
    interface Work {
        long run(int times);
    }

    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;
    private static final int READINGS = 16;
    private static final String NAME = "Grace Brewster Murray Hopper";
    private static final byte[] NAME_BYTES = NAME.getBytes(StandardCharsets.UTF_8);

    private final String id;

    Call(String id) {
        this.id = id;
    }

    /** As it is asked for. */
    String id() {
        return id;
    }

    static Call of(String id) {
        for (Call call : values()) {
            if (call.id.equals(id)) {
                return call;
            }
        }
        throw new IllegalArgumentException("no call is named " + id);
    }

    abstract Work generated(Calls.Guest guest);

    abstract Work floor(BareCalls bare);

    private static Work sum(Calls.Guest guest, int size) {
        ByteSource source = ByteSource.of(new byte[size]);
        return times -> {
            long total = 0;
            for (int i = 0; i < times; i++) {
                total += guest.sum(source);
            }
            return total;
        };
    }

    private static Work sum(BareCalls bare, int size) {
        byte[] source = new byte[size];
        return times -> {
            long total = 0;
            for (int i = 0; i < times; i++) {
                total += bare.sum.call(put(bare, 1, source), size);
            }
            return total;
        };
    }

    private static Work bytes(Calls.Guest guest, int size) {
        return times -> {
            long total = 0;
            for (int i = 0; i < times; i++) {
                total += guest.bytes(size).length();
            }
            return total;
        };
    }

    private static Work bytes(BareCalls bare, int size) {
        return times -> {
            long total = 0;
            for (int i = 0; i < times; i++) {
                byte[] copy = new byte[size]; // who asks for bytes gets an array of his own
                int area = bare.bytes.call(size);
                total += get(bare, area, 1, copy);
                bare.afterBytes.call(area);
            }
            return total;
        };
    }

    private static int put(BareCalls bare, int align, byte[] bytes) {
        int address = bare.realloc.call(0, 0, align, bytes.length);
        bare.memory.write(address, bytes, 0, bytes.length);
        return address;
    }

    private static int get(BareCalls bare, int area, int elementSize, byte[] copy) {
        CoreMemory memory = bare.memory;
        int length = memory.readInt(area + 4) * elementSize;
        memory.read(memory.readInt(area), copy, 0, length);
        return length;
    }

    private static Calls.Reading reading(int id) {
        return new Calls.Reading(id, 1, 2, 3, 4, (short) 5, 6, true, 0.5, 0.25f);
    }

    private static List<Calls.Reading> readings() {
        List<Calls.Reading> readings = new ArrayList<>();
        for (int i = 0; i < READINGS; i++) {
            readings.add(reading(i));
        }
        return readings;
    }
}
