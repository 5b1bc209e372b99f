package io.torvyn.cli;

import io.torvyn.projects.ProjectFiles;
import io.torvyn.projects.ProjectFiles.Stamp;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Looks at the files again and again: it misses nothing on any file system, and a look at a project takes a few
 * milliseconds. Editors write several files, and each in several steps: what has changed is told when two looks in a row
 * have seen the same.
 */
final class FolderChanges implements WatchSession.Changes {
    private static final long TICK_MILLIS = 200;
    private static final long SETTLING_MILLIS = 60;
    /** Of the time, so much may go into looking. */
    private static final int SHARE = 20;

    private ProjectFiles files;
    private Map<Path, Stamp> known;

    FolderChanges(ProjectFiles files) {
        this.files = files;
        this.known = files.look();
    }

    @Override
    public synchronized void watch(ProjectFiles others) {
        if (!others.equals(files)) {
            files = others;
            Map<Path, Stamp> now = others.look();
            now.putAll(intersection(known, now)); // what was known stays so: it may have changed since
            known = now;
        }
    }

    private static Map<Path, Stamp> intersection(Map<Path, Stamp> stamps, Map<Path, Stamp> of) {
        Map<Path, Stamp> both = new HashMap<>(stamps);
        both.keySet().retainAll(of.keySet());
        return both;
    }

    @Override
    public Set<Path> next() throws InterruptedException {
        while (true) {
            long began = System.nanoTime();
            Set<Path> changed = look();
            if (!changed.isEmpty()) {
                return changed;
            }
            long took = (System.nanoTime() - began) / 1_000_000;
            Thread.sleep(Math.max(TICK_MILLIS, took * SHARE));
        }
    }

    private Set<Path> look() throws InterruptedException {
        Map<Path, Stamp> now = seen();
        if (now.equals(known())) {
            return Set.of();
        }
        for (Map<Path, Stamp> before = Map.of(); !now.equals(before); now = seen()) {
            before = now;
            Thread.sleep(SETTLING_MILLIS);
        }
        return settled(now);
    }

    private Map<Path, Stamp> seen() {
        return looked().look();
    }

    private synchronized ProjectFiles looked() {
        return files;
    }

    private synchronized Map<Path, Stamp> known() {
        return known;
    }

    private synchronized Set<Path> settled(Map<Path, Stamp> now) {
        Set<Path> changed = ProjectFiles.changed(known, now);
        known = now;
        return changed;
    }
}
