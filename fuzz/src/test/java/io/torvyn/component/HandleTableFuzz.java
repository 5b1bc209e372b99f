package io.torvyn.component;

import io.torvyn.contracts.ResourceType;
import io.torvyn.fuzz.FuzzInput;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Operations in any order do what they do to a plain map of handles, and trap where that has no such handle. */
public final class HandleTableFuzz {
    private static final ResourceType[] TYPES = {new ResourceType("a"), new ResourceType("b")};

    private HandleTableFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        new Model(new FuzzInput(input)).run();
    }

    /** A resource of the host that knows how often it was dropped. */
    private static final class Counted implements HostResource {
        private int drops;

        @Override
        public void drop() {
            drops++;
        }
    }

    /** @param rep a resource of the host, or the number that a guest chose */
    private record Entry(ResourceType type, Object rep, boolean owned, int lends) {
        Entry withLends(int count) {
            return new Entry(type, rep, owned, count);
        }
    }

    /** CanonicalABI.md, "Table State" and "Resource State", without any thought for speed. */
    private static final class Model {
        private final FuzzInput input;
        private final HandleTable table = new HandleTable(new HashSet<>());
        private final Map<Integer, Entry> entries = new TreeMap<>();
        private final Deque<Integer> free = new ArrayDeque<>();
        private int next = 1;

        Model(FuzzInput input) {
            this.input = input;
        }

        void run() {
            while (input.hasNext()) {
                step();
                if (table.size() != entries.size() || table.borrowCount() != borrows()) {
                    throw new AssertionError(
                            table.size() + " handles, " + table.borrowCount() + " borrowed: " + entries);
                }
            }
            table.clear();
            entries.values().forEach(entry -> expectDrops(entry, entry.owned ? 1 : 0));
            if (table.size() != 0 || table.borrowCount() != 0) {
                throw new AssertionError("something is left after clear()");
            }
        }

        private long borrows() {
            return entries.values().stream().filter(entry -> !entry.owned).count();
        }

        private void step() {
            int operation = input.below(11);
            ResourceType type = TYPES[input.below(TYPES.length)];
            switch (operation) {
                case 0 -> {
                    var rep = new Counted();
                    added(table.newOwn(type, rep), new Entry(type, rep, true, 0));
                }
                case 1 -> {
                    var rep = new Counted();
                    added(table.newBorrow(type, rep), new Entry(type, rep, false, 0));
                }
                case 2 -> added(table.newOwn(type, 7), new Entry(type, 7, true, 0));
                case 3 -> added(table.newBorrow(type, 7), new Entry(type, 7, false, 0));
                case 4 -> rep(handle(), type);
                case 5 -> removeOwn(handle(), type);
                case 6 -> removeGuestOwn(handle(), type);
                case 7 -> drop(handle(), type);
                case 8 -> removeForDrop(handle(), type);
                case 9 -> lend(handle(), type);
                default -> unlend(handle());
            }
        }

        /** Mostly one that there is or was. */
        private int handle() {
            int choice = input.octet();
            return choice < 250 ? choice % (next + 1) : (byte) choice;
        }

        private void added(int handle, Entry entry) {
            int expected = free.isEmpty() ? next++ : free.pop();
            if (handle != expected) {
                throw new AssertionError("handle " + handle + " instead of " + expected);
            }
            entries.put(handle, entry);
        }

        private void removed(int handle) {
            entries.remove(handle);
            free.push(handle);
        }

        private @Nullable Entry find(int handle, ResourceType type) {
            Entry entry = entries.get(handle);
            return entry != null && entry.type.equals(type) ? entry : null;
        }

        private static boolean traps(Runnable operation) {
            try {
                operation.run();
                return false;
            } catch (TrapException _) {
                return true;
            }
        }

        private static void expect(boolean traps, boolean should, String what) {
            if (traps != should) {
                throw new AssertionError(what + (should ? " should have trapped" : " should not have trapped"));
            }
        }

        private static void expectDrops(Entry entry, int drops) {
            if (entry.rep instanceof Counted counted && counted.drops != drops) {
                throw new AssertionError("dropped " + counted.drops + " times instead of " + drops);
            }
        }

        private void rep(int handle, ResourceType type) {
            Entry entry = find(handle, type);
            boolean host = entry != null && entry.rep instanceof Counted;
            boolean trapped = traps(() -> {
                if (table.rep(handle, type) != (entry == null ? null : entry.rep)) {
                    throw new AssertionError("another resource than was put in");
                }
            });
            expect(trapped, !host, "rep of " + handle);
        }

        private void removeOwn(int handle, ResourceType type) {
            Entry entry = find(handle, type);
            boolean fine = entry != null && entry.rep instanceof Counted && entry.owned && entry.lends == 0;
            expect(traps(() -> table.removeOwn(handle, type)), !fine, "removeOwn of " + handle);
            if (fine && entry != null) {
                expectDrops(entry, 0);
                removed(handle);
            }
        }

        private void removeGuestOwn(int handle, ResourceType type) {
            Entry entry = find(handle, type);
            boolean fine = entry != null && entry.owned && entry.lends == 0;
            if (entry != null && entry.rep instanceof Counted) {
                return; // the caller knows whose resources the type has
            }
            expect(traps(() -> table.removeGuestOwn(handle, type)), !fine, "removeGuestOwn of " + handle);
            if (fine) {
                removed(handle);
            }
        }

        private void drop(int handle, ResourceType type) {
            Entry entry = find(handle, type);
            boolean fine = entry != null && entry.rep instanceof Counted && entry.lends == 0;
            expect(traps(() -> table.drop(handle, type)), !fine, "drop of " + handle);
            if (fine && entry != null) {
                expectDrops(entry, entry.owned ? 1 : 0);
                removed(handle);
            }
        }

        private void removeForDrop(int handle, ResourceType type) {
            Entry entry = find(handle, type);
            boolean fine = entry != null && entry.lends == 0;
            if (entry != null && entry.rep instanceof Counted) {
                return;
            }
            expect(traps(() -> table.removeForDrop(handle, type)), !fine, "removeForDrop of " + handle);
            if (fine) {
                removed(handle);
            }
        }

        /** Only ever what has been looked up. */
        private void lend(int handle, ResourceType type) {
            Entry entry = find(handle, type);
            if (entry != null) {
                table.lend(handle);
                entries.put(handle, entry.withLends(entry.lends + 1));
            }
        }

        private void unlend(int handle) {
            Entry entry = entries.get(handle);
            if (entry != null && entry.lends > 0) {
                table.unlend(handle);
                entries.put(handle, entry.withLends(entry.lends - 1));
            }
        }
    }
}
