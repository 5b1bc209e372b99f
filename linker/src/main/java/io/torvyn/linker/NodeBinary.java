package io.torvyn.linker;

import io.torvyn.component.Component;
import io.torvyn.component.ComponentExport;
import io.torvyn.component.ComponentImport;
import io.torvyn.component.EngineFailure;
import io.torvyn.component.ExternType;
import io.torvyn.component.Imports;
import io.torvyn.component.LinkCheck;
import io.torvyn.config.FlowDefinition;
import io.torvyn.config.NodeDefinition;
import io.torvyn.config.StageInterface;
import io.torvyn.types.Defaults;
import io.torvyn.types.Diagnostic;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.NearestName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    NodeDefinition node() {
        return node;
    }

    /** What the component uses of the contract: names of interfaces that it imports or exports. */
    List<String> contractNames() {
        return Stream.concat(component.imports().stream().map(ComponentImport::name), exports.stream())
                .filter(name -> name.startsWith("torvyn:streaming/"))
                .toList();
    }

    /**
     * Who provides what the component imports: the host, else one of those that feed it.
     *
     * @param findings takes what nobody provides, and what more than one does
     */
    List<ResolvedImport> resolve(HostInterfaces host, List<NodeBinary> upstream, List<Diagnostic> findings) {
        List<ResolvedImport> resolved = new ArrayList<>();
        for (ComponentImport wanted : component.imports()) {
            if (!wanted.type().needsProvider()) {
                continue;
            }
            if (host.provides().test(wanted.name())) {
                resolved.add(new ResolvedImport(wanted.name(), new ResolvedImport.Provider.Host()));
                continue;
            }
            List<NodeBinary> providers = upstream.stream()
                    .filter(other ->
                            InterfaceNames.match(wanted.name(), other.exports).isPresent())
                    .toList();
            if (providers.size() == 1) {
                resolved.add(new ResolvedImport(
                        wanted.name(),
                        new ResolvedImport.Provider.Upstream(
                                providers.getFirst().node.name(),
                                InterfaceNames.match(wanted.name(), providers.getFirst().exports)
                                        .orElseThrow())));
            } else {
                findings.add(providers.isEmpty() ? unresolved(wanted, host.provides()) : ambiguous(wanted, providers));
            }
        }
        return resolved;
    }

    /**
     * The component against everything that it would be instantiated with.
     *
     * @param upstream of the nodes that it imports from, their own checks
     */
    LinkCheck check(HostInterfaces host, List<ResolvedImport> imports, Map<String, LinkCheck> upstream) {
        Imports offered = host.imports().apply(component);
        for (ResolvedImport wanted : imports) {
            if (wanted.provider() instanceof ResolvedImport.Provider.Upstream(var feeding, var export)) {
                Optional.ofNullable(upstream.get(feeding))
                        .flatMap(provider -> provider.offered(export))
                        .ifPresent(item -> offered.add(wanted.name(), item));
            }
        }
        return component.check(offered, "'" + node.name() + "'");
    }

    /**
     * Everything else that is to be said of the component.
     *
     * @param check what {@link #check} came to
     */
    List<Diagnostic> findings(HostInterfaces host, List<ResolvedImport> imports, LinkCheck check) {
        List<Diagnostic> findings = new ArrayList<>();
        missingExport().ifPresent(findings::add);
        types(host, imports, check, findings);
        memory().ifPresent(findings::add);
        unreadConfig().ifPresent(findings::add);
        return findings;
    }

    private void types(HostInterfaces host, List<ResolvedImport> imports, LinkCheck check, List<Diagnostic> findings) {
        List<EngineFailure> failures = new ArrayList<>(check.importFailures());
        StageContract.calls(node.role(), exports)
                .forEach((name, functions) -> failures.addAll(check.exportFailures(name, functions)));
        for (EngineFailure failure : failures) {
            switch (failure) {
                case EngineFailure.TypeMismatch(var _, var function, var detail) ->
                    findings.add(provider(imports, function)
                            .map(feeding -> disagreement(feeding, "of the type of " + function + ": " + detail))
                            .orElseGet(() -> disagreement("of the type of " + function + ": " + detail)));
                case EngineFailure.ExportNotFound(var _, var function) ->
                    findings.add(disagreement("of the functions of the interface: the component lacks " + function));
                case EngineFailure.UnresolvedImport(var _, var item) -> {
                    int hash = item.indexOf('#');
                    if (hash > 0 && host.provides().test(item.substring(0, hash))) {
                        findings.add(disagreement("of what there is: the component imports " + item
                                + ", which the contract does not have"));
                    } else if (hash > 0) {
                        provider(imports, item)
                                .ifPresent(feeding -> findings.add(disagreement(
                                        feeding,
                                        "of what there is: the one imports " + item
                                                + ", which the other does not have")));
                    } // else the whole interface is not there, and that has been said
                }
                case EngineFailure.CompilationFailed _,
                        EngineFailure.DeserializationFailed _,
                        EngineFailure.InstantiationFailed _,
                        EngineFailure.Trap _,
                        EngineFailure.FuelExhausted _,
                        EngineFailure.MemoryLimitExceeded _,
                        EngineFailure.Internal _,
                        EngineFailure.WasiConfigError _,
                        EngineFailure.InvocationTimeout _,
                        EngineFailure.StackExhausted _,
                        EngineFailure.TableLimit _,
                        EngineFailure.Cancelled _ ->
                    throw new IllegalStateException("comparing types does not end with " + failure.text());
            }
        }
    }

    /** The node that provides what a function belongs to. */
    private static Optional<String> provider(List<ResolvedImport> imports, String function) {
        int hash = function.indexOf('#');
        String owner = hash < 0 ? function : function.substring(0, hash);
        return imports.stream()
                .filter(wanted -> wanted.name().equals(owner))
                .flatMap(wanted -> wanted.provider() instanceof ResolvedImport.Provider.Upstream(var feeding, var _)
                        ? Stream.of(feeding)
                        : Stream.empty())
                .findFirst();
    }

    private Diagnostic disagreement(String feeding, String about) {
        return finding(
                        ErrorCode.INTERFACE_MISMATCH,
                        "component",
                        "node `%s` imports from node `%s`, and their components have a different view %s"
                                .formatted(node.name(), feeding, about),
                        "build both against the same version of the interface")
                .at(node.componentPosition());
    }

    private Diagnostic disagreement(String about) {
        List<String> edges = flow.edges().stream()
                .filter(edge -> edge.from().node().equals(node.name())
                        || edge.to().node().equals(node.name()))
                .map(edge -> edge.from() + " → " + edge.to())
                .toList();
        return finding(
                        ErrorCode.INTERFACE_MISMATCH,
                        "component",
                        "node `%s`: `%s` and the contract have a different view %s"
                                .formatted(node.name(), node.component(), about),
                        "rebuild the component against the WIT of torvyn:streaming@" + Defaults.CONTRACT_VERSION)
                .at(node.componentPosition())
                .noting(edges.isEmpty() ? List.of() : List.of("it is joined by " + String.join(", ", edges)));
    }

    private Optional<Diagnostic> memory() {
        long needed = component.minimumMemoryBytes();
        return needed <= node.maxMemory()
                ? Optional.empty()
                : Optional.of(finding(
                                ErrorCode.MEMORY_LIMIT_EXCEEDED,
                                "max_memory",
                                "node `%s`: the memory of `%s` begins with %d bytes, and it may have %d"
                                        .formatted(node.name(), node.component(), needed, node.maxMemory()),
                                "write `max_memory = \"%dMiB\"` for the node, or raise `runtime.max_memory_per_component`"
                                        .formatted((needed + (1 << 20) - 1) >> 20))
                        .at(node.position()));
    }

    private Optional<Diagnostic> unreadConfig() {
        boolean ignored = node.config().filter(text -> !text.isEmpty()).isPresent()
                && InterfaceNames.match(InterfaceNames.ofContract(LIFECYCLE), exports)
                        .isEmpty();
        return ignored
                ? Optional.of(Diagnostic.warning(
                                ErrorCode.MISSING_REQUIRED_EXPORT,
                                "node `%s` has a `config`, which its component `%s` never gets: it does not export %s"
                                        .formatted(node.name(), node.component(), LIFECYCLE),
                                "remove `config`, or add `export %s;` to the component's world"
                                        .formatted(InterfaceNames.ofContract(LIFECYCLE)))
                        .at(node.position())
                        .atKey("flow.%s.nodes.%s.config".formatted(flow.name(), node.name())))
                : Optional.empty();
    }

    private Diagnostic ambiguous(ComponentImport wanted, List<NodeBinary> providers) {
        return finding(
                        ErrorCode.AMBIGUOUS_PROVIDER,
                        "component",
                        "node `%s`: `%s` imports %s, which %s all export"
                                .formatted(
                                        node.name(),
                                        node.component(),
                                        wanted.name(),
                                        providers.stream()
                                                .map(provider -> "`" + provider.node.name() + "`")
                                                .collect(Collectors.joining(", "))),
                        "join the node to one of them only, or compose the component with the one that is meant")
                .at(node.componentPosition());
    }

    private Optional<Diagnostic> missingExport() {
        List<String> paths = node.stageInterface().exportNames();
        String wanted = InterfaceNames.ofContract(node.stageInterface().name());
        if (paths.stream().anyMatch(path -> InterfaceNames.match(InterfaceNames.ofContract(path), exports)
                .isPresent())) {
            return Optional.empty();
        }
        List<String> otherVersions = exports.stream()
                .filter(name -> paths.contains(InterfaceNames.path(name)))
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
                .flatMap(name -> StageInterface.parse(InterfaceNames.path(name)).stream())
                .map(StageInterface::name)
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
