package io.torvyn.linker;

import io.torvyn.config.CapabilitySettings;
import io.torvyn.contracts.WitWorld;
import io.torvyn.security.Capability;
import io.torvyn.security.CapabilityKind;
import io.torvyn.security.ImportNeed;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.TorvynException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The {@code [capabilities]} of a manifest, held against what worlds import. What a toolchain adds to a binary is not
 * looked at: most of it is never called.
 */
final class CapabilityDeclarations {
    private final Map<CapabilityKind, CapabilitySettings.Declaration> used = new EnumMap<>(CapabilityKind.class);
    private final Map<CapabilityKind, CapabilitySettings.Declaration> denied = new EnumMap<>(CapabilityKind.class);
    private final List<Diagnostic> findings = new ArrayList<>();

    CapabilityDeclarations(CapabilitySettings settings) {
        settings.required().forEach(declaration -> declare("required", declaration));
        settings.optional().forEach(declaration -> declare("optional", declaration));
    }

    private void declare(String table, CapabilitySettings.Declaration declaration) {
        try {
            for (Capability capability : Capability.parseRequest(declaration.name())) {
                CapabilityKind kind = capability.kind();
                var same = declaration.used() ? used : denied;
                var other = declaration.used() ? denied : used;
                CapabilitySettings.Declaration before = same.putIfAbsent(kind, declaration);
                CapabilitySettings.Declaration contrary = other.get(kind);
                if (contrary != null) {
                    findings.add(warning(
                            declaration,
                            table,
                            "`%s = %s` and `%s = %s` contradict each other about %s"
                                    .formatted(
                                            key(contrary.name()),
                                            contrary.used(),
                                            key(declaration.name()),
                                            declaration.used(),
                                            kind.canonical()),
                            "Keep one of the two.",
                            contrary));
                } else if (before != null && before.name().equals(declaration.name())) {
                    findings.add(warning(
                            declaration,
                            table,
                            "`%s` is declared as required and as optional".formatted(declaration.name()),
                            "Keep it under `[capabilities.required]` if the component cannot run without it, else under"
                                    + " `[capabilities.optional]`.",
                            before));
                }
            }
        } catch (TorvynException e) {
            findings.add(Diagnostic.error(
                            e.failure().code(),
                            e.failure().message(),
                            e.failure().help())
                    .at(declaration.position())
                    .atKey("capabilities." + table + "." + declaration.name()));
        }
    }

    private static Diagnostic warning(
            CapabilitySettings.Declaration declaration,
            String table,
            String message,
            String help,
            CapabilitySettings.Declaration other) {
        return Diagnostic.warning(ErrorCode.SEMANTIC_ERROR, message, help)
                .at(declaration.position())
                .andAt(other.position())
                .atKey("capabilities." + table + "." + declaration.name());
    }

    /** What is wrong with the declarations themselves: E0510 to E0512, and E0704 as warnings. */
    List<Diagnostic> findings() {
        return List.copyOf(findings);
    }

    /**
     * What a world imports without a word of the manifest, E0121, or against it, E0124.
     *
     * @param importAt where the world's import of that name is written
     */
    List<Diagnostic> findings(WitWorld world, Function<String, Optional<Diagnostic.Location>> importAt) {
        List<Diagnostic> wrong = new ArrayList<>();
        for (WitWorld.Item item : world.imports()) {
            ImportNeed.of(item.name())
                    .flatMap(need -> finding(world, item.name(), need))
                    .ifPresent(finding -> wrong.add(importAt.apply(item.name())
                            .map(place -> first(place, finding))
                            .orElse(finding)));
        }
        return wrong;
    }

    private static Diagnostic first(Diagnostic.Location place, Diagnostic finding) {
        Diagnostic placed = finding.at(place);
        for (Diagnostic.Location further : finding.locations()) {
            placed = placed.andAt(further);
        }
        return placed;
    }

    private Optional<Diagnostic> finding(WitWorld world, String name, ImportNeed need) {
        if (need.anyOf().stream().anyMatch(used::containsKey)) {
            return Optional.empty();
        }
        Optional<CapabilitySettings.Declaration> denial = need.anyOf().stream()
                .filter(denied::containsKey)
                .sorted()
                .map(denied::get)
                .findFirst();
        if (denial.isPresent()) {
            return Optional.of(Diagnostic.error(
                            ErrorCode.FORBIDDEN_IMPORT_DECLARED,
                            "world `%s` imports %s, but the manifest says `%s = false`"
                                    .formatted(
                                            world.name(), name, key(denial.get().name())),
                            "Drop the import, or set it to `true`.")
                    .at(denial.get().position()));
        }
        return Optional.of(Diagnostic.error(
                ErrorCode.CAPABILITY_MISMATCH,
                "world `%s` imports %s, and the manifest does not declare `%s`"
                        .formatted(world.name(), name, need.declaration()),
                "Add `%s = true` to `[capabilities.required]`, or to `[capabilities.optional]`."
                        .formatted(key(need.declaration()))));
    }

    /** As TOML has it. */
    private static String key(String name) {
        return name.chars().allMatch(c -> c == '-' || c == '_' || Character.isLetterOrDigit(c))
                ? name
                : '"' + name + '"';
    }
}
