package io.torvyn.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.engine.CompiledComponentCache;
import io.torvyn.guests.Guests;
import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.opentest4j.TestAbortedException;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.reactivestreams.tck.flow.FlowSubscriberBlackboxVerification;
import org.testng.SkipException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/**
 * The ends of a flow against the Reactive Streams specification's own tests, with a component in the middle. Those are
 * written for TestNG; here each is a test of JUnit's, so that one runner runs everything.
 */
@Timeout(300)
class ReactiveStreamsTckTest {
    private static final TorvynHost HOST =
            TorvynHost.builder().cache(CompiledComponentCache.inMemory()).build();
    private static final Queue<RunningFlow> FLOWS = new ConcurrentLinkedQueue<>();
    /** How long a signal may take, and how long to listen when none may come, in milliseconds. */
    private static final TestEnvironment ENVIRONMENT = new TestEnvironment(10_000, 20, 5);

    @AfterAll
    static void nothingIsLeft() {
        HOST.close();
        assertThat(HOST.liveBuffers()).isZero();
    }

    private static RunningFlow started(FlowBuilder flow) {
        try {
            RunningFlow running = HOST.start(flow);
            FLOWS.add(running);
            return running;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static final class Output extends FlowPublisherVerification<FlowElement> {
        Output() {
            super(ENVIRONMENT);
        }

        @Override
        public Flow.Publisher<FlowElement> createFlowPublisher(long elements) {
            Iterable<FlowElement> source = () -> iterator(elements);
            return started(FlowBuilder.named("out")
                            .source("in", source)
                            .component("copy", Guests.bytes("copy"))
                            .output("out"))
                    .publisher("out");
        }

        private static Iterator<FlowElement> iterator(long elements) {
            return LongStream.range(0, elements)
                    .mapToObj(n -> FlowElement.ofText("element " + n))
                    .iterator();
        }

        @Override
        public Flow.Publisher<FlowElement> createFailedFlowPublisher() {
            RunningFlow failed = started(FlowBuilder.named("failed")
                    .source("in", List.of(FlowElement.ofText("one")))
                    .processor("broken", _ -> {
                        throw new IllegalStateException("as told");
                    })
                    .output("out"));
            try {
                failed.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return failed.publisher("out");
        }
    }

    private static final class Input extends FlowSubscriberBlackboxVerification<FlowElement> {
        Input() {
            super(ENVIRONMENT);
        }

        @Override
        public Flow.Subscriber<FlowElement> createFlowSubscriber() {
            return started(FlowBuilder.named("in")
                            .input("in")
                            .component("copy", Guests.bytes("copy"))
                            .sink("out", _ -> {}))
                    .subscriber("in");
        }

        @Override
        public FlowElement createElement(int number) {
            return FlowElement.ofText("element " + number);
        }
    }

    @TestFactory
    Stream<DynamicTest> anOutputIsAPublisher() {
        return tests(Output::new);
    }

    @TestFactory
    Stream<DynamicTest> anInputIsASubscriber() {
        return tests(Input::new);
    }

    private static Stream<DynamicTest> tests(Supplier<?> verification) {
        Object first = verification.get();
        return Arrays.stream(first.getClass().getMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .filter(method -> !method.getName().startsWith("untested_"))
                .sorted(Comparator.comparing(Method::getName))
                .map(method -> DynamicTest.dynamicTest(method.getName(), () -> run(verification.get(), method)));
    }

    private static void run(Object verification, Method test) throws Throwable {
        try {
            all(verification, BeforeClass.class);
            all(verification, BeforeMethod.class);
            test.invoke(verification);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof SkipException skipped
                    ? new TestAbortedException(skipped.getMessage())
                    : e.getCause();
        } finally {
            all(verification, AfterClass.class);
            for (RunningFlow flow = FLOWS.poll(); flow != null; flow = FLOWS.poll()) {
                flow.close();
            }
        }
    }

    private static void all(Object verification, Class<? extends Annotation> marked)
            throws ReflectiveOperationException {
        for (Method method : verification.getClass().getMethods()) {
            if (method.isAnnotationPresent(marked)) {
                method.invoke(verification);
            }
        }
    }
}
