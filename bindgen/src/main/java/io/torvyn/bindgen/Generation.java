package io.torvyn.bindgen;

import io.torvyn.component.ComponentFile;
import io.torvyn.contracts.Contracts;
import io.torvyn.contracts.WitPackages;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One run of the generator, from WIT in files to Java in files: what the command does, and the goal for Maven.
 *
 * @param wit a file or folder; empty for Torvyn's own contracts
 * @param features unstable features of the WIT that are wanted
 * @param out source folder, in which the package's folders are made
 */
public record Generation(Optional<Path> wit, Set<String> features, JavaGenerator.Options options, Path out) {
    public Generation {
        features = Set.copyOf(features);
    }

    /** The folder of the Java package. */
    public Path folder() {
        return out.resolve(options.javaPackage().replace('.', '/'));
    }

    /**
     * Writes all files, or none when there is something wrong with the WIT. A file that is right already is left alone, so
     * that it need not be compiled again.
     *
     * @return the files, whether or not they were there already
     * @throws BindgenException when there are no bindings for what the WIT says
     * @throws DiagnosticsException when the WIT is not right
     */
    public List<Path> write() throws IOException {
        WitPackages packages = wit.isPresent()
                ? WitPackages.load(wit.get(), features, ComponentFile::packageText)
                : Contracts.packages();
        Map<String, String> texts = JavaGenerator.generate(packages, options);
        Files.createDirectories(folder());
        List<Path> files = new ArrayList<>();
        for (Map.Entry<String, String> text : texts.entrySet()) {
            Path file = folder().resolve(text.getKey());
            files.add(file);
            byte[] bytes = text.getValue().getBytes(StandardCharsets.UTF_8);
            if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), bytes)) {
                Files.write(file, bytes);
            }
        }
        return files;
    }

    /** What is wrong with the WIT, a line for each finding. */
    public static String text(DiagnosticsException wrong) {
        return wrong.diagnostics().stream().map(Generation::text).collect(Collectors.joining("\n"));
    }

    private static String text(Diagnostic finding) {
        String place = finding.locations().isEmpty() ? "" : finding.locations().getFirst() + ": ";
        return place + finding.text();
    }
}
