package io.torvyn.junit;

import io.torvyn.types.ErrorCode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class UpperTest {
    @RegisterExtension
    static final ComponentUnderTest UPPER =
            ComponentUnderTest.of(Path.of("../guests/src/main/resources/io/torvyn/guests/upper.wasm"));

    @Test
    void asciiLettersBecomeCapitals() {
        UPPER.given("hello", "", "straße 7").emits("HELLO", "", "STRAßE 7").emitsOnly("text/plain");
    }

    @Test
    void eachPayloadIsReadOnceAndWrittenOnce() {
        UPPER.given("one", "two").reads(2).writes(2).clones(0);
    }

    @Test
    void aCallThatTakesTooMuchFuelFails() {
        UPPER.with(node -> node.fuel(10)).given("hello").failsWith(ErrorCode.FUEL_EXHAUSTED);
    }
}
