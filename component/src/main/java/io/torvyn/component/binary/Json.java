package io.torvyn.component.binary;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** JSON (RFC 8259) as custom sections have it: of objects and strings all is kept, of other values that they are there. */
sealed interface Json {
    record Text(String value) implements Json {}

    /** An object; of members with the same name the last one counts. */
    record Members(Map<String, Json> members) implements Json {}

    record Other() implements Json {}

    /** The member of an object; an empty object when there is none, or this is no object. */
    default Members members(String name) {
        return member(name) instanceof Members members ? members : new Members(Map.of());
    }

    /** The member of an object; an empty text when there is none that is a text. */
    default String text(String name) {
        return member(name) instanceof Text(var value) ? value : "";
    }

    private Json member(String name) {
        return this instanceof Members(var members) ? members.getOrDefault(name, new Other()) : new Other();
    }

    /**
     * @param offset where the text is in the file
     * @throws BinaryException when it is not JSON, or nests deeper than any such section does
     */
    static Json parse(byte[] utf8, int offset) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
            return new Reader(text, offset).whole();
        } catch (CharacterCodingException e) {
            throw new BinaryException(offset, "the JSON is not UTF-8", e);
        }
    }

    /** Reads by recursive descent. */
    final class Reader {
        private static final int MAX_DEPTH = 32;

        private final String text;
        private final int offset;
        private int at;

        private Reader(String text, int offset) {
            this.text = text;
            this.offset = offset;
        }

        private Json whole() {
            Json value = value(0);
            skipSpace();
            if (at < text.length()) {
                throw refused("something stands behind the JSON");
            }
            return value;
        }

        private BinaryException refused(String why) {
            return new BinaryException(offset, why);
        }

        private Json value(int depth) {
            if (depth > MAX_DEPTH) {
                throw refused("the JSON is too deep");
            }
            skipSpace();
            return switch (peek()) {
                case '{' -> object(depth);
                case '[' -> array(depth);
                case '"' -> new Text(string());
                default -> word();
            };
        }

        private Json object(int depth) {
            Map<String, Json> members = new LinkedHashMap<>();
            at++;
            skipSpace();
            while (peek() != '}') {
                String name = string();
                expect(':');
                members.put(name, value(depth + 1));
                separator('}');
            }
            at++;
            return new Members(members);
        }

        private Json array(int depth) {
            at++;
            skipSpace();
            while (peek() != ']') {
                value(depth + 1);
                separator(']');
            }
            at++;
            return new Other();
        }

        /** A comma with something behind it, or the end. */
        private void separator(char end) {
            skipSpace();
            if (peek() != end) {
                expect(',');
                skipSpace();
                if (peek() == end) {
                    throw refused("the JSON has a comma before nothing");
                }
            }
        }

        /** A number, or one of the three words. */
        private Json word() {
            int start = at;
            while (at < text.length()
                    && (Character.isLetterOrDigit(text.charAt(at)) || "+-.".indexOf(text.charAt(at)) >= 0)) {
                at++;
            }
            if (at == start) {
                throw refused("the JSON has no value where one is due");
            }
            return new Other();
        }

        private String string() {
            expect('"');
            StringBuilder value = new StringBuilder();
            while (peek() != '"') {
                char c = text.charAt(at++);
                value.append(c == '\\' ? escaped() : c);
            }
            at++;
            return value.toString();
        }

        private char escaped() {
            char c = peek();
            at++;
            return switch (c) {
                case '"', '\\', '/' -> c;
                case 'b' -> '\b';
                case 'f' -> '\f';
                case 'n' -> '\n';
                case 'r' -> '\r';
                case 't' -> '\t';
                case 'u' -> {
                    int value = 0;
                    for (int i = 0; i < 4; i++) {
                        int digit = Character.digit(peek(), 16);
                        if (digit < 0) {
                            throw refused("the JSON has an escape without four digits");
                        }
                        value = value << 4 | digit;
                        at++;
                    }
                    yield (char) value;
                }
                default -> throw refused("the JSON has an escape that means nothing");
            };
        }

        private void expect(char c) {
            skipSpace();
            if (peek() != c) {
                throw refused("the JSON has no `" + c + "` where one is due");
            }
            at++;
        }

        private char peek() {
            if (at >= text.length()) {
                throw refused("the JSON ends too soon");
            }
            return text.charAt(at);
        }

        private void skipSpace() {
            while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }
    }
}
