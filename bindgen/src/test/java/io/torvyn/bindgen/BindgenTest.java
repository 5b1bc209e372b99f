package io.torvyn.bindgen;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BindgenTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    private int run(String... arguments) {
        return Bindgen.run(
                arguments,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @Test
    void worldOfAFileIsWrittenToThePackagesFolder() throws IOException {
        Path wit = folder.resolve("w.wit");
        Files.writeString(wit, """
                package a:b;
                interface i { f: func() -> u8; }
                interface j { g: func(); }
                world w { import i; export j; }
                """);
        int exit = run("--wit", wit.toString(), "--package", "io.example", "--out", folder.toString(), "--world", "w");

        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(exit).isZero();
        assertThat(folder.resolve("io/example")).isDirectoryContaining("glob:**/I.java");
        assertThat(folder.resolve("io/example/J.java")).content().contains("final class Guest implements J {");
    }

    @Test
    void withoutWitTheContractsOfTorvynAreMeant() {
        int exit = run(
                "--package",
                "x",
                "--out",
                folder.toString(),
                "--imports",
                "torvyn:capabilities/capability-query@0.1.0");

        assertThat(exit).isZero();
        assertThat(folder.resolve("x/CapabilityQuery.java")).content().contains("boolean hasCapability(String name);");
    }

    @Test
    void unstableItemsAreThereWhenTheirFeatureIsAskedFor() throws IOException {
        Path wit = folder.resolve("w.wit");
        Files.writeString(
                wit,
                "package a:b; interface i { f: func(); @unstable(feature = fancy) g: func(); } world w { import i; }");
        String[] always = {
            "--wit", wit.toString(), "--package", "x", "--out", folder.toString(), "--world", "w", "--features"
        };

        assertThat(run(Stream.concat(Stream.of(always), Stream.of("other")).toArray(String[]::new)))
                .isZero();
        assertThat(folder.resolve("x/I.java")).content().contains("void f();").doesNotContain("void g();");
        assertThat(run(Stream.concat(Stream.of(always), Stream.of("other,fancy"))
                        .toArray(String[]::new)))
                .isZero();
        assertThat(folder.resolve("x/I.java")).content().contains("void g();");
    }

    @Test
    void missingOptionIsAUsageError() {
        assertThat(run("--out", "x")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualToIgnoringNewLines("[E0004] --package is missing. Run with --help to see what there is.");
    }

    @Test
    void brokenWitIsReportedWithItsPlace() throws IOException {
        Path wit = folder.resolve("bad.wit");
        Files.writeString(wit, "package a:b;\ninterface i { f: func( }\n");
        int exit = run("--wit", wit.toString(), "--package", "x", "--out", folder.toString(), "--imports", "a:b/i");

        assertThat(exit).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("bad.wit:2:24: [E0100]");
        assertThat(folder.resolve("x")).doesNotExist();
    }

    @Test
    void helpListsTheOptions() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("--imports A,B")
                .contains("--with A=CLASS");
    }
}
