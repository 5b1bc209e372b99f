package io.torvyn.component.binary;

/** The contents of a section are comments and gates, or refused at one of their bytes. */
public final class PackageDocsFuzz {
    private PackageDocsFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        try {
            PackageDocs.decode(new Cursor(input, 0, input.length, "the section"));
        } catch (BinaryException e) {
            if (e.offset() < 0 || e.offset() > input.length) {
                throw new AssertionError("an offset beyond the " + input.length + " bytes: " + e.text(), e);
            }
        }
    }
}
