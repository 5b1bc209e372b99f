package io.torvyn.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Files as a tree of folders. */
final class FileTree {
    private final Map<String, FileTree> entries = new TreeMap<>();

    private FileTree() {}

    /** @param files with {@code /} between folders */
    static void print(PrintWriter out, String root, List<String> files) {
        var tree = new FileTree();
        for (String file : files) {
            FileTree at = tree;
            for (String name : file.split("/", -1)) {
                at = at.entries.computeIfAbsent(name, _ -> new FileTree());
            }
        }
        out.println(root);
        tree.print(out, "");
    }

    private void print(PrintWriter out, String before) {
        var left = new LinkedHashMap<>(entries);
        entries.forEach((name, entry) -> {
            left.remove(name);
            out.println(before + (left.isEmpty() ? "└── " : "├── ") + name);
            entry.print(out, before + (left.isEmpty() ? "    " : "│   "));
        });
    }
}
