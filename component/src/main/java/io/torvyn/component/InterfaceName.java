package io.torvyn.component;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An import or export name, split before its version. Explainer.md, "Canonical Interface Name": two versions are
 * compatible when they agree up to the first number that is not zero, and a pre-release is compatible with itself only.
 *
 * @param path everything before {@code @}
 * @param version empty when there is none
 */
record InterfaceName(String path, String version) {
    static InterfaceName parse(String name) {
        int at = name.indexOf('@');
        return at < 0 ? new InterfaceName(name, "") : new InterfaceName(name.substring(0, at), name.substring(at + 1));
    }

    /**
     * The offered name that a wanted one means: itself; else the newest compatible version; else, where one of the two
     * has no version, the only one that is left.
     *
     * @return null when there is none
     */
    static @Nullable String match(String wanted, Collection<String> offered) {
        if (offered.contains(wanted)) {
            return wanted;
        }
        InterfaceName name = parse(wanted);
        String track = name.track();
        String best = null;
        List<String> samePath = new ArrayList<>();
        List<String> unversioned = new ArrayList<>();
        for (String candidate : offered) {
            InterfaceName other = parse(candidate);
            if (!other.path.equals(name.path)) {
                continue;
            }
            samePath.add(candidate);
            if (other.version.isEmpty()) {
                unversioned.add(candidate);
            } else if (!track.isEmpty()
                    && track.equals(other.track())
                    && (best == null || other.compareNumbers(parse(best)) > 0)) {
                best = candidate;
            }
        }
        if (best != null) {
            return best;
        }
        List<String> left = name.version.isEmpty() ? samePath : unversioned;
        return left.size() == 1 ? left.getFirst() : null;
    }

    /** {@code 1} of 1.2.3, {@code 0.2} of 0.2.6, {@code 0.0.1} of 0.0.1; empty when compatible with nothing else. */
    String track() {
        if (version.isEmpty() || version.indexOf('-') >= 0) {
            return "";
        }
        StringBuilder track = new StringBuilder();
        for (String number : numbers()) {
            track.append(track.isEmpty() ? "" : ".").append(number);
            if (!number.equals("0")) {
                break;
            }
        }
        return track.toString();
    }

    private String[] numbers() {
        int build = version.indexOf('+');
        return (build < 0 ? version : version.substring(0, build)).split("\\.", -1);
    }

    private int compareNumbers(InterfaceName other) {
        String[] ours = numbers();
        String[] theirs = other.numbers();
        for (int i = 0; i < Math.max(ours.length, theirs.length); i++) {
            String our = i < ours.length ? ours[i] : "0";
            String their = i < theirs.length ? theirs[i] : "0";
            // Numbers of a version have no leading zeros, so the longer one is the larger one.
            int order = our.length() != their.length()
                    ? Integer.compare(our.length(), their.length())
                    : our.compareTo(their);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    @Override
    public String toString() {
        return version.isEmpty() ? path : path + "@" + version;
    }
}
