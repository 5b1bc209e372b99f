package io.torvyn.linker;

import io.torvyn.config.StageInterface;
import io.torvyn.contracts.FunctionType;
import io.torvyn.streaming.Aggregator;
import io.torvyn.streaming.Filter;
import io.torvyn.streaming.Lifecycle;
import io.torvyn.streaming.Processor;
import io.torvyn.streaming.Router;
import io.torvyn.streaming.Sink;
import io.torvyn.streaming.Source;
import io.torvyn.types.ComponentRole;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the runtime calls of a component, by the role that it has. */
final class StageContract {
    private StageContract() {}

    /**
     * The functions that are called, by the name under which the component exports their interface. An interface that it
     * does not export is left out.
     */
    static Map<String, Map<String, FunctionType>> calls(ComponentRole role, List<String> exports) {
        Map<String, Map<String, FunctionType>> calls = new LinkedHashMap<>();
        switch (role) {
            case SOURCE -> add(calls, exports, Source.NAME, Source.Guest.FUNCTIONS);
            case PROCESSOR -> add(calls, exports, Processor.NAME, Processor.Guest.FUNCTIONS);
            case SINK -> add(calls, exports, Sink.NAME, Sink.Guest.FUNCTIONS);
            case FILTER -> add(calls, exports, Filter.NAME, Filter.Guest.FUNCTIONS);
            case ROUTER -> add(calls, exports, Router.NAME, Router.Guest.FUNCTIONS);
            case AGGREGATOR -> add(calls, exports, Aggregator.NAME, Aggregator.Guest.FUNCTIONS);
        }
        add(calls, exports, Lifecycle.NAME, Lifecycle.Guest.FUNCTIONS);
        return calls;
    }

    private static void add(
            Map<String, Map<String, FunctionType>> calls,
            List<String> exports,
            String name,
            Map<String, FunctionType> functions) {
        StageInterface.parse(name).map(StageInterface::exportNames).orElse(List.of(InterfaceNames.path(name))).stream()
                .flatMap(path -> InterfaceNames.match(InterfaceNames.ofContract(path), exports).stream())
                .findFirst()
                .ifPresent(exported -> calls.put(exported, functions));
    }
}
