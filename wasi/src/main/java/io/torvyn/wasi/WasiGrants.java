package io.torvyn.wasi;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one component may have of WASI. Decided before it is instantiated, and frozen then.
 *
 * @param stdin where its standard input comes from; empty: it is at its end from the start
 * @param stdout where its standard output goes; empty: it is discarded
 * @param stderr where its standard error goes; empty: it is discarded
 * @param environment the variables that it sees, in this order
 * @param arguments its command line
 * @param sources clocks and random numbers that it may ask
 * @param network what it may do in the network
 * @param directories that it finds open when it starts
 * @param terminal whether the standard streams that it is given are a terminal
 */
public record WasiGrants(
        Optional<InputStream> stdin,
        Optional<OutputStream> stdout,
        Optional<OutputStream> stderr,
        Map<String, String> environment,
        List<String> arguments,
        Set<Source> sources,
        NetworkGrants network,
        List<DirectoryGrant> directories,
        boolean terminal) {
    /** Nothing at all. */
    public static final WasiGrants NONE =
            new WasiGrants(Optional.empty(), Optional.empty(), Optional.empty(), Map.of(), List.of(), Set.of());

    /** Something that answers differently from call to call. */
    public enum Source {
        WALL_CLOCK("clock:wall"),
        MONOTONIC_CLOCK("clock:monotonic"),
        CRYPTO_RANDOM("random:crypto"),
        INSECURE_RANDOM("random:insecure");

        private final String capability;

        Source(String capability) {
            this.capability = capability;
        }

        /** The capability that grants it. */
        public String capability() {
            return capability;
        }
    }

    /** Without network, directories and terminal. */
    public WasiGrants(
            Optional<InputStream> stdin,
            Optional<OutputStream> stdout,
            Optional<OutputStream> stderr,
            Map<String, String> environment,
            List<String> arguments,
            Set<Source> sources) {
        this(stdin, stdout, stderr, environment, arguments, sources, NetworkGrants.NONE, List.of(), false);
    }

    public WasiGrants {
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        arguments = List.copyOf(arguments);
        sources = Set.copyOf(sources);
        directories = List.copyOf(directories);
    }

    /** The same with that network. */
    public WasiGrants withNetwork(NetworkGrants other) {
        return new WasiGrants(stdin, stdout, stderr, environment, arguments, sources, other, directories, terminal);
    }

    /** The same with those directories. */
    public WasiGrants withDirectories(List<DirectoryGrant> others) {
        return new WasiGrants(stdin, stdout, stderr, environment, arguments, sources, network, others, terminal);
    }

    /** The same for a program with a command line. */
    public WasiGrants withCommandLine(
            Map<String, String> otherEnvironment, List<String> otherArguments, boolean isTerminal) {
        return new WasiGrants(
                stdin, stdout, stderr, otherEnvironment, otherArguments, sources, network, directories, isTerminal);
    }
}
