package io.torvyn.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the fuzzer starts from, and what it has found, is answered by each target. Fuzzing itself is scripts/fuzz. */
@Timeout(120)
class FuzzTest {
    static List<FuzzTargets.Target> targets() {
        return FuzzTargets.all();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void seedsAndRegressionsAreAnswered(FuzzTargets.Target target) throws IOException {
        List<Path> inputs = target.inputs();
        assertThat(inputs).isNotEmpty();
        for (Path input : inputs) {
            byte[] bytes = Files.readAllBytes(input);
            if (bytes.length <= target.longest()) {
                run(target, bytes, input.toString());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void aFewRandomBytesAreAnswered(FuzzTargets.Target target) {
        var random = new Random(20261127);
        for (int i = 0; i < 200; i++) {
            byte[] bytes = new byte[random.nextInt(100)];
            random.nextBytes(bytes);
            run(target, bytes, "random bytes, " + i);
        }
    }

    private static void run(FuzzTargets.Target target, byte[] input, String what) {
        try {
            target.run(input);
        } catch (RuntimeException | Error e) {
            fail(target.name() + " on " + what, e);
        }
    }
}
