package io.torvyn.types;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody probably meant to write. */
public final class NearestName {
    /** Longer words are no typing errors, and comparing them would cost time. */
    private static final int LONGEST = 64;

    private NearestName() {}

    /**
     * The known name with the fewest typing errors between it and {@code written}; case is no error. Empty when even the
     * nearest differs in more than a third of its letters.
     */
    public static Optional<String> of(String written, Collection<String> known) {
        if (written.isEmpty() || written.length() > LONGEST) {
            return Optional.empty();
        }
        String wanted = written.toLowerCase(Locale.ROOT);
        String nearest = null;
        int fewest = Integer.MAX_VALUE;
        for (String name : known) {
            int most = Math.max(1, Math.max(name.length(), wanted.length()) / 3);
            if (name.length() > LONGEST || Math.abs(name.length() - wanted.length()) > most) {
                continue;
            }
            int errors = typingErrors(wanted, name.toLowerCase(Locale.ROOT));
            if (errors < fewest && errors <= most) {
                fewest = errors;
                nearest = name;
            }
        }
        return Optional.ofNullable(nearest);
    }

    /** Letters added, left out, replaced or swapped with their neighbour (optimal string alignment). */
    private static int typingErrors(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            int[] free = beforeLast;
            beforeLast = last;
            last = row;
            row = free;
        }
        return last[b.length()];
    }
}
