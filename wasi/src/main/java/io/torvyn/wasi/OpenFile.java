package io.torvyn.wasi;

import java.util.Set;

/**
 * An open file or directory, closed with the last of those that use it: a descriptor and the streams made from it.
 */
final class OpenFile {
    private final OpenFiles files;
    private final int number;
    private final DirectoryGrant grant;
    private final Set<FilesystemTypes.DescriptorFlags> mode;
    private final boolean isDirectory;
    private final boolean isRegular;
    private int users = 1;

    /**
     * @param number the kernel's
     * @param grant what may be done beneath the directory that it was found in
     * @param mode what it was opened for
     */
    OpenFile(
            OpenFiles files,
            int number,
            Syscalls.Attributes attributes,
            DirectoryGrant grant,
            Set<FilesystemTypes.DescriptorFlags> mode) {
        this.files = files;
        this.number = number;
        this.grant = grant;
        this.mode = mode;
        this.isDirectory = attributes.isDirectory();
        this.isRegular = attributes.isRegular();
    }

    /** One more user, which has to {@link #release} it. */
    OpenFile retain() {
        users++;
        return this;
    }

    void release() {
        if (--users == 0) {
            files.closed(number);
        }
    }

    OpenFiles files() {
        return files;
    }

    Syscalls calls() {
        return files.calls();
    }

    int number() {
        return number;
    }

    DirectoryGrant grant() {
        return grant;
    }

    Set<FilesystemTypes.DescriptorFlags> mode() {
        return mode;
    }

    boolean isDirectory() {
        return isDirectory;
    }

    boolean isRegular() {
        return isRegular;
    }
}
