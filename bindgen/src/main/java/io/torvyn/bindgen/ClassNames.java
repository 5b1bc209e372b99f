package io.torvyn.bindgen;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Gives each contract the name of its class: the shortest that tells apart those that would be called the same, also on
 * a file system that does not know upper from lower case.
 */
final class ClassNames {
    private final Map<String, TypeNames> types;
    private final Set<String> taken = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    /** @param types of all contracts, by owner */
    ClassNames(Map<String, TypeNames> types) {
        this.types = types;
    }

    /** By owner. Contracts of one short name all get a longer one. */
    Map<String, String> choose(List<Contract> contracts) {
        Map<String, List<Contract>> byShortest = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        contracts.forEach(contract -> byShortest
                .computeIfAbsent(contract.javaNames().getFirst(), _ -> new ArrayList<>())
                .add(contract));
        Map<String, String> chosen = new HashMap<>();
        // Those whose short name is theirs alone keep it, whatever others have to be called.
        byShortest.values().stream().filter(group -> group.size() == 1).forEach(group -> choose(group, chosen));
        byShortest.values().stream().filter(group -> group.size() > 1).forEach(group -> choose(group, chosen));
        return chosen;
    }

    private void choose(List<Contract> group, Map<String, String> chosen) {
        int levels = group.stream().mapToInt(c -> c.javaNames().size()).max().orElseThrow();
        for (int level = 0; level < levels; level++) {
            Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
            boolean distinct = true;
            for (Contract contract : group) {
                String name = name(contract, level);
                distinct &= isFree(contract, name) && names.add(name);
            }
            if (distinct) {
                for (Contract contract : group) {
                    chosen.put(contract.owner(), claim(contract, name(contract, level)));
                }
                return;
            }
        }
        group.forEach(contract -> chosen.put(contract.owner(), claim(contract, name(contract, 0))));
    }

    private static String name(Contract contract, int level) {
        List<String> names = contract.javaNames();
        return names.get(Math.min(level, names.size() - 1));
    }

    /** A name for something beside the contract's own class. */
    String claim(Contract contract, String wish) {
        String name = wish;
        while (!isFree(contract, name)) {
            name += "_";
        }
        taken.add(name);
        taken.add(name + "Lowered");
        return name;
    }

    private boolean isFree(Contract contract, String name) {
        TypeNames within = types.getOrDefault(contract.owner(), TypeNames.NONE);
        return !taken.contains(name)
                && !taken.contains(name + "Lowered")
                && Stream.concat(within.nested().stream(), within.cases().stream())
                        .noneMatch(name::equalsIgnoreCase)
                && !TypeNames.isInUse(name)
                && !name.matches("Tuple\\d+");
    }
}
