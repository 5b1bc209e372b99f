package io.torvyn.wasi;

import java.net.IDN;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A host as people write it. An address has many spellings ({@code 127.0.0.1}, {@code 0x7f000001}, {@code 2130706433},
 * {@code 0177.1}, {@code ::ffff:7f00:1}), and all of them become the same one here: no spelling of an address is ever
 * taken for a name, or handed to a resolver.
 */
sealed interface Host {
    /** An address; never one of IPv4 within IPv6. */
    record Address(InetAddress address) implements Host {}

    /** @param name in ASCII and lower case, without a dot at its end */
    record Name(String name) implements Host {}

    /** Labels of letters, digits, hyphens and underscores. */
    Pattern NAME = Pattern.compile(
            "(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?" + "(\\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*");

    /** Null when it is neither. */
    static @Nullable Host parse(String text) {
        if (text.length() > 1_000) {
            return null;
        }
        if (text.indexOf(':') >= 0) {
            return ipv6(text);
        }
        String ascii;
        try {
            ascii = IDN.toASCII(text).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            return null;
        }
        String name = ascii.endsWith(".") ? ascii.substring(0, ascii.length() - 1) : ascii;
        String last = name.substring(name.lastIndexOf('.') + 1);
        if (last.matches("[0-9]+|0x[0-9a-f]*")) {
            return ipv4(name);
        }
        return NAME.matcher(name).matches() ? new Name(name) : null;
    }

    private static @Nullable Host ipv6(String text) {
        String address = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        if (address.indexOf('%') >= 0) {
            return null;
        }
        try {
            return new Address(Inet6Address.ofLiteral(address));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** As the URL standard has it ("IPv4 parser"), and inet_aton: one to four numbers, the last fills what is left. */
    private static @Nullable Host ipv4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length > 4) {
            return null;
        }
        long address = 0;
        for (int i = 0; i < parts.length; i++) {
            long number = number(parts[i]);
            boolean last = i == parts.length - 1;
            int bytes = last ? 4 - i : 1;
            if (number < 0 || number >= 1L << (8 * bytes)) {
                return null;
            }
            address = address << (8 * bytes) | number;
        }
        try {
            return new Address(InetAddress.getByAddress(
                    new byte[] {(byte) (address >> 24), (byte) (address >> 16), (byte) (address >> 8), (byte) address
                    }));
        } catch (UnknownHostException e) {
            throw new AssertionError(e); // of four bytes
        }
    }

    /** Negative when it is none. */
    private static long number(String text) {
        boolean hexadecimal = text.startsWith("0x");
        boolean octal = !hexadecimal && text.length() > 1 && text.startsWith("0");
        String digits = hexadecimal ? text.substring(2) : text;
        if (hexadecimal && digits.isEmpty()) {
            return 0;
        }
        if (digits.isEmpty() || digits.length() > 16 || digits.startsWith("-") || digits.startsWith("+")) {
            return -1;
        }
        try {
            return Long.parseLong(digits, hexadecimal ? 16 : octal ? 8 : 10);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
