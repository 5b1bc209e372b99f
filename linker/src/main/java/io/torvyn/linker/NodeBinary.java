package io.torvyn.linker;

import io.torvyn.component.Component;
import io.torvyn.component.ComponentExport;
import io.torvyn.component.ComponentImport;
import io.torvyn.component.ExternType;
import io.torvyn.config.FlowDefinition;
import io.torvyn.config.NodeDefinition;
import io.torvyn.config.StageInterface;
import io.torvyn.types.Defaults;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.NearestName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A node and the component behind it: what the one declares against what the other exports, and what the component
 * imports against what the host provides.
 */
final class NodeBinary {
    private static final String LIFECYCLE = "torvyn:streaming/lifecycle";

    /** What a host may provide that has a version of its own; which of them this one does, it says itself. */
    private static final List<String> HOST_INTERFACES = Stream.of(
                    "torvyn:streaming/types",
                    "torvyn:streaming/buffer-allocator",
                    "torvyn:capabilities/capability-query")
            .map(InterfaceNames::ofContract)
            .toList();

    private final FlowDefinition flow;
    private final NodeDefinition node;
    private final Component component;
    /** The interfaces among its exports. */
    private final List<String> exports;

    NodeBinary(FlowDefinition flow, NodeDefinition node, Component component) {
        this.flow = flow;
        this.node = node;
        this.component = component;
        this.exports = component.exports().stream()
                .filter(export -> export.type() instanceof ExternType.Instance)
                .map(ComponentExport::name)
                .toList();
    }

    List<Diagnostic> errors(Predicate<String> provided) {
        List<Diagnostic> errors = new ArrayList<>();
        missingExport().ifPresent(errors::add);
        for (ComponentImport wanted : component.imports()) {
            if (wanted.type().needsProvider() && !provided.test(wanted.name())) {
                errors.add(unresolved(wanted, provided));
            }
        }
        return errors;
    }

    List<Diagnostic> warnings() {
        boolean ignored = node.config().filter(text -> !text.isEmpty()).isPresent()
                && InterfaceNames.match(InterfaceNames.ofContract(LIFECYCLE), exports)
                        .isEmpty();
        return ignored
                ? List.of(Diagnostic.warning(
                                ErrorCode.MISSING_REQUIRED_EXPORT,
                                "node `%s` has a `config`, which its component `%s` never gets: it does not export %s"
                                        .formatted(node.name(), node.component(), LIFECYCLE),
                                "remove `config`, or add `export %s;` to the component's world"
                                        .formatted(InterfaceNames.ofContract(LIFECYCLE)))
                        .at(node.position())
                        .atKey("flow.%s.nodes.%s.config".formatted(flow.name(), node.name())))
                : List.of();
    }

    private Optional<Diagnostic> missingExport() {
        String path = node.stageInterface().name();
        String wanted = InterfaceNames.ofContract(path);
        if (InterfaceNames.match(wanted, exports).isPresent()) {
            return Optional.empty();
        }
        List<String> otherVersions = exports.stream()
                .filter(name -> InterfaceNames.path(name).equals(path))
                .toList();
        Diagnostic error = otherVersions.isEmpty()
                ? finding(
                        ErrorCode.MISSING_REQUIRED_EXPORT,
                        "interface",
                        "node `%s` is to be a %s, but `%s` is a component for another world: it does not export %s"
                                .formatted(node.name(), PipelineLinker.word(node.role()), node.component(), wanted),
                        otherRole()
                                .map(role -> "write `interface = \"%s\"`, or name another component".formatted(role))
                                .orElseGet(() ->
                                        "add `export %s;` to the component's world and rebuild it".formatted(wanted)))
                : finding(
                        ErrorCode.VERSION_MISMATCH,
                        "interface",
                        "node `%s`: `%s` exports %s; this build runs contract %s"
                                .formatted(
                                        node.name(),
                                        node.component(),
                                        String.join(", ", otherVersions),
                                        Defaults.CONTRACT_VERSION),
                        "rebuild the component against " + wanted);
        return Optional.of(error.at(node.interfacePosition())
                .expecting(wanted, exports.isEmpty() ? "no interface at all" : String.join(", ", exports)));
    }

    /** The interface of a stage that the component does export. */
    private Optional<String> otherRole() {
        return exports.stream()
                .map(InterfaceNames::path)
                .filter(StageInterface.NAMES::contains)
                .findFirst();
    }

    private Diagnostic unresolved(ComponentImport wanted, Predicate<String> provided) {
        String name = wanted.name();
        List<String> known = HOST_INTERFACES.stream().filter(provided).toList();
        Optional<String> sameInterface = known.stream()
                .filter(host -> InterfaceNames.path(host).equals(InterfaceNames.path(name)))
                .findFirst();
        if (sameInterface.isPresent()) {
            return finding(
                            ErrorCode.VERSION_MISMATCH,
                            "component",
                            "node `%s`: `%s` imports %s; the host provides %s"
                                    .formatted(node.name(), node.component(), name, sameInterface.get()),
                            "rebuild the component against " + sameInterface.get())
                    .at(node.componentPosition());
        }
        boolean wasi = provided.test("wasi:io/streams@0.2.0");
        String host = Stream.concat(known.stream(), Stream.of("WASI 0.2").filter(_ -> wasi))
                .collect(Collectors.joining(", "));
        return finding(
                        ErrorCode.UNRESOLVED_IMPORT,
                        "component",
                        "node `%s`: `%s` imports %s, which %s"
                                .formatted(
                                        node.name(),
                                        node.component(),
                                        what(wanted),
                                        isWasi3(name)
                                                ? "belongs to WASI 0.3; the host does not provide that"
                                                : "the host does not provide"),
                        help(name, known))
                .at(node.componentPosition())
                .noting(List.of(host.isEmpty() ? "the host provides no interfaces" : "the host provides " + host));
    }

    private static String help(String name, List<String> known) {
        if (isWasi3(name)) {
            return "build the component for WASI 0.2, in Rust with the target wasm32-wasip2";
        }
        return NearestName.of(
                        InterfaceNames.path(name),
                        known.stream().map(InterfaceNames::path).toList())
                .map("did you mean `%s`?"::formatted)
                .orElse("build the component without this import; what it needs of others can be composed into it");
    }

    private static boolean isWasi3(String name) {
        return name.startsWith("wasi:") && InterfaceNames.version(name).startsWith("0.3.");
    }

    private static String what(ComponentImport wanted) {
        return wanted.type() instanceof ExternType.Instance
                ? wanted.name()
                : "the " + wanted.type().sort() + " `" + wanted.name() + "`";
    }

    private Diagnostic finding(ErrorCode code, String key, String message, String help) {
        return PipelineLinker.finding(code, flow, node, key, message, help);
    }
}
