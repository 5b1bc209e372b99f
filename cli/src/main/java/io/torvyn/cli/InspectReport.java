package io.torvyn.cli;

import io.torvyn.component.ComponentFile;
import io.torvyn.component.spi.CoreModule;
import io.torvyn.security.Capability;
import io.torvyn.security.CapabilityRequests;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** What there is to say of a component, for people and as JSON. */
record InspectReport(Path path, ComponentFile file, Optional<CompilationCost> cost) {
    private static final String CONTRACT = "torvyn:streaming/";

    void print(PrintWriter out, Style style, InspectCommand.Section section) {
        boolean all = section == InspectCommand.Section.all;
        if (all || section == InspectCommand.Section.metadata) {
            metadata(out, style);
        }
        if (all || section == InspectCommand.Section.size) {
            size(out, style);
        }
        if (all || section == InspectCommand.Section.capabilities) {
            capabilities(out, style);
        }
        if (all || section == InspectCommand.Section.interfaces) {
            interfaces(out, style);
        }
        out.flush();
    }

    private void metadata(PrintWriter out, Style style) {
        if (file.world() instanceof ComponentFile.World.Package(var packages)) {
            out.println(style.header("WIT package"));
            out.println(style.line("Name", packages.roots().getFirst().name()));
        } else {
            out.println(style.header("Component"));
            out.println(style.line("Name", name()));
        }
        contractVersion().ifPresent(version -> out.println(style.line("Contract", "torvyn:streaming " + version)));
        for (String field : file.producers().stream()
                .map(ComponentFile.Producer::field)
                .distinct()
                .toList()) {
            out.println(style.line(printable(field), producers(field)));
        }
        List<String> sections = file.customSections().stream()
                .map(section ->
                        printable(section.name()) + " (" + Sizes.bytes(section.size()) + " in " + section.where() + ")")
                .toList();
        if (!sections.isEmpty()) {
            out.println(style.line("Custom", String.join(", ", sections)));
        }
    }

    private String producers(String field) {
        return file.producers().stream()
                .filter(producer -> producer.field().equals(field))
                .map(producer -> printable((producer.name() + " " + producer.version()).strip()))
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private void size(PrintWriter out, Style style) {
        out.println(style.header("Size"));
        out.println(style.line("File", Sizes.bytes(file.size())));
        out.println(style.line(
                "Made of",
                Sizes.counted(file.components(), "component") + ", "
                        + Sizes.counted(file.coreModules().size(), "core module")));
        out.println(style.line(
                "To compile",
                Sizes.counted(sum(module -> module.functions().size()), "function") + ", "
                        + Sizes.bytes(sum(ComponentFile.CoreModule::codeSize)) + " of code"
                        + cost.map(InspectReport::describe).orElse("")));
        for (int i = 0; i < file.coreModules().size(); i++) {
            ComponentFile.CoreModule module = file.coreModules().get(i);
            out.println(style.line("Module " + i, describe(module)));
            for (CoreModule.Interpreted function : interpreted(i)) {
                out.println(style.line(
                        "Interpreted",
                        printable(function.name()) + " of module " + i + ", "
                                + Sizes.bytes(module.functionSize(function.index()))
                                + ": too large for a method of the JVM"));
            }
        }
    }

    private static String describe(CompilationCost cost) {
        return "; took " + Sizes.duration(cost.time()) + " and makes " + Sizes.bytes(cost.bytes());
    }

    private List<CoreModule.Interpreted> interpreted(int module) {
        return cost.map(all -> all.modules().get(module).interpreted()).orElse(List.of());
    }

    private static String describe(ComponentFile.CoreModule module) {
        StringBuilder text = new StringBuilder(Sizes.bytes(module.size()));
        if (!module.functions().isEmpty()) {
            text.append(", ")
                    .append(Sizes.counted(module.functions().size(), "function"))
                    .append(" (the largest ")
                    .append(Sizes.bytes(module.largestFunction()))
                    .append(')');
        }
        if (module.dataSize() > 0) {
            text.append(", ").append(Sizes.bytes(module.dataSize())).append(" of data");
        }
        if (!module.features().isEmpty()) {
            text.append(", uses ").append(String.join(", ", module.features()));
        }
        return text.toString();
    }

    private void capabilities(PrintWriter out, Style style) {
        out.println(style.header("Capabilities"));
        List<String> usable = usable();
        if (usable.isEmpty()) {
            out.println("It imports nothing that would need one.");
        } else {
            out.println("Its imports can use these; grant what it is to do:");
            usable.forEach(capability -> out.println("  " + capability));
        }
    }

    private void interfaces(PrintWriter out, Style style) {
        out.println(style.header("Interfaces"));
        switch (file.world()) {
            case ComponentFile.World.Wit(var packages) -> out.print(packages.text());
            case ComponentFile.World.Package(var packages) -> out.print(packages.text());
            case ComponentFile.World.NoWit(var why) -> {
                out.println("They have no form in WIT: " + why + ".");
                file.imports().forEach(each -> out.println("  import " + each));
                file.exports().forEach(each -> out.println("  export " + each));
            }
        }
    }

    private String name() {
        String name = String.valueOf(path.getFileName());
        return name.endsWith(".wasm") ? name.substring(0, name.length() - 5) : name;
    }

    private List<String> usable() {
        return CapabilityRequests.ofImports(file.imports()).optional().stream()
                .flatMap(request -> Capability.parseRequest(request.text()).stream())
                .map(Capability::toString)
                .distinct()
                .toList();
    }

    /** Of the streaming contract that its imports and exports name; empty when they name none. */
    private Optional<String> contractVersion() {
        return Stream.concat(file.exports().stream(), file.imports().stream())
                .filter(name -> name.startsWith(CONTRACT) && name.indexOf('@') >= 0)
                .map(name -> name.substring(name.indexOf('@') + 1))
                .findFirst();
    }

    private int sum(ToIntFunction<ComponentFile.CoreModule> of) {
        return file.coreModules().stream().mapToInt(of).sum();
    }

    /** Text that a stranger chose, without what a terminal would obey. */
    private static String printable(String text) {
        return text.codePoints()
                .limit(200)
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '\ufffd' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    void printJson(PrintWriter out) {
        var result = new JsonResult("inspect").data(this::fill);
        if (file.world() instanceof ComponentFile.World.NoWit(var why)) {
            result.warning("the component has no form in WIT: " + why);
        }
        result.print(out, ExitCode.SUCCESS, List.of());
    }

    private void fill(ObjectNode data) {
        data.put("name", name());
        data.putNull("version");
        data.put("size_wasm_bytes", file.size());
        data.putNull("size_packaged_bytes");
        file.exports().forEach(data.putArray("exports")::add);
        file.imports().forEach(data.putArray("imports")::add);
        data.putArray("capabilities_required");
        usable().forEach(data.putArray("capabilities_optional")::add);
        contractVersion()
                .ifPresentOrElse(
                        version -> data.put("contract_version", version), () -> data.putNull("contract_version"));
        var producers = data.putObject("build_info").putArray("producers");
        for (ComponentFile.Producer producer : file.producers()) {
            producers
                    .addObject()
                    .put("where", producer.where())
                    .put("field", producer.field())
                    .put("name", producer.name())
                    .put("version", producer.version());
        }
        var modules = data.putArray("core_modules");
        for (int i = 0; i < file.coreModules().size(); i++) {
            ComponentFile.CoreModule module = file.coreModules().get(i);
            ObjectNode node = modules.addObject()
                    .put("size_bytes", module.size())
                    .put("functions", module.functions().size())
                    .put("code_bytes", module.codeSize())
                    .put("largest_function_bytes", module.largestFunction())
                    .put("data_bytes", module.dataSize());
            module.features().forEach(node.putArray("features")::add);
            module.declaredFeatures().forEach(node.putArray("declared_features")::add);
            var interpreted = node.putArray("interpreted_functions");
            for (CoreModule.Interpreted function : interpreted(i)) {
                interpreted
                        .addObject()
                        .put("index", function.index())
                        .put("name", function.name())
                        .put("size_bytes", module.functionSize(function.index()));
            }
        }
        cost.ifPresentOrElse(
                found -> data.putObject("compilation")
                        .put("duration_ms", found.time().toMillis())
                        .put("code_bytes", found.bytes()),
                () -> data.putNull("compilation"));
        var sections = data.putArray("custom_sections");
        for (ComponentFile.CustomSection section : file.customSections()) {
            sections.addObject()
                    .put("where", section.where())
                    .put("name", section.name())
                    .put("size_bytes", section.size());
        }
        ObjectNode contracts = data.putObject("contracts");
        switch (file.world()) {
            case ComponentFile.World.Wit(var packages) -> contracts.put("component.wit", packages.text());
            case ComponentFile.World.Package(var packages) -> contracts.put("package.wit", packages.text());
            case ComponentFile.World.NoWit _ -> {}
        }
    }
}
