package io.torvyn.bindgen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.bindgen.places.Backwards;
import io.torvyn.bindgen.places.Clock;
import io.torvyn.bindgen.places.ClockV0_1_0;
import io.torvyn.bindgen.places.ClockV0_2_0;
import io.torvyn.bindgen.places.Counting;
import io.torvyn.bindgen.places.GuestSettings;
import io.torvyn.bindgen.places.Palette;
import io.torvyn.bindgen.places.Places;
import io.torvyn.bindgen.places.Places.Note;
import io.torvyn.bindgen.places.Places.Verdict;
import io.torvyn.bindgen.places.PlacesKeeper;
import io.torvyn.bindgen.places.Settings;
import io.torvyn.bindgen.places.Shapes;
import io.torvyn.bindgen.places.Shapes.Point;
import io.torvyn.component.Component;
import io.torvyn.component.Imports;
import io.torvyn.component.Instance;
import io.torvyn.component.InstanceOptions;
import io.torvyn.component.Result;
import io.torvyn.component.spi.CoreLimits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a world has outside of a package's interfaces, and names that meet in it: guest {@code places}. */
class WorldItemsTest {
    private static final Component COMPONENT =
            Component.load(Path.of("../guests/src/main/resources/io/torvyn/guests/places.wasm"));

    /** A ledger of the host's. */
    private static final class Notes implements Places.Ledger {
        private final String title;
        private final List<Note> notes = new ArrayList<>();
        private boolean dropped;

        Notes(String title) {
            this.title = title;
        }

        @Override
        public int add(Note n) {
            notes.add(n);
            return notes.size();
        }

        @Override
        public void drop() {
            dropped = true;
        }
    }

    private static final class Host implements Places, Settings, ClockV0_1_0 {
        private Verdict verdict = new Verdict.Accepted();
        private int turned;
        private Runnable judging = () -> {};

        @Override
        public Ledger newLedger(String title) {
            return new Notes(title);
        }

        @Override
        public int ledgerTotal() {
            return 4;
        }

        @Override
        public Verdict judge(Note n) {
            judging.run();
            return verdict;
        }

        @Override
        public Level current() {
            return Level.HIGH;
        }

        @Override
        public Optional<Knob> find(String name) {
            return name.equals("volume") ? Optional.of(by -> turned += by) : Optional.empty();
        }

        @Override
        public boolean light(boolean on) {
            return on;
        }

        @Override
        public int now() {
            return 5;
        }
    }

    private final Host host = new Host();
    private final Instance instance = COMPONENT.instantiate(
            Places.addTo(
                    new Imports()
                            .add(Shapes.host(() -> to -> to.x()))
                            .add(Palette.host(() -> to -> to.x() + 9))
                            .add(Settings.host(host))
                            .add(ClockV0_1_0.host(host))
                            .add(ClockV0_2_0.host(() -> new ClockV0_2_0.Instant(6, 7)))
                            .add(Clock.host(() -> " ticks")),
                    host),
            new InstanceOptions("places", new CoreLimits(1 << 24, 100)));
    private final Places.Guest places = Places.Guest.of(instance);

    @AfterEach
    void close() {
        instance.close();
    }

    /** The digits are those that the host has given, in the order that the guest asks for them. */
    @Test
    void functionOfTheWorldUsesAllThatTheWorldImports() {
        var ledger = new Notes("");
        var note = new Note("here", new Point(8, 9));
        Shapes.Pen pen = to -> to.x() - 6;

        Result<String, Verdict> said = places.run(ledger, note, pen);

        assertThat(said).isEqualTo(Result.ok("12134567891 ticks"));
        assertThat(ledger.notes).containsExactly(note);
        assertThat(host.turned).isEqualTo(3);
        assertThat(instance.handles().size()).as("what was lent has come back").isZero();
    }

    @Test
    void typesOfTheWorldGoBothWays() {
        host.verdict = new Verdict.Refused("no");

        assertThat(places.run(new Notes(""), new Note("", new Point(0, 0)), _ -> 0))
                .isEqualTo(Result.err(new Verdict.Refused("no")));
    }

    @Test
    void resourceOfTheWorldIsTheHostsWhoeverMakesIt() {
        Places.Ledger opened = places.open("mine");

        assertThat(opened).isInstanceOfSatisfying(Notes.class, notes -> {
            assertThat(notes.title).isEqualTo("mine");
            assertThat(notes.dropped).as("it was given away").isFalse();
        });
    }

    @Test
    void interfaceOfOneNameOnBothSidesOfTheWorldIsTwo() {
        GuestSettings.Guest settings = GuestSettings.Guest.of(instance);

        try (GuestSettings.Dial dial = settings.newDial(GuestSettings.Level.MIDDLE)) {
            assertThat(dial.set(GuestSettings.Level.HIGH)).isEqualTo(GuestSettings.Level.MIDDLE);
            assertThat(dial.at()).isEqualTo(GuestSettings.Level.HIGH);
            assertThat(settings.reading(dial)).isEqualTo(GuestSettings.Level.HIGH);
        }
        assertThat(settings.farthest(List.of(new Point(1, 1), new Point(-3, 4), new Point(2, 2))))
                .contains(new Point(-3, 4));
        assertThat(settings.farthest(List.of())).isEmpty();
    }

    /** CanonicalABI.md, "canon resource.drop": a destructor enters the instance, which is in the middle of a call. */
    @Test
    void resourceIsNotClosedInTheMiddleOfACallAndCanBeLater() {
        GuestSettings.Dial dial = GuestSettings.Guest.of(instance).newDial(GuestSettings.Level.LOW);
        host.judging = () -> assertThatThrownBy(dial::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("while its component is in the middle of a call");

        places.run(new Notes(""), new Note("", new Point(0, 0)), _ -> 0);

        assertThat(dial.at()).isEqualTo(GuestSettings.Level.LOW);
        dial.close();
        assertThat(dial.handle().isLive()).isFalse();
    }

    /** Explainer.md, "Import and Export Definitions": each is an instance of its own, with a resource of its own. */
    @Test
    void interfaceUnderTwoNamesIsTwo() {
        try (Counting.Tally up = Counting.Guest.of(instance).newTally(5);
                Backwards.Tally down = Backwards.Guest.of(instance).newTally(5)) {
            assertThat(up.next()).isEqualTo(6);
            assertThat(down.next()).isEqualTo(4);
        }
    }

    @Test
    void whatAnIncludedWorldRenamesHasItsNewName() {
        assertThat(places.lightPower()).isEqualTo(60);
    }

    @Test
    void versionsOfOneInterfaceStandSideBySide() {
        assertThat(ClockV0_1_0.Guest.of(instance).now()).isEqualTo(3605);
        assertThat(ClockV0_2_0.Guest.of(instance).now()).isEqualTo(new ClockV0_2_0.Instant(3606, 7));
    }

    @Test
    void wordsOfJavaAreNamesLikeAnyOther() {
        PlacesKeeper.Guest keepers = PlacesKeeper.Guest.of(instance);

        try (PlacesKeeper.Keeper keeper = keepers.newKeeper("one")) {
            assertThat(keeper.close_()).isFalse();
            assertThat(keeper.keep("four")).isEqualTo(2);
            assertThat(keeper.toString_()).isEqualTo("four");
            assertThat(keeper.hashCode_()).isEqualTo(4);
            assertThat(keeper.close_()).isTrue();
        }
        assertThat(keepers.keeperGetClass(1, "first")).isEqualTo("first");
        assertThat(keepers.default_(new PlacesKeeper.Guest_(100, 0))).isEqualTo(new PlacesKeeper.Guest_(200, 65535));
        assertThat(keepers.today()).isEqualTo(7);
    }

    @Test
    void componentWithoutTheWorldsFunctionsIsRefusedByName() {
        Component other = Component.load(Path.of("../guests/src/main/resources/io/torvyn/guests/calls.wasm"));
        try (Instance calls =
                other.instantiate(new Imports(), new InstanceOptions("calls", new CoreLimits(1 << 24, 100)))) {
            assertThatThrownBy(() -> Places.Guest.of(calls))
                    .hasMessageContaining("calls")
                    .hasMessageContaining("'light-power'");
        }
    }
}
