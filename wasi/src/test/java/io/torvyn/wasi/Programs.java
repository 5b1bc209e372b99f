package io.torvyn.wasi;

import io.torvyn.component.Component;
import io.torvyn.component.EngineException;
import io.torvyn.component.Imports;
import io.torvyn.component.Instance;
import io.torvyn.component.InstanceOptions;
import io.torvyn.component.Value;
import io.torvyn.component.spi.CoreEngine;
import io.torvyn.component.spi.CoreLimits;
import io.torvyn.guests.Guests;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs the guest {@code files}, a real program in Rust, with the directories of a test. Compiled once. */
final class Programs {
    private static final Component FILES =
            Component.load(Guests.bytes("files"), "files", Fixtures.ENGINE, CoreEngine.Strategy.OPTIMIZED);

    private final Denials denials;

    Programs(Denials denials) {
        this.denials = denials;
    }

    static DirectoryGrant readOnly(Path host, String guest) {
        return new DirectoryGrant(host.toString(), guest, true, false);
    }

    static DirectoryGrant readWrite(Path host, String guest) {
        return new DirectoryGrant(host.toString(), guest, true, true);
    }

    /** What the program prints; a line that begins with {@code error} when it fails. */
    String run(List<DirectoryGrant> directories, String... arguments) {
        var stdout = new ByteArrayOutputStream();
        List<String> commandLine = new ArrayList<>(List.of("files"));
        commandLine.addAll(Arrays.asList(arguments));
        var grants = new WasiGrants(
                        Optional.empty(),
                        Optional.of(stdout),
                        Optional.of(stdout),
                        Map.of(),
                        commandLine,
                        EnumSet.allOf(WasiGrants.Source.class))
                .withDirectories(directories);
        var imports = new Imports();
        Wasi.addTo(imports, FILES, grants, denials);
        try (Instance instance =
                FILES.instantiate(imports, new InstanceOptions("files", new CoreLimits(1 << 26, 1 << 16)))) {
            Value result = instance.exportedInstance("wasi:cli/run@0.2.0")
                    .orElseThrow()
                    .function("run")
                    .orElseThrow()
                    .call(List.of())
                    .orElseThrow();
            if (!(result instanceof Value.ResultValue(boolean isOk, var _) && isOk)) {
                stdout.writeBytes("failed".getBytes(StandardCharsets.UTF_8));
            }
        } catch (EngineException e) {
            if (ProgramExit.codeOf(e).isEmpty()) {
                throw e;
            }
        }
        return stdout.toString(StandardCharsets.UTF_8);
    }
}
