package io.torvyn.bindgen;

import io.torvyn.contracts.Stability;
import io.torvyn.contracts.WitFunction;
import java.util.ArrayList;
import java.util.List;

/** WIT's doc comments as Javadoc. */
final class Docs {
    private Docs() {}

    /** Writes nothing when there is nothing to say. */
    static void write(Code code, String docs) {
        String text = javadoc(docs);
        if (!text.isEmpty()) {
            writeJavadoc(code, text);
        }
    }

    /** Of an item that may be behind gates; its annotation comes after it. */
    static void write(Code code, String docs, Stability stability) {
        write(code, docs, List.of(), stability);
    }

    /** Of a function: its parameters are called as in Java. */
    static void write(Code code, WitFunction function) {
        String docs = function.docs();
        for (WitFunction.Parameter parameter : function.parameters()) {
            docs = docs.replace("`" + parameter.name() + "`", "`" + JavaNames.variable(parameter.name()) + "`");
        }
        write(code, docs, function.stability());
    }

    /** WIT text, and after it what is ours. */
    static void write(Code code, String docs, String ours, Stability stability) {
        String first = javadoc(docs);
        writeWithGates(code, first.isEmpty() ? ours : first + "\n\n<p>" + ours, List.of(), stability);
    }

    /** WIT text, and after it tags. */
    static void write(Code code, String docs, List<String> tags, Stability stability) {
        writeWithGates(code, javadoc(docs), tags, stability);
    }

    private static void writeWithGates(Code code, String javadoc, List<String> tags, Stability stability) {
        String text = javadoc;
        if (stability.unstable().isPresent()) {
            String unstable = "Unstable: it belongs to the feature {@code "
                    + stability.unstable().get() + "}.";
            text += text.isEmpty() ? unstable : "\n\n<p>" + unstable;
        }
        var all = new ArrayList<>(tags);
        stability.since().ifPresent(version -> all.add("@since " + version));
        stability.deprecated().ifPresent(version -> all.add("@deprecated from version " + version + " on"));
        if (!all.isEmpty()) {
            text += (text.isEmpty() ? "" : "\n\n") + String.join("\n", all);
        }
        if (!text.isEmpty()) {
            writeJavadoc(code, text);
        }
        stability.deprecated().ifPresent(version -> code.line("@Deprecated(since = \"" + version + "\")"));
    }

    /** A WIT sentence inside Javadoc. */
    static String inline(String docs) {
        return escape(docs);
    }

    /** Text that is Javadoc already. */
    static void writeJavadoc(Code code, String javadoc) {
        write(code, javadoc.split("\n", -1));
    }

    private static void write(Code code, String... lines) {
        if (lines.length == 1) {
            code.line("/** " + lines[0] + " */");
            return;
        }
        code.line("/**");
        for (String line : lines) {
            code.line(line.isEmpty() ? " *" : " * " + line);
        }
        code.line(" */");
    }

    private static String javadoc(String docs) {
        var lines = new ArrayList<String>();
        boolean paragraph = false;
        for (String line : docs.strip().split("\n", -1)) {
            String text = line.strip();
            if (text.isEmpty()) {
                paragraph = true;
                continue;
            }
            if (paragraph && !lines.isEmpty()) {
                lines.add("");
                lines.add("<p>" + escape(text));
            } else {
                lines.add(escape(text));
            }
            paragraph = false;
        }
        return String.join("\n", lines);
    }

    private static String escape(String text) {
        var out = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            int open = text.indexOf('`', at);
            int close = open < 0 ? -1 : text.indexOf('`', open + 1);
            if (close < 0) {
                return out.append(html(text.substring(at))).toString();
            }
            out.append(html(text.substring(at, open)));
            String code = text.substring(open + 1, close);
            boolean plain =
                    code.indexOf('{') < 0 && code.indexOf('}') < 0 && code.indexOf('@') < 0 && !code.contains("*/");
            out.append(plain ? "{@code " + code + "}" : "<code>" + html(code) + "</code>");
            at = close + 1;
        }
        return out.toString();
    }

    private static String html(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("@", "&#64;")
                .replace("{", "&#123;")
                .replace("}", "&#125;")
                .replace("*/", "*&#47;");
    }
}
