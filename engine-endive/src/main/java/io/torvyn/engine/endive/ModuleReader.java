package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreModuleException;
import java.io.ByteArrayInputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.AnnotatedInstruction;
import run.endive.wasm.types.CodeSection;
import run.endive.wasm.types.CustomSection;
import run.endive.wasm.types.DataCountSection;
import run.endive.wasm.types.DataSection;
import run.endive.wasm.types.ElementSection;
import run.endive.wasm.types.ExportSection;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.FunctionBody;
import run.endive.wasm.types.FunctionSection;
import run.endive.wasm.types.GlobalSection;
import run.endive.wasm.types.ImportSection;
import run.endive.wasm.types.MemorySection;
import run.endive.wasm.types.OpCode;
import run.endive.wasm.types.Section;
import run.endive.wasm.types.SectionId;
import run.endive.wasm.types.StartSection;
import run.endive.wasm.types.TableImport;
import run.endive.wasm.types.TableSection;
import run.endive.wasm.types.TagSection;
import run.endive.wasm.types.TypeSection;
import run.endive.wasm.types.UnknownCustomSection;
import run.endive.wasm.types.ValType;

/** From bytes that {@link ModuleScan} has looked over to Endive's module, decoded and validated. */
final class ModuleReader {
    /** Where the bytes of the name section are kept; under its own name Endive wants it decoded. */
    static final String NAME_BYTES = "name (undecoded)";

    private static final String NAME_SECTION = "name";

    private ModuleReader() {}

    /**
     * Everything, function bodies included.
     *
     * @throws CoreModuleException when it is damaged, invalid, or wants what this engine does not have
     */
    static WasmModule read(byte[] wasm) {
        BranchScan.scan(wasm);
        WasmModule module = parse(wasm, true);
        refuseUnsupportedInstructions(module);
        return module;
    }

    /** Everything, of bytes that were made from a module that {@link #read} has found valid. */
    static WasmModule readValid(byte[] wasm) {
        return parse(wasm, false);
    }

    private static WasmModule parse(byte[] wasm, boolean validate) {
        try {
            return Parser.builder()
                    .withCustomParsers(Map.of(NAME_SECTION, ModuleReader::names))
                    .withValidation(validate)
                    .build()
                    .parse(() -> new ByteArrayInputStream(wasm));
        } catch (CoreModuleException e) {
            throw e;
        } catch (RuntimeException | AssertionError e) { // Endive's parser also asserts
            throw new CoreModuleException("not a valid core module: " + reason(e), e);
        } catch (StackOverflowError | OutOfMemoryError e) {
            throw new CoreModuleException("the module is too large or too deeply nested to be read: " + e, e);
        }
    }

    /**
     * With the bodies of a few functions, for code that has been validated and compiled before.
     *
     * @param functions those whose bodies are needed, by their index in the module
     */
    static WasmModule readBodies(byte[] wasm, List<Integer> functions) {
        return parse(SparseModule.keep(wasm, functions), false);
    }

    /**
     * Without function bodies, for code that has been validated and compiled before: a few times faster, and the
     * decoded instructions take no memory.
     */
    static WasmModule readWithoutCode(byte[] wasm) {
        try {
            var parser = Parser.builder().withCustomParsers(Map.of(NAME_SECTION, ModuleReader::names));
            for (int section : List.of(
                    SectionId.CUSTOM,
                    SectionId.TYPE,
                    SectionId.IMPORT,
                    SectionId.FUNCTION,
                    SectionId.TABLE,
                    SectionId.MEMORY,
                    SectionId.TAG,
                    SectionId.GLOBAL,
                    SectionId.EXPORT,
                    SectionId.START,
                    SectionId.ELEMENT,
                    SectionId.DATA,
                    SectionId.DATA_COUNT,
                    SectionId.TAG)) {
                parser.includeSectionId(section);
            }
            var module = WasmModule.builder().withValidation(false);
            var stubs = CodeSection.builder();
            parser.build().parse(new ByteArrayInputStream(wasm), section -> add(module, stubs, section));
            return module.setCodeSection(stubs.build()).build();
        } catch (RuntimeException | AssertionError e) {
            throw new CoreModuleException("not a valid core module: " + reason(e), e);
        } catch (StackOverflowError | OutOfMemoryError e) {
            throw new CoreModuleException("the module is too large to be read: " + e, e);
        }
    }

    private static void add(WasmModule.Builder module, CodeSection.Builder stubs, Section section) {
        switch (section) {
            case TypeSection types -> module.setTypeSection(types);
            case ImportSection imports -> module.setImportSection(imports);
            case FunctionSection functions -> {
                module.setFunctionSection(functions);
                var stub = new FunctionBody(List.of(), List.of());
                for (int i = 0; i < functions.functionCount(); i++) {
                    stubs.addFunctionBody(stub);
                }
            }
            case TableSection tables -> module.setTableSection(tables);
            case MemorySection memories -> module.setMemorySection(memories);
            case GlobalSection globals -> module.setGlobalSection(globals);
            case ExportSection exports -> module.setExportSection(exports);
            case StartSection start -> module.setStartSection(start);
            case ElementSection elements -> module.setElementSection(elements);
            case DataSection data -> module.setDataSection(data);
            case DataCountSection count -> module.setDataCountSection(count);
            case TagSection tags -> module.setTagSection(tags);
            case CustomSection custom -> module.addCustomSection(custom.name(), custom);
            default -> throw new IllegalStateException("section " + section.sectionId());
        }
    }

    /** Kept as bytes: names are for messages, and a damaged name section is no error. */
    private static CustomSection names(byte[] bytes) {
        return UnknownCustomSection.builder()
                .withName(NAME_BYTES)
                .withBytes(bytes)
                .build();
    }

    private static void refuseUnsupportedInstructions(WasmModule module) {
        int imported = module.importSection().count(ExternalType.FUNCTION);
        Set<Integer> shared = sharedFunctionTables(module);
        for (int i = 0; i < module.codeSection().functionBodyCount(); i++) {
            List<AnnotatedInstruction> instructions =
                    module.codeSection().getFunctionBody(i).instructions();
            for (int j = 0; j < instructions.size(); j++) {
                AnnotatedInstruction instruction = instructions.get(j);
                UnsupportedFeature feature = takesForeignReference(instructions, j, shared)
                        ? UnsupportedFeature.FOREIGN_FUNCTION_REFERENCES
                        : UnsupportedFeature.of(instruction.opcode());
                if (feature != null) {
                    throw feature.refusal(
                            functionText(new FunctionNames(module), imported + i),
                            instruction.opcode().toString(),
                            instruction.address());
                }
            }
        }
    }

    /** A function that another instance may have put there, and of which more is asked than whether there is one. */
    private static boolean takesForeignReference(
            List<AnnotatedInstruction> instructions, int index, Set<Integer> sharedTables) {
        AnnotatedInstruction instruction = instructions.get(index);
        return instruction.opcode() == OpCode.TABLE_GET
                && sharedTables.contains((int) instruction.operand(0))
                && instructions.get(index + 1).opcode() != OpCode.REF_IS_NULL;
    }

    private static Set<Integer> sharedFunctionTables(WasmModule module) {
        var shared = new HashSet<Integer>();
        int imported = 0;
        for (int i = 0; i < module.importSection().importCount(); i++) {
            if (module.importSection().getImport(i) instanceof TableImport table) {
                if (table.entryType().equals(ValType.FuncRef)) {
                    shared.add(imported);
                }
                imported++;
            }
        }
        for (int i = 0; i < module.exportSection().exportCount(); i++) {
            var export = module.exportSection().getExport(i);
            int own = export.index() - imported;
            if (export.exportType() == ExternalType.TABLE
                    && own >= 0
                    && own < module.tableSection().tableCount()
                    && module.tableSection().getTable(own).elementType().equals(ValType.FuncRef)) {
                shared.add(export.index());
            }
        }
        return shared;
    }

    /** How a message calls a function of a module that cannot be read whole. */
    static String functionText(byte[] module, int function) {
        try {
            byte[] wasm =
                    WasmSections.only(module, Set.of(WasmSections.CUSTOM, WasmSections.IMPORT, WasmSections.EXPORT));
            ModuleScan.scan(wasm); // what comes after the function has not been looked over yet
            return functionTextOf(wasm, function);
        } catch (CoreModuleException e) {
            return "function func[" + function + "]"; // what is wrong with the rest is for others to say
        }
    }

    private static String functionTextOf(byte[] wasm, int function) {
        var module = WasmModule.builder().withValidation(false);
        try {
            Parser.builder()
                    .withCustomParsers(Map.of(NAME_SECTION, ModuleReader::names))
                    .includeSectionId(SectionId.CUSTOM)
                    .includeSectionId(SectionId.IMPORT)
                    .includeSectionId(SectionId.EXPORT)
                    .build()
                    .parse(new ByteArrayInputStream(wasm), section -> add(module, CodeSection.builder(), section));
            return functionText(new FunctionNames(module.build()), function);
        } catch (RuntimeException | AssertionError e) {
            return "function func[" + function + "]";
        }
    }

    private static String functionText(FunctionNames names, int function) {
        String name = names.of(function);
        return "function " + (name == null ? "func[" + function + "]" : name);
    }

    static String reason(Throwable e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
