package io.torvyn.contracts;

import io.torvyn.types.SemanticVersion;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/**
 * Cuts the text of one WIT file into tokens, on demand (WIT.md, "Lexical structure"). Versions are no tokens of their
 * own in the grammar; whoever expects one asks for it with {@link #version}.
 */
final class Lexer {
    private static final Set<String> KEYWORDS = Set.of(
            "as",
            "async",
            "bool",
            "borrow",
            "char",
            "constructor",
            "enum",
            "error-context",
            "export",
            "f32",
            "f64",
            "flags",
            "from",
            "func",
            "future",
            "import",
            "include",
            "interface",
            "list",
            "map",
            "option",
            "own",
            "package",
            "record",
            "resource",
            "result",
            "s16",
            "s32",
            "s64",
            "s8",
            "static",
            "stream",
            "string",
            "tuple",
            "type",
            "u16",
            "u32",
            "u64",
            "u8",
            "use",
            "variant",
            "with",
            "world");

    private static final int MAX_VERSION = 255;

    enum Kind {
        IDENTIFIER,
        KEYWORD,
        INTEGER,
        STRING,
        OPERATOR,
        END
    }

    /**
     * @param text an identifier without its {@code %}
     * @param start offset of its first character
     * @param end offset after its last character
     * @param docs the doc comments before it, without their slashes; may be empty
     */
    record Token(Kind kind, String text, int start, int end, String docs) {
        boolean is(String operatorOrKeyword) {
            return (kind == Kind.OPERATOR || kind == Kind.KEYWORD) && text.equals(operatorOrKeyword);
        }

        /** For messages. */
        String describe() {
            return switch (kind) {
                case IDENTIFIER, INTEGER, OPERATOR -> "`" + abbreviated() + "`";
                case KEYWORD -> "the keyword `" + text + "`";
                case STRING -> "a string";
                case END -> "the end of the file";
            };
        }

        private String abbreviated() {
            return text.length() <= 60 ? text : text.substring(0, 60) + "…";
        }
    }

    private final SourceText source;
    private final String text;
    private int at;
    private final StringBuilder docs = new StringBuilder();

    Lexer(SourceText source) {
        this.source = source;
        this.text = source.text();
        refuseForbiddenCharacters();
    }

    static boolean isKeyword(String word) {
        return KEYWORDS.contains(word);
    }

    static boolean isLetter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private void refuseForbiddenCharacters() {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c >= ' ' && c < 0x7f) || c == '\n' || c == '\t' || c == '\r') {
                continue;
            }
            String kind = forbidden(c);
            if (!kind.isEmpty()) {
                throw source.syntaxError(
                        i, "the %s character U+%04X may not stand in WIT".formatted(kind, (int) c), "Remove it.");
            }
        }
    }

    /** Why a character may not stand in WIT; empty when it may. */
    private static String forbidden(char c) {
        return switch (c) {
            case '\n', '\t', '\r' -> "";
            case '\u202a', '\u202b', '\u202c', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069' ->
                "bidirectional override";
            case '\u0149', '\u0673', '\u0f77', '\u0f79', '\u17a3', '\u17a4', '\u17b4', '\u17b5' -> "deprecated";
            default -> Character.isISOControl(c) ? "control" : "";
        };
    }

    /** A line of a comment, with U+FFFD where it has something that may not stand in WIT. */
    static String withoutForbiddenCharacters(String line) {
        StringBuilder text = new StringBuilder();
        line.chars().forEach(c -> text.append(c == '\r' || !forbidden((char) c).isEmpty() ? '\ufffd' : (char) c));
        return text.toString();
    }

    Token next() {
        skipWhitespace();
        String before = docs.toString();
        docs.setLength(0);
        int start = at;
        if (at == text.length()) {
            return new Token(Kind.END, "", start, start, before);
        }
        char c = text.charAt(at);
        if (isLetter(c) || c == '%') {
            return name(start, before);
        }
        if (isDigit(c)) {
            while (at < text.length() && isDigit(text.charAt(at))) {
                at++;
            }
            return new Token(Kind.INTEGER, text.substring(start, at), start, at, before);
        }
        if (c == '"') {
            string();
            return new Token(Kind.STRING, text.substring(start, at), start, at, before);
        }
        if (text.startsWith("->", at)) {
            at += 2;
        } else if ("=,:;(){}<>*/.@_".indexOf(c) >= 0) {
            at++;
        } else {
            int codePoint = text.codePointAt(at);
            at += Character.charCount(codePoint);
            throw source.syntaxError(
                    start,
                    "%sU+%04X does not begin anything in WIT"
                            .formatted(codePoint > ' ' && codePoint < 0x7f ? "`" + c + "`, " : "", codePoint),
                    c == '#' ? "Begin a comment with `//`." : "Remove it, or put it into a comment.");
        }
        return new Token(Kind.OPERATOR, text.substring(start, at), start, at, before);
    }

    /** Reads the version that follows; a dot at its end is not part of it. */
    SemanticVersion version() {
        skipWhitespace();
        docs.setLength(0);
        int start = at;
        while (at < text.length() && isVersionPart(text.charAt(at))) {
            at++;
        }
        if (at > start && text.charAt(at - 1) == '.') {
            at--;
        }
        String found = text.substring(start, Math.min(at, start + MAX_VERSION));
        return SemanticVersion.parse(found)
                .filter(version -> at - start <= MAX_VERSION)
                .orElseThrow(() -> source.syntaxError(
                        start,
                        found.isEmpty() ? "a version is missing" : "`" + found + "` is not a version",
                        "Write a full semantic version, such as 0.1.0."));
    }

    private static boolean isVersionPart(char c) {
        return isLetter(c) || isDigit(c) || c == '.' || c == '-' || c == '+';
    }

    /** Explainer.md, "Import and Export Definitions", production {@code label}. */
    private Token name(int start, String before) {
        boolean escaped = text.charAt(at) == '%';
        if (escaped) {
            at++;
        }
        int nameStart = at;
        while (at < text.length()
                && (isLetter(text.charAt(at)) || isDigit(text.charAt(at)) || text.charAt(at) == '-')) {
            at++;
        }
        if (at < text.length() && text.charAt(at) == '_') {
            while (at < text.length() && (isVersionPart(text.charAt(at)) || text.charAt(at) == '_')) {
                at++;
            }
        }
        String name = text.substring(nameStart, at);
        if (!isLabel(name)) {
            String kebab = kebabCase(name);
            throw source.syntaxError(
                    start,
                    "`" + (name.length() <= 60 ? name : name.substring(0, 60) + "…") + "` is not a name",
                    (kebab.isEmpty() ? "" : "Write `" + kebab + "`. ")
                            + "Names are words of lower-case or upper-case letters and digits, joined by single `-`, the first"
                            + " one beginning with a letter.");
        }
        Kind kind = !escaped && KEYWORDS.contains(name) ? Kind.KEYWORD : Kind.IDENTIFIER;
        return new Token(kind, name, start, at, before);
    }

    /** What {@code aName}, {@code AName} and {@code a_name} are called in WIT; empty when that is no name either. */
    private static String kebabCase(String name) {
        if (name.length() > 60) {
            return "";
        }
        String kebab = name.replaceAll("([a-z0-9])([A-Z])", "$1-$2")
                .replaceAll("[_.+-]+", "-")
                .replaceAll("^-|-$", "")
                .toLowerCase(Locale.ROOT);
        return isLabel(kebab) ? kebab : "";
    }

    private static boolean isLabel(String name) {
        if (name.isEmpty() || !isLetter(name.charAt(0))) {
            return false;
        }
        boolean upper = false;
        boolean lower = false;
        boolean empty = true;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '-') {
                if (empty) {
                    return false;
                }
                upper = false;
                lower = false;
                empty = true;
            } else {
                empty = false;
                upper |= c >= 'A' && c <= 'Z';
                lower |= c >= 'a' && c <= 'z';
                if (upper && lower) {
                    return false;
                }
            }
        }
        return !empty;
    }

    private void string() {
        int start = at++;
        while (at < text.length() && text.charAt(at) != '"' && text.charAt(at) != '\n') {
            at += text.charAt(at) == '\\' ? escape() : 1;
        }
        if (at >= text.length() || text.charAt(at) != '"') {
            throw source.syntaxError(start, "this string does not end on its line", "Close it with `\"`.");
        }
        at++;
    }

    private int escape() {
        int rest = text.length() - at;
        if (rest > 1 && "tnr\"'\\".indexOf(text.charAt(at + 1)) >= 0) {
            return 2;
        }
        if (rest > 2 && isHexDigit(text.charAt(at + 1)) && isHexDigit(text.charAt(at + 2))) {
            return 3;
        }
        if (text.startsWith("\\u{", at)) {
            int end = at + 3;
            while (end < text.length() && end - at < 11 && isHexDigit(text.charAt(end))) {
                end++;
            }
            if (end > at + 3 && end < text.length() && text.charAt(end) == '}') {
                long codePoint = Long.parseLong(text.substring(at + 3, end), 16);
                if (codePoint <= 0x10ffff && (codePoint < 0xd800 || codePoint > 0xdfff)) {
                    return end + 1 - at;
                }
            }
        }
        throw source.syntaxError(at, "this is no escape sequence", "Write `\\\\` for a backslash.");
    }

    /**
     * What the token of a string means.
     *
     * @throws io.torvyn.types.DiagnosticsException when its bytes are not UTF-8
     */
    static String stringValue(SourceText source, Token token) {
        String quoted = token.text();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int at = 1;
        while (at < quoted.length() - 1) {
            int codePoint = quoted.codePointAt(at);
            if (codePoint != '\\') {
                bytes.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
                at += Character.charCount(codePoint);
                continue;
            }
            char escaped = quoted.charAt(at + 1);
            if (quoted.startsWith("u{", at + 1)) {
                int end = quoted.indexOf('}', at);
                codePoint = Integer.parseInt(quoted.substring(at + 3, end), 16);
                bytes.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
                at = end + 1;
            } else if (isHexDigit(escaped)) {
                bytes.write(Integer.parseInt(quoted.substring(at + 1, at + 3), 16));
                at += 3;
            } else {
                int index = "tnr".indexOf(escaped);
                bytes.write(index < 0 ? escaped : "\t\n\r".charAt(index));
                at += 2;
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw source.syntaxError(
                    token.start(),
                    "the bytes that this string's escapes make are not UTF-8",
                    "Write characters as `\\u{…}`.");
        }
    }

    /** A string as WIT writes it: between quotes, with escapes for all but the plainest characters. */
    static String quoted(String value) {
        StringBuilder text = new StringBuilder("\"");
        value.codePoints().forEach(c -> {
            int escape = "\t\n\r\"\\".indexOf(c);
            if (escape >= 0) {
                text.append('\\').append("tnr\"\\".charAt(escape));
            } else if (c < 0x80 && (isLetter(c) || isDigit(c) || "-_./: ".indexOf(c) >= 0)) {
                text.append((char) c);
            } else {
                text.append("\\u{").append(Integer.toHexString(c)).append('}');
            }
        });
        return text.append('"').toString();
    }

    private static boolean isHexDigit(char c) {
        return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }

    private void skipWhitespace() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
                at++;
            } else if (text.startsWith("//", at)) {
                lineComment();
            } else if (text.startsWith("/*", at)) {
                blockComment();
            } else {
                return;
            }
        }
    }

    private void lineComment() {
        int start = at;
        at = text.indexOf('\n', at);
        if (at < 0) {
            at = text.length();
        }
        // Four slashes draw a line, they document nothing.
        if (text.startsWith("///", start) && !text.startsWith("////", start)) {
            addDocs(text.substring(start + 3, at));
        }
    }

    private void blockComment() {
        int start = at;
        int depth = 0;
        do {
            if (at >= text.length()) {
                throw source.syntaxError(start, "this comment does not end", "Close it with `*/`.");
            }
            if (text.startsWith("/*", at)) {
                depth++;
                at += 2;
            } else if (text.startsWith("*/", at)) {
                depth--;
                at += 2;
            } else {
                at++;
            }
        } while (depth > 0);
        if (text.startsWith("/**", start) && at - start > 4) {
            for (String line : text.substring(start + 3, at - 2).strip().split("\n", -1)) {
                String content = line.strip();
                addDocs(content.startsWith("*") ? content.substring(1) : content);
            }
        }
    }

    private void addDocs(String line) {
        if (!docs.isEmpty()) {
            docs.append('\n');
        }
        docs.append(line.startsWith(" ") ? line.substring(1).stripTrailing() : line.stripTrailing());
    }
}
