package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreModuleException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import run.endive.compiler.InterpreterFallback;
import run.endive.compiler.internal.ByteClassCollector;
import run.endive.compiler.internal.Compiler;
import run.endive.compiler.internal.CompilerResult;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.OpCode;

/**
 * From a decoded module to the classes that run it. Endive's compiler makes them; what does not run as well as it could
 * is then rewritten, class by class.
 */
final class ModuleCompiler {
    /**
     * Of each class that holds functions. Endive would put 12,288 into one, which the JVM then has to parse and verify
     * whole before the first of them can be called.
     */
    private static final int FUNCTIONS_PER_CLASS = 128;

    /** Where Endive puts its indirect calls when the machine's class is full. */
    static final String BRIDGE_CLASS = "CallIndirectBridge_";

    private ModuleCompiler() {}

    /**
     * @param wasm what the module was decoded from
     * @param className of the machine
     * @param charges what a call of each function counts
     * @param fuel the global that counts what is executed; empty when nothing does
     * @param check called again and again; ends the compilation when it throws
     * @throws CoreModuleException when the module cannot be compiled
     * @throws CancellationException when {@code check} throws it
     */
    static CompiledModuleFile compile(
            WasmModule module, byte[] wasm, String className, int[] charges, OptionalInt fuel, Runnable check) {
        int imports = module.importSection().count(ExternalType.FUNCTION);
        int functions = imports + module.functionSection().functionCount();
        try {
            CompilerResult result = Compiler.builder(module)
                    .withClassName(className)
                    .withInterpreterFallback(InterpreterFallback.SILENT)
                    .withMaxFunctionsPerClass(FUNCTIONS_PER_CLASS)
                    .withClassCollectorFactory(() -> new Collector(check))
                    .build()
                    .compile();
            Map<String, byte[]> classes = new TreeMap<>();
            result.classBytes().forEach((name, classFile) -> classes.put(name.replace('/', '.'), classFile));
            int functionsPerClass = functionsPerClass(classes, className, functions);
            classes.replaceAll((name, classFile) -> name.equals(className) || name.startsWith(className + BRIDGE_CLASS)
                    ? IndirectCallRewriter.rewriteClass(classFile)
                    : classFile);
            classes.computeIfPresent(className + "Shaded", (_, classFile) -> ExceptionTags.rewriteClass(classFile));
            if (ForeignTailCalls.mayOccurIn(module)) {
                classes.replaceAll((name, classFile) -> name.startsWith(className + CompiledClasses.FUNCTION_CLASS)
                        ? TailCallRewriter.rewriteClass(classFile)
                        : classFile);
            }
            new DispatchRewriter(className, functionsPerClass).rewrite(classes);
            new ClassRewriter(className, imports, fuel).rewrite(classes);
            var depth = new DepthRewriter(charges, result.interpretedFunctions());
            classes.replaceAll((name, classFile) -> name.startsWith(className + CompiledClasses.FUNCTION_CLASS)
                    ? depth.rewriteClass(classFile)
                    : classFile);
            return CompiledModuleFile.of(
                    wasm,
                    className,
                    functionsPerClass,
                    result.interpretedFunctions().stream().sorted().toList(),
                    tailCalling(module, imports),
                    classes);
        } catch (CancellationException e) {
            throw e;
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError | OutOfMemoryError e) {
            throw new CoreModuleException("the module cannot be compiled to JVM classes: " + e, e);
        }
    }

    /** Endive halves the number until no class is too large, and tells nobody. */
    private static int functionsPerClass(Map<String, byte[]> classes, String className, int functions) {
        String prefix = className + CompiledClasses.FUNCTION_CLASS;
        long groups = classes.keySet().stream()
                .filter(name -> name.startsWith(prefix))
                .count();
        int number = FUNCTIONS_PER_CLASS;
        while (number > 1 && (functions + number - 1) / number < groups) {
            number >>= 1;
        }
        return number;
    }

    /** Functions that may end in a tail call. Endive leaves that to whoever called them. */
    private static List<Integer> tailCalling(WasmModule module, int imports) {
        List<Integer> functions = new ArrayList<>();
        for (int i = 0; i < module.codeSection().functionBodyCount(); i++) {
            if (module.codeSection().getFunctionBody(i).instructions().stream()
                    .anyMatch(instruction -> isTailCall(instruction.opcode()))) {
                functions.add(imports + i);
            }
        }
        return functions;
    }

    private static boolean isTailCall(OpCode opcode) {
        return opcode == OpCode.RETURN_CALL
                || opcode == OpCode.RETURN_CALL_INDIRECT
                || opcode == OpCode.RETURN_CALL_REF;
    }

    /** Takes a class for every so many functions, and loads none of them. */
    private static final class Collector extends ByteClassCollector {
        private final Runnable check;

        Collector(Runnable check) {
            this.check = check;
        }

        @Override
        public void put(String className, byte[] classFile) {
            check.run();
            super.put(className, classFile);
        }
    }
}
