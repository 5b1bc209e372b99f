package io.torvyn.wasi;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How messages of HTTP/1.1 look on the wire: RFC 9112. What comes is read strictly, and never without a bound. */
final class HttpMessage {
    /** What the header or trailer section of a response may have. */
    static final int LARGEST_SECTION = 1 << 16;

    private static final int INFORMATIONAL = 16;

    /**
     * One line of a section.
     *
     * @param value each byte a character, as in ISO 8859-1
     */
    record Field(String name, String value) {}

    /** How a body ends. */
    sealed interface Framing {
        record None() implements Framing {}

        record Length(long bytes) implements Framing {}

        record Chunked() implements Framing {}

        record UntilClose() implements Framing {}
    }

    /** The beginning of a response. */
    record Head(int status, List<Field> fields, Framing framing) {}

    /** What a response does wrong. */
    static final class Malformed extends IOException {
        private static final long serialVersionUID = 1L;

        private final transient HttpTypes.ErrorCode code;

        Malformed(HttpTypes.ErrorCode code) {
            super(code.toString());
            this.code = code;
        }

        HttpTypes.ErrorCode code() {
            return code;
        }
    }

    /** Reads a response. Buffers, so nothing else may read from the connection. */
    static final class Reader {
        private final InputStream in;
        private final byte[] buffer = new byte[1 << 14];
        private int at;
        private int end;
        /** Bytes that the section being read may still have. */
        private int sectionLeft;

        Reader(InputStream in) {
            this.in = in;
        }

        private int read() throws IOException {
            if (at == end) {
                int count = in.read(buffer);
                if (count <= 0) {
                    return -1;
                }
                at = 0;
                end = count;
            }
            return buffer[at++] & 0xff;
        }

        /** At most so many bytes, and at least one; empty at the end. */
        private byte[] bytes(long most) throws IOException {
            if (at == end) {
                int first = read();
                if (first < 0) {
                    return new byte[0];
                }
                at--;
            }
            int count = (int) Math.min(most, end - at);
            byte[] bytes = Arrays.copyOfRange(buffer, at, at + count);
            at += count;
            return bytes;
        }

        /** A line without its end, which is a line feed with or without a carriage return. */
        private String line() throws IOException {
            var line = new ByteArrayOutputStream();
            while (true) {
                int b = read();
                if (b < 0) {
                    throw new Malformed(
                            line.size() == 0 && sectionLeft == LARGEST_SECTION
                                    ? new HttpTypes.ErrorCode.ConnectionTerminated()
                                    : new HttpTypes.ErrorCode.HttpResponseIncomplete());
                }
                if (--sectionLeft < 0) {
                    throw new Malformed(
                            new HttpTypes.ErrorCode.HttpResponseHeaderSectionSize(Optional.of(LARGEST_SECTION)));
                }
                if (b == '\n') {
                    String text = line.toString(StandardCharsets.ISO_8859_1);
                    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
                }
                line.write(b);
            }
        }

        /** @param bodiless the request was one whose response has no body: HEAD */
        Head head(boolean bodiless) throws IOException {
            for (int i = 0; i < INFORMATIONAL; i++) {
                sectionLeft = LARGEST_SECTION;
                int status = status(line());
                List<Field> fields = section();
                if (status >= 200) {
                    return new Head(status, fields, framing(status, fields, bodiless));
                }
                if (status == 101) {
                    break; // nobody has asked for it
                }
            }
            throw malformed();
        }

        private static int status(String line) throws Malformed {
            if (!line.matches("HTTP/1\\.[01] [1-5][0-9]{2}( .*)?")) {
                throw malformed();
            }
            return Integer.parseInt(line.substring(9, 12));
        }

        private List<Field> section() throws IOException {
            List<Field> fields = new ArrayList<>();
            for (String line = line(); !line.isEmpty(); line = line()) {
                int colon = line.indexOf(':');
                if (colon < 0 || !HttpFields.isToken(line.substring(0, colon))) {
                    throw malformed(); // folded lines among them
                }
                String value = line.substring(colon + 1).strip();
                if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f)) {
                    throw malformed();
                }
                fields.add(new Field(line.substring(0, colon), value));
            }
            return fields;
        }

        private static Framing framing(int status, List<Field> fields, boolean bodiless) throws Malformed {
            List<String> codings = values(fields, "transfer-encoding");
            List<String> lengths = values(fields, "content-length");
            if (bodiless || status == 204 || status == 304) {
                return new Framing.None();
            }
            if (!codings.isEmpty()) {
                if (!lengths.isEmpty()) {
                    throw malformed(); // somebody on the way may believe the other one
                }
                if (codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked")) {
                    throw new Malformed(new HttpTypes.ErrorCode.HttpResponseTransferCoding(
                            Optional.of(String.join(", ", codings))));
                }
                return new Framing.Chunked();
            }
            if (lengths.isEmpty()) {
                return new Framing.UntilClose();
            }
            if (lengths.stream().distinct().count() > 1 || !lengths.getFirst().matches("[0-9]{1,18}")) {
                throw malformed();
            }
            return new Framing.Length(Long.parseLong(lengths.getFirst()));
        }

        private static List<String> values(List<Field> fields, String name) {
            return fields.stream()
                    .filter(field -> field.name().equalsIgnoreCase(name))
                    .map(Field::value)
                    .toList();
        }

        /** Hands on a body, piece by piece; gives its trailers, null when it has none or nobody wants more. */
        @Nullable
        List<Field> body(Framing framing, BytePipe into) throws IOException, InterruptedException {
            return switch (framing) {
                case Framing.None _ -> null;
                case Framing.Length(var length) -> {
                    copy(length, into);
                    yield null;
                }
                case Framing.UntilClose _ -> {
                    byte[] bytes = bytes(ByteOutput.CHUNK);
                    while (bytes.length > 0 && into.put(bytes)) {
                        bytes = bytes(ByteOutput.CHUNK);
                    }
                    yield null;
                }
                case Framing.Chunked _ -> chunks(into);
            };
        }

        private @Nullable List<Field> chunks(BytePipe into) throws IOException, InterruptedException {
            while (true) {
                sectionLeft = LARGEST_SECTION - 1;
                String line = line();
                int extension = line.indexOf(';');
                String size = (extension < 0 ? line : line.substring(0, extension)).strip();
                if (!size.matches("[0-9A-Fa-f]{1,15}")) {
                    throw malformed();
                }
                long length = Long.parseLong(size, 16);
                if (length == 0) {
                    List<Field> trailers = section();
                    return trailers.isEmpty() ? null : trailers;
                }
                if (!copy(length, into)) {
                    return null;
                }
                if (!line().isEmpty()) {
                    throw malformed();
                }
            }
        }

        private boolean copy(long length, BytePipe into) throws IOException, InterruptedException {
            for (long left = length; left > 0; ) {
                byte[] bytes = bytes(left);
                if (bytes.length == 0) {
                    throw new Malformed(new HttpTypes.ErrorCode.HttpResponseIncomplete());
                }
                left -= bytes.length;
                if (!into.put(bytes)) {
                    return false;
                }
            }
            return true;
        }

        private static Malformed malformed() {
            return new Malformed(new HttpTypes.ErrorCode.HttpProtocolError());
        }
    }

    /** The beginning of a request; every part of it has been checked. */
    static byte[] head(String method, String target, String authority, List<Field> fields, List<String> framing) {
        var head = new ByteArrayOutputStream();
        ascii(head, method + " " + target + " HTTP/1.1\r\nHost: " + authority + "\r\n");
        fields.forEach(field -> line(head, field));
        framing.forEach(line -> ascii(head, line + "\r\n"));
        ascii(head, "Connection: close\r\n\r\n");
        return head.toByteArray();
    }

    static byte[] chunk(byte[] bytes) {
        var chunk = new ByteArrayOutputStream();
        ascii(chunk, Integer.toHexString(bytes.length) + "\r\n");
        chunk.writeBytes(bytes);
        ascii(chunk, "\r\n");
        return chunk.toByteArray();
    }

    static byte[] lastChunk(List<Field> trailers) {
        var last = new ByteArrayOutputStream();
        ascii(last, "0\r\n");
        trailers.forEach(field -> line(last, field));
        ascii(last, "\r\n");
        return last.toByteArray();
    }

    private static void line(ByteArrayOutputStream out, Field field) {
        ascii(out, field.name() + ": ");
        out.writeBytes(field.value().getBytes(StandardCharsets.ISO_8859_1));
        ascii(out, "\r\n");
    }

    private static void ascii(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    private HttpMessage() {}
}
