package io.torvyn.wasi;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.TorvynException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The files and directories that one component instance has open: as many as it may, and its own only. Belongs to the
 * instance's thread.
 */
final class OpenFiles {
    private final Syscalls calls;
    private final int limit;
    private final CapabilityReport report;
    private final List<Root> roots = new ArrayList<>();
    private final Set<DirectoryGrant> read = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<DirectoryGrant> written = Collections.newSetFromMap(new IdentityHashMap<>());
    private int open;

    /** Where a component's paths begin. */
    record Root(int file, DirectoryGrant grant) {}

    private OpenFiles(Syscalls calls, int limit, CapabilityReport report) {
        this.calls = calls;
        this.limit = limit;
        this.report = report;
    }

    /**
     * Opens the directories that were granted, so that what their paths mean is settled.
     *
     * @param limit files that may be open at once, beside those directories
     * @param report hears of what is done, and of attempts to do what is not granted
     * @throws TorvynException E0810 when one of them cannot be opened
     */
    static OpenFiles of(List<DirectoryGrant> grants, int limit, CapabilityReport report) {
        Optional<String> unavailable = Syscalls.unavailable();
        if (unavailable.isPresent()) {
            throw unavailable(grants.getFirst(), unavailable.get());
        }
        var files = new OpenFiles(new Syscalls(), limit, report);
        for (DirectoryGrant grant : grants) {
            try {
                files.roots.add(new Root(files.calls.openRoot(grant.hostPath()), grant));
            } catch (ErrnoException e) {
                files.close();
                throw unavailable(grant, e.reason());
            }
        }
        return files;
    }

    /** Why a directory cannot be opened as things are. */
    static Optional<Diagnostic> check(DirectoryGrant grant) {
        Optional<String> unavailable = Syscalls.unavailable();
        if (unavailable.isPresent()) {
            return Optional.of(finding(grant, unavailable.get()));
        }
        var calls = new Syscalls();
        try {
            calls.close(calls.openRoot(grant.hostPath()));
            return Optional.empty();
        } catch (ErrnoException e) {
            return Optional.of(finding(grant, e.reason()));
        }
    }

    private static TorvynException unavailable(DirectoryGrant grant, String reason) {
        return new TorvynException(finding(grant, reason));
    }

    private static Diagnostic finding(DirectoryGrant grant, String reason) {
        return Diagnostic.error(
                ErrorCode.WASI_CONFIG_ERROR,
                "the directory %s, which is granted, cannot be opened: %s".formatted(grant.hostPath(), reason),
                "Make it, correct its path, or take back the grant.");
    }

    /** Closes where the paths begin. Everything else is closed with its last handle. */
    void close() {
        roots.forEach(root -> calls.close(root.file()));
        roots.clear();
    }

    /** {@code get-directories}: each time with handles, and so files, of its own. */
    List<Tuple2<FilesystemTypes.Descriptor, String>> directories() {
        List<Tuple2<FilesystemTypes.Descriptor, String>> directories = new ArrayList<>();
        for (Root root : roots) {
            try {
                OpenFile directory = open(
                        root.file(), ".", Syscalls.READ_ONLY | Syscalls.DIRECTORY, root.grant(), allOf(root.grant()));
                directories.add(new Tuple2<>(
                        new GuestDescriptor(directory), root.grant().guestPath()));
            } catch (ErrnoException e) {
                report.denied("filesystem", "could not have " + root.grant().guestPath() + ": " + e.code());
            }
        }
        return directories;
    }

    private static Set<FilesystemTypes.DescriptorFlags> allOf(DirectoryGrant grant) {
        return GuestDescriptor.flags(
                grant.readable(),
                FilesystemTypes.DescriptorFlags.READ,
                grant.writable(),
                FilesystemTypes.DescriptorFlags.MUTATE_DIRECTORY);
    }

    /** Opens a name; at the limit that fails as on a disk whose quota is used up. */
    OpenFile open(
            int directory, String name, int flags, DirectoryGrant grant, Set<FilesystemTypes.DescriptorFlags> mode)
            throws ErrnoException {
        if (open >= limit) {
            throw new ErrnoException(Errno.EDQUOT);
        }
        int file = calls.open(directory, name, flags);
        open++;
        try {
            return new OpenFile(this, file, calls.attributes(file), grant, mode);
        } catch (ErrnoException | RuntimeException e) {
            closed(file);
            throw e;
        }
    }

    void closed(int file) {
        open--;
        calls.close(file);
    }

    Syscalls calls() {
        return calls;
    }

    /** An attempt to change what may only be read, or to read what may only be changed. */
    void refused(DirectoryGrant grant, boolean wasWrite) {
        report.denied(
                (wasWrite ? "filesystem:write:" : "filesystem:read:") + grant.guestPath(),
                "tried to " + (wasWrite ? "change" : "read") + " files in it");
    }

    /** Something was opened, or changed by its name. */
    void used(DirectoryGrant grant, boolean isWrite) {
        if ((isWrite ? written : read).add(grant)) {
            report.used((isWrite ? "filesystem:write:" : "filesystem:read:") + grant.guestPath());
        }
    }

    /** An attempt to leave a directory. */
    void escape(DirectoryGrant grant) {
        report.denied("filesystem:read:<path>", "tried to leave " + grant.guestPath());
    }
}
