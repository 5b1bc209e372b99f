package io.torvyn.pipeline;

import io.torvyn.reactor.spi.NativeBuffers;
import io.torvyn.reactor.spi.NativeSource;
import io.torvyn.reactor.spi.NativeStageContext;
import io.torvyn.reactor.spi.NativeStageProvider;
import io.torvyn.resources.Buffer;
import io.torvyn.resources.ContentType;
import io.torvyn.types.ComponentRole;
import io.torvyn.types.TorvynException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code native:generator}: {@code Hello, Torvyn! (n)} for n from 1, as text/plain; for trying a component out. */
public final class TestSource implements NativeStageProvider {
    private static final long COUNT = 1000;

    /** Used by {@link java.util.ServiceLoader}. */
    public TestSource() {}

    @Override
    public String name() {
        return "generator";
    }

    @Override
    public boolean offers(ComponentRole role) {
        return role == ComponentRole.SOURCE;
    }

    @Override
    public void check(ComponentRole role, NativeStageContext context) {
        count(context);
    }

    @Override
    public NativeSource source(NativeStageContext context) {
        return new Greetings(count(context));
    }

    private static long count(NativeStageContext context) {
        if (context.config().isBlank()) {
            return COUNT;
        }
        try {
            JsonNode json = JsonMapper.shared().readTree(context.config());
            if (json.isObject() && json.isEmpty()) {
                return COUNT;
            }
            if (json.isObject()
                    && json.size() == 1
                    && json.path("count").isIntegralNumber()
                    && json.get("count").canConvertToLong()
                    && json.get("count").longValue() >= 0) {
                return json.get("count").longValue();
            }
        } catch (JacksonException e) {
            // told below, with what it takes
        }
        throw new TorvynException(new StageFailure.Configuration(
                context.node(),
                "generator",
                "is not what it takes",
                "It is a JSON object that may have `count`, a whole number: {\"count\": 10}."));
    }

    private static final class Greetings implements NativeSource {
        private final long count;
        private long n;
        private @Nullable ContentType text;

        Greetings(long count) {
            this.count = count;
        }

        @Override
        public @Nullable Buffer pull(NativeBuffers buffers) {
            if (n == count) {
                return null;
            }
            n++;
            byte[] greeting = ("Hello, Torvyn! (" + n + ")").getBytes(StandardCharsets.UTF_8);
            Buffer buffer = buffers.allocate(greeting.length);
            buffer.append(greeting, 0, greeting.length);
            ContentType type = text;
            if (type == null) {
                type = buffers.contentType("text/plain");
                text = type;
            }
            buffer.contentType(type);
            return buffer;
        }

        @Override
        public void close() {}
    }
}
