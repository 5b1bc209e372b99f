package io.torvyn.host;

import io.torvyn.reactor.Flow;
import io.torvyn.types.CancellationReason;
import org.jspecify.annotations.Nullable;

/**
 * Ends a flow as completed when nobody reads any more what one of its components prints. Safe for use by many threads:
 * a component may print before whoever starts the flow has got hold of it.
 */
final class ReaderGone {
    private @Nullable Flow flow;
    private @Nullable String node;

    synchronized void flow(Flow started) {
        flow = started;
        end();
    }

    synchronized void at(String printing) {
        node = printing;
        end();
    }

    private void end() {
        if (flow != null && node != null) {
            flow.cancel(new CancellationReason.SinkClosed(node));
        }
    }
}
