package io.torvyn.wasi;

/**
 * A directory that a component is given, with all that lies beneath it.
 *
 * @param hostPath where it is; links in it are followed, once, when the component is instantiated
 * @param guestPath what the component knows it by
 * @param readable its files may be read, its names listed
 * @param writable files and names in it may be made, changed and removed
 */
public record DirectoryGrant(String hostPath, String guestPath, boolean readable, boolean writable) {
    public DirectoryGrant {
        if (!readable && !writable) {
            throw new IllegalArgumentException("a directory that may be neither read nor written: " + hostPath);
        }
    }
}
