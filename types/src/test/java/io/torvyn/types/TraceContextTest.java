package io.torvyn.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** W3C Trace Context, section 3.2. */
class TraceContextTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
                "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what the future will bring",
            })
    void aTraceparentIsRead(String traceparent) {
        assertThat(TraceContext.parse(traceparent)).contains(new TraceContext(TRACE, SPAN));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 ",
                "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.more",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "0x-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333g-01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-é1",
            })
    void anythingElseIsNone(String traceparent) {
        assertThat(TraceContext.parse(traceparent)).isEmpty();
    }

    @Test
    void aChildIsAnotherSpanOfTheSameTrace() {
        var parent = new TraceContext(TRACE, SPAN);
        TraceContext child = parent.child();
        assertThat(child.isValid()).isTrue();
        assertThat(child.traceId()).isEqualTo(TRACE);
        assertThat(child.spanId())
                .isNotEqualTo(SPAN)
                .isNotEqualTo(parent.child().spanId());
        assertThat(TraceContext.NONE.child()).isEqualTo(TraceContext.NONE);
    }

    @Test
    void aFreshOneIsATraceOfItsOwn() {
        TraceContext one = TraceContext.fresh();
        assertThat(one.isValid()).isTrue();
        assertThat(one.traceId()).isNotEqualTo(TraceContext.fresh().traceId());
    }

    @Test
    void idsAreLowerCaseHexadecimal() {
        assertThatThrownBy(() -> new TraceContext(TRACE.toUpperCase(java.util.Locale.ROOT), SPAN))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TraceContext(TRACE, SPAN + "0")).isInstanceOf(IllegalArgumentException.class);
    }
}
