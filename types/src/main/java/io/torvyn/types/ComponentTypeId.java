package io.torvyn.types;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The identity of a component binary: its SHA-256.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record ComponentTypeId(String hex) {
    public ComponentTypeId {
        if (!hex.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("not a SHA-256 in lower-case hexadecimal: " + hex);
        }
    }

    public static ComponentTypeId of(byte[] binary) {
        try {
            return new ComponentTypeId(HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(binary)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** The short form for people, 16 digits and an ellipsis; file names use {@link #hex}. */
    @Override
    public String toString() {
        return hex.substring(0, 16) + "…";
    }
}
