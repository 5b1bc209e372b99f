package io.torvyn.engine;

import io.torvyn.component.spi.CoreMemory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a router sends an element: its ports by number, in the order in which it named them, each once. One object
 * serves a router for all its elements; that costs no allocation as long as the router names ports that it has.
 *
 * <p>Owned by the flow's thread.
 */
public final class Route {
    private final List<String> ports;
    private final byte[][] utf8;
    private final byte[] scratch;
    private final boolean[] named;
    private final int[] chosen;
    private int size;
    private @Nullable String unknown;

    /** @param ports the names of those that the router has */
    public Route(List<String> ports) {
        this.ports = List.copyOf(ports);
        utf8 = ports.stream().map(port -> port.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
        scratch =
                new byte[Arrays.stream(utf8).mapToInt(name -> name.length).max().orElse(0)];
        named = new boolean[utf8.length];
        chosen = new int[utf8.length];
    }

    /** Ports that were named. */
    public int size() {
        return size;
    }

    /** The number of one of them in the list of all. */
    public int port(int index) {
        return chosen[index];
    }

    /** All that the router has. */
    public List<String> ports() {
        return ports;
    }

    /** The first name that is none of its ports; null when all were. */
    public @Nullable String unknown() {
        return unknown;
    }

    /** What a router has answered that has named these. */
    public ComponentInvoker.Outcome outcome() {
        return unknown != null
                ? ComponentInvoker.Outcome.UNKNOWN_PORT
                : size == 0 ? ComponentInvoker.Outcome.NOTHING : ComponentInvoker.Outcome.PASSED;
    }

    /** Forgets what was named. */
    public void clear() {
        for (int i = 0; i < size; i++) {
            named[chosen[i]] = false;
        }
        size = 0;
        unknown = null;
    }

    /** Adds a port by its name. */
    public void add(String name) {
        int port = ports.indexOf(name);
        if (port >= 0) {
            choose(port);
        } else if (unknown == null) {
            unknown = name;
        }
    }

    /**
     * Adds the port whose name lies in guest memory in UTF-8, if it is one.
     *
     * @return false when no port has that name
     */
    boolean add(CoreMemory memory, int address, int length) {
        boolean read = false;
        for (int port = 0; port < utf8.length; port++) {
            byte[] name = utf8[port];
            if (name.length != length) {
                continue;
            }
            if (!read) {
                memory.read(address, scratch, 0, length);
                read = true;
            }
            if (Arrays.equals(name, 0, length, scratch, 0, length)) {
                choose(port);
                return true;
            }
        }
        return false;
    }

    private void choose(int port) {
        if (!named[port]) {
            named[port] = true;
            chosen[size++] = port;
        }
    }
}
