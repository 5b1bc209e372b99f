package io.torvyn.bindgen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.bindgen.owners.Shop;
import io.torvyn.bindgen.owners.Store;
import io.torvyn.bindgen.owners.Store.Box;
import io.torvyn.bindgen.owners.Store.Crate;
import io.torvyn.bindgen.owners.Store.Labelled;
import io.torvyn.bindgen.owners.Store.Loan;
import io.torvyn.bindgen.owners.Store.Parcel;
import io.torvyn.bindgen.owners.Tuple2;
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
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Handles to resources that a guest implements, wherever a type can hold one: guest {@code owners}, which traps when a
 * destructor runs twice or a box is used after its destructor.
 */
class GuestHandlesTest {
    private static final Component COMPONENT =
            Component.load(Path.of("../guests/src/main/resources/io/torvyn/guests/owners.wasm"));

    private final Instance instance = instantiate();
    private final Store.Guest store = Store.Guest.of(instance);

    private static Instance instantiate() {
        return COMPONENT.instantiate(new Imports(), new InstanceOptions("owners", new CoreLimits(1 << 24, 100)));
    }

    @AfterEach
    void nothingIsLeftInTheHandleTable() {
        if (!instance.isFinished()) {
            assertThat(instance.handles().borrowCount()).isZero();
        }
        instance.close();
    }

    private Box box(int content) {
        return store.newBox(content);
    }

    private static <T> T ok(Result<T, String> result) {
        return switch (result) {
            case Result.Ok(var value) -> value;
            case Result.Err(var error) -> throw new AssertionError(error);
        };
    }

    private Crate crate(int... contents) {
        List<Box> boxes = new ArrayList<>();
        for (int content : contents) {
            boxes.add(box(content));
        }
        return ok(store.newCrate(boxes, 10));
    }

    private static List<Integer> contents(List<Box> boxes) {
        return boxes.stream().map(Box::content).toList();
    }

    @Test
    void methodsTakeTheirOwnKindLent() {
        try (Box first = box(1);
                Box second = box(2)) {
            first.swap(second);

            assertThat(contents(List.of(first, second))).containsExactly(2, 1);
            first.swap(first);
            assertThat(first.content()).isEqualTo(2);
        }
        assertThat(store.live()).isEqualTo(new Tuple2<>(0, 0));
        assertThat(store.dropped()).isEqualTo(2);
    }

    @Test
    void staticsGiveAwayWhatTheyMake() {
        try (Box original = box(7);
                Box copy = store.boxCopy(original)) {
            original.swap(copy);
            assertThat(copy.content()).isEqualTo(7);
            assertThat(store.boxSum(List.of(original, copy, original))).isEqualTo(21);
        }
    }

    @Test
    void constructorThatFailsGivesAnErrorAndTakesItsArguments() {
        Result<Crate, String> made = store.newCrate(List.of(box(1), box(2)), 1);

        assertThat(made).isEqualTo(Result.err("too many boxes"));
        assertThat(store.live()).isEqualTo(new Tuple2<>(0, 0));
    }

    @Test
    void handlesGoIntoListsAndComeOutOfThem() {
        Crate crate = crate(1, 2, 3);
        crate.absorb(crate(4));

        assertThat(crate.count()).isEqualTo(4);
        assertThat(crate.pop().map(Box::content)).contains(4);
        List<Box> boxes = store.crateUnpack(crate);
        assertThat(contents(boxes)).containsExactly(1, 2, 3);
        assertThat(store.live()).isEqualTo(new Tuple2<>(4, 0));
        boxes.forEach(Box::close);
        assertThatThrownBy(crate::count).hasMessage("this crate has been closed or given away");
    }

    @Test
    void handlesGoIntoOptionsResultsAndRecords() {
        Labelled labelled = ok(store.label(Optional.of(box(5))));

        assertThat(labelled.label()).isEqualTo("some");
        assertThat(labelled.item().content()).isEqualTo(5);
        assertThat(store.label(Optional.empty())).isEqualTo(Result.err("there is no box"));
        Tuple2<Optional<Box>, Boolean> ok = store.either(Result.ok(labelled.item()));
        assertThat(ok.second()).isFalse();
        assertThat(ok.first().map(Box::content)).contains(5);
        Tuple2<Optional<Box>, Boolean> err = store.either(Result.err(crate(8, 9)));
        assertThat(err.second()).isTrue();
        assertThat(err.first().map(Box::content)).contains(9);
        assertThat(store.either(Result.err(crate())).first()).isEmpty();
    }

    @Test
    void handlesGoIntoEachCaseOfAVariant() {
        assertThat(store.repack(new Parcel.Nothing())).isEqualTo(new Parcel.Nothing());

        Parcel many = store.repack(new Parcel.One(box(1)));
        assertThat(many).isInstanceOfSatisfying(Parcel.Many.class, p -> assertThat(contents(p.value()))
                .containsExactly(1));
        Parcel crated = store.repack(many);
        assertThat(crated)
                .isInstanceOfSatisfying(
                        Parcel.Crated.class, p -> assertThat(p.value().count()).isEqualTo(1));
        assertThat(store.repack(crated)).isInstanceOf(Parcel.Crated.class);
        assertThat(store.repack(new Parcel.Named(new Labelled("a", box(2)))))
                .isInstanceOfSatisfying(
                        Parcel.One.class, p -> assertThat(p.value().content()).isEqualTo(2));
    }

    @Test
    void lentHandlesGoIntoRecordsListsAndOptions() {
        try (Box ten = box(10);
                Box one = box(1)) {
            assertThat(store.weigh(List.of(new Loan(ten, 2), new Loan(one, 3), new Loan(ten, 1)), Optional.of(one)))
                    .isEqualTo(34);
            assertThat(store.weigh(List.of(), Optional.empty())).isZero();
        }
    }

    @Test
    void anotherInterfaceOfTheGuestTakesAndGivesThem() {
        Shop.Guest shop = Shop.Guest.of(instance);

        try (Shop.Till till = shop.newTill();
                Box kept = box(3)) {
            assertThat(shop.price(kept)).isEqualTo(3);
            assertThat(till.sell(box(4))).isEqualTo(4);
            assertThat(till.sell(box(5))).isEqualTo(5);
            assertThat(till.undo()).hasValueSatisfying(back -> {
                assertThat(back.item().content()).isEqualTo(5);
                back.item().close();
            });
            assertThat(store.live()).isEqualTo(new Tuple2<>(2, 0));
        }
        assertThat(store.live()).isEqualTo(new Tuple2<>(0, 0));
        assertThat(store.dropped()).isEqualTo(3);
    }

    /** What a caller may do wrong with boxes: {@code live}, {@code closed}, and one of another instance. */
    private record Wrong(Store.Guest store, Shop.Guest shop, Box live, Box closed, Box foreign) {}

    private interface Mistake {
        void make(Wrong boxes);
    }

    private static Arguments mistake(String what, String message, Mistake mistake) {
        return Arguments.of(what, message, mistake);
    }

    static Stream<Arguments> mistakes() {
        String gone = "this box has been closed or given away";
        String foreign = "this box belongs to another instance of a component";
        String twice = "this box is given away in a call that it is passed to a second time";
        return Stream.of(
                mistake("receiver closed", gone, w -> w.closed.content()),
                mistake("argument closed", gone, w -> w.live.swap(w.closed)),
                mistake("argument foreign", foreign, w -> w.live.swap(w.foreign)),
                mistake("closed in a list", gone, w -> w.store.boxSum(List.of(w.live, w.closed))),
                mistake(
                        "closed in a record",
                        gone,
                        w -> w.store.weigh(List.of(new Loan(w.live, 1), new Loan(w.closed, 1)), Optional.empty())),
                mistake("foreign in an option", foreign, w -> w.store.weigh(List.of(), Optional.of(w.foreign))),
                mistake("closed in a result", gone, w -> w.store.either(Result.ok(w.closed))),
                mistake(
                        "foreign in a variant",
                        foreign,
                        w -> w.store.repack(new Parcel.Many(List.of(w.live, w.foreign)))),
                mistake(
                        "closed in a record in a variant",
                        gone,
                        w -> w.store.repack(new Parcel.Named(new Labelled("", w.closed)))),
                mistake("given twice", twice, w -> w.store.newCrate(List.of(w.live, w.live), 9)),
                mistake("lent and given", twice, w -> w.store.pour(w.live, w.live)),
                mistake("closed in another interface", gone, w -> w.shop.price(w.closed)),
                mistake("foreign in another interface", foreign, w -> w.shop.price(w.foreign)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void mistakeOfTheCallersIsAnExceptionAndLeavesEverythingAsItWas(String what, String message, Mistake mistake) {
        try (Instance other = instantiate()) {
            Box closed = box(0);
            closed.close();
            var boxes = new Wrong(
                    store,
                    Shop.Guest.of(instance),
                    box(6),
                    closed,
                    Store.Guest.of(other).newBox(6));

            assertThatThrownBy(() -> mistake.make(boxes))
                    .as(what)
                    .isInstanceOfAny(IllegalArgumentException.class, IllegalStateException.class)
                    .hasMessage(message);

            assertThat(boxes.live.content()).isEqualTo(6);
            assertThat(boxes.foreign.content()).isEqualTo(6);
            assertThat(store.live()).isEqualTo(new Tuple2<>(1, 0));
        }
    }

    @Test
    void whatWasGivenAwayCannotBeUsedOrClosed() {
        Box given = box(1);
        Crate crate = ok(store.newCrate(List.of(given), 1));
        ThrowingCallable use = given::content;

        assertThatThrownBy(use).hasMessage("this box has been closed or given away");
        given.close();
        assertThat(crate.count()).isEqualTo(1);
        assertThat(store.dropped()).isZero();
        crate.close();
        assertThat(store.dropped()).isEqualTo(2);
    }
}
