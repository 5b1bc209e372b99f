package io.torvyn.linker;

import io.torvyn.config.Manifest;
import io.torvyn.contracts.ContractComparison;
import io.torvyn.types.Diagnostic;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a check of a project found, all of it. Immutable.
 *
 * @param manifest as it was read; empty when it cannot be
 * @param witFiles how many files of WIT were read
 * @param worlds the worlds of components
 * @param capabilities how many the manifest declares
 * @param binaries how many built components were held against their contracts
 * @param comparisons of the project's own packages with older versions of them, where these were given
 * @param failed the steps that have an error
 * @param findings errors, warnings and hints, in reading order
 */
public record CheckReport(
        Optional<Manifest> manifest,
        int witFiles,
        List<World> worlds,
        int capabilities,
        int binaries,
        List<ContractComparison> comparisons,
        Set<Step> failed,
        List<Diagnostic> findings) {
    /** The steps of a check, in the order in which they are told. */
    public enum Step {
        /** {@code Torvyn.toml} is TOML, and says what it may. */
        MANIFEST,
        /** The WIT is WIT, its names mean something, and what it says of the contract is true. */
        WIT,
        /** There are worlds for components. */
        WORLD,
        /** What worlds import, the manifest declares. */
        CAPABILITIES,
        /** What is built is what was promised. */
        BINARIES
    }

    /**
     * A world of a component.
     *
     * @param name qualified, with its version
     * @param roles the interfaces of a stage that it exports, at least one
     */
    public record World(String name, List<String> roles) {
        public World {
            roles = List.copyOf(roles);
        }
    }

    public CheckReport {
        worlds = List.copyOf(worlds);
        comparisons = List.copyOf(comparisons);
        failed = Set.copyOf(failed);
        findings = List.copyOf(findings);
    }

    /** How many findings are of that level. */
    public int count(Diagnostic.Level level) {
        return (int) findings.stream().filter(each -> each.level() == level).count();
    }

    /** Whether there are no errors; warnings there may be. */
    public boolean allPassed() {
        return failed.isEmpty();
    }
}
