package io.torvyn.wasi;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.component.Component;
import io.torvyn.component.Imports;
import io.torvyn.component.Instance;
import io.torvyn.component.InstanceOptions;
import io.torvyn.component.Value;
import io.torvyn.component.spi.CoreEngine;
import io.torvyn.guests.Guests;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A guest asks where the host is. */
class HostTimezoneTest {
    private static final Component COMPONENT =
            Component.load(Guests.bytes("timezone"), "timezone", Fixtures.ENGINE, CoreEngine.Strategy.OPTIMIZED);
    private static final String JANUARY = "1767225600";
    private static final String JULY = "1782864000";

    private final TimeZone here = TimeZone.getDefault();
    private final Denials denials = new Denials();
    private final List<String> used = new ArrayList<>();

    @AfterEach
    void goBack() {
        TimeZone.setDefault(here);
    }

    private Instance instance(WasiGrants.Source... sources) {
        var grants = new WasiGrants(
                Optional.empty(), Optional.empty(), Optional.empty(), Map.of(), List.of(), Set.of(sources));
        var imports = new Imports();
        Wasi.addTo(imports, COMPONENT, grants, new DenialListener() {
            @Override
            public void denied(String capability, String detail) {
                denials.denied(capability, detail);
            }

            @Override
            public void used(String capability) {
                used.add(capability);
            }
        });
        return COMPONENT.instantiate(imports, new InstanceOptions("timezone", Fixtures.LIMITS));
    }

    private static String display(Instance instance, String seconds) {
        return call(instance, "display", seconds) instanceof Value.Str(var text) ? text : "";
    }

    private static int utcOffset(Instance instance, String seconds) {
        return call(instance, "utc-offset", seconds) instanceof Value.S32(var offset) ? offset : -1;
    }

    private static Value call(Instance instance, String function, String seconds) {
        return instance.exportedFunction(function)
                .orElseThrow()
                .call(List.of(new Value.U64(Long.parseUnsignedLong(seconds))))
                .orElseThrow();
    }

    /** Where people have no name for it, or the JDK does not know it, the offset is its name. */
    @ParameterizedTest
    @CsvSource({
        "Europe/Vienna, " + JANUARY + ", 3600 CET standard",
        "Europe/Vienna, " + JULY + ", 7200 CEST daylight",
        "America/St_Johns, " + JANUARY + ", -12600 NST standard",
        "America/St_Johns, " + JULY + ", -9000 NDT daylight",
        "America/Sao_Paulo, " + JULY + ", -10800 -03:00 standard",
        "Asia/Kathmandu, " + JULY + ", 20700 +05:45 standard",
        "Asia/Kathmandu, 0, 19800 +05:30 standard",
        "Europe/London, " + JANUARY + ", 0 GMT standard",
        "Europe/London, 0, 3600 +01:00 standard",
        "UTC, " + JULY + ", 0 UTC standard"
    })
    void itsOffsetNameAndDaylightSavingAreThoseOfTheMoment(String zone, String seconds, String shown) {
        TimeZone.setDefault(TimeZone.getTimeZone(zone));
        try (Instance instance = instance(WasiGrants.Source.WALL_CLOCK)) {
            assertThat(display(instance, seconds)).isEqualTo(shown);
            assertThat(shown).startsWith(utcOffset(instance, seconds) + " ");
        }
        assertThat(denials.all).isEmpty();
        assertThat(used).containsExactly("clock:wall");
    }

    @ParameterizedTest
    @CsvSource({"31556889864403200", "9223372036854775807", "9223372036854775808", "18446744073709551615"})
    void ofMomentsThatNobodyCanTellItIsUtc(String seconds) {
        TimeZone.setDefault(TimeZone.getTimeZone("Europe/Vienna"));
        try (Instance instance = instance(WasiGrants.Source.WALL_CLOCK)) {
            assertThat(display(instance, seconds)).isEqualTo("0 UTC standard");
            assertThat(utcOffset(instance, seconds)).isZero();
        }
    }

    @Test
    void farAwayItIsAsItWillBe() {
        TimeZone.setDefault(TimeZone.getTimeZone("Europe/Vienna"));
        try (Instance instance = instance(WasiGrants.Source.WALL_CLOCK)) {
            assertThat(utcOffset(instance, "31556889864403199")).isEqualTo(3600);
        }
    }

    @Test
    void withoutTheWallClockNobodyIsToldWhereTheHostIs() {
        TimeZone.setDefault(TimeZone.getTimeZone("Europe/Vienna"));
        try (Instance instance = instance(WasiGrants.Source.MONOTONIC_CLOCK)) {
            assertThat(display(instance, JULY)).isEqualTo("0 UTC standard");
            assertThat(utcOffset(instance, JULY)).isZero();
        }
        assertThat(denials.all).containsExactly(new Denials.Denial("clock:wall", "asked for the time zone"));
        assertThat(used).isEmpty();
    }
}
