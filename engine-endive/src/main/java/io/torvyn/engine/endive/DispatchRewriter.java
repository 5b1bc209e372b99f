package io.torvyn.engine.endive;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import run.endive.runtime.Instance;
import run.endive.runtime.TableInstance;

/**
 * Makes indirect calls fast in modules where many functions have the same type.
 *
 * <p>Endive compiles {@code call_indirect} of a type to a static method {@code call_indirect_<type>(arguments...,
 * element, table, Memory, Instance)} with one case for each function of that type. HotSpot never compiles a method of
 * more than 8,000 bytes of bytecode, which is some 660 cases. And beyond 1,024, where Endive puts the cases into classes
 * of their own, it takes parameters of two slots for one, and the JVM refuses the class. Here such a method looks up the
 * function and searches a tree of methods of few enough cases; Endive's keeps its body under another name and serves
 * where the function is another instance's.
 */
final class DispatchRewriter {
    /** HotSpot's {@code HugeMethodLimit}. */
    private static final int LONGEST_COMPILED_METHOD = 8_000;
    /** A case takes up to 12 bytes. */
    private static final int CASES_PER_METHOD = 500;

    private static final String INDIRECT_CALL = "call_indirect_";
    private static final String PART_METHOD = "call";

    private static final ClassDesc CD_RUNTIME_EXCEPTION =
            RuntimeException.class.describeConstable().orElseThrow();
    private static final ClassDesc CD_INSTANCE =
            Instance.class.describeConstable().orElseThrow();
    private static final ClassDesc CD_TABLE =
            TableInstance.class.describeConstable().orElseThrow();

    private final String className;
    private final int functionsPerClass;
    private final ClassDesc shaded;

    DispatchRewriter(String className, int functionsPerClass) {
        this.className = className;
        this.functionsPerClass = functionsPerClass;
        this.shaded = ClassDesc.of(className + "Shaded");
    }

    /**
     * @param classes by binary name; changed in place
     */
    void rewrite(Map<String, byte[]> classes) {
        Map<String, byte[]> made = new HashMap<>();
        for (Map.Entry<String, byte[]> entry : classes.entrySet()) {
            if (entry.getKey().equals(className)
                    || entry.getKey().startsWith(className + ModuleCompiler.BRIDGE_CLASS)) {
                ClassModel model = ClassFile.of().parse(entry.getValue());
                Map<Integer, int[]> large = largeTypes(model, classes);
                if (!large.isEmpty()) {
                    made.put(entry.getKey(), rewrite(model, large));
                    large.forEach((type, functions) -> addParts(model, type, functions, made));
                }
            }
        }
        classes.keySet()
                .removeIf(name -> name.startsWith(className + "Indirect_")
                        && made.containsKey(
                                partName(type(name.substring(className.length() + "Indirect_".length())), 0)));
        classes.putAll(made);
    }

    /** The number in front of an underscore. */
    private static int type(String name) {
        return Integer.parseInt(name.substring(0, name.indexOf('_')));
    }

    /** Types whose method is too long, or needs classes of its own, and the functions that are called by them. */
    private Map<Integer, int[]> largeTypes(ClassModel model, Map<String, byte[]> classes) {
        Map<Integer, int[]> large = new HashMap<>();
        for (MethodModel method : model.methods()) {
            String name = method.methodName().stringValue();
            if (!name.startsWith(INDIRECT_CALL)) {
                continue;
            }
            int type = Integer.parseInt(name.substring(INDIRECT_CALL.length()));
            String chunks = className + "Indirect_" + type + "_";
            List<MethodModel> chunked = classes.entrySet().stream()
                    .filter(entry -> entry.getKey().startsWith(chunks))
                    .flatMap(entry -> ClassFile.of().parse(entry.getValue()).methods().stream())
                    .toList();
            if ((!chunked.isEmpty() || isTooLong(method)) && !servesCallRef(method)) {
                List<MethodModel> methods = chunked.isEmpty() ? List.of(method) : chunked;
                large.put(
                        type,
                        methods.stream()
                                .flatMapToInt(each -> cases(each).stream().mapToInt(SwitchCase::caseValue))
                                .sorted()
                                .toArray());
            }
        }
        return large;
    }

    private static boolean isTooLong(MethodModel method) {
        return method.code().orElseThrow() instanceof CodeAttribute code && code.codeLength() > LONGEST_COMPILED_METHOD;
    }

    /** Such a method also calls functions that come from no table, and says so with a table of -1. */
    private static boolean servesCallRef(MethodModel method) {
        return method.code()
                .orElseThrow()
                .elementStream()
                .anyMatch(element -> element instanceof ConstantInstruction constant
                        && constant.constantValue().equals(-1));
    }

    private static List<SwitchCase> cases(MethodModel method) {
        return method.code()
                .orElseThrow()
                .elementStream()
                .filter(LookupSwitchInstruction.class::isInstance)
                .map(LookupSwitchInstruction.class::cast)
                .flatMap(lookup -> lookup.cases().stream())
                .toList();
    }

    private byte[] rewrite(ClassModel model, Map<Integer, int[]> large) {
        ClassDesc self = model.thisClass().asSymbol();
        return ClassFile.of().transformClass(model, (builder, element) -> {
            if (element instanceof MethodModel method
                    && method.methodName().stringValue().startsWith(INDIRECT_CALL)) {
                String name = method.methodName().stringValue();
                int type = Integer.parseInt(name.substring(INDIRECT_CALL.length()));
                int[] functions = large.get(type);
                if (functions != null) {
                    String plain = "plain_" + name;
                    MethodTypeDesc descriptor = method.methodTypeSymbol();
                    builder.withMethod(
                            plain,
                            descriptor,
                            method.flags().flagsMask(),
                            kept -> method.forEach(part -> kept.with(part)));
                    builder.withMethodBody(
                            name,
                            descriptor,
                            method.flags().flagsMask(),
                            code -> call(code, self, plain, descriptor, type, functions));
                    return;
                }
            }
            builder.with(element);
        });
    }

    /** Looks up the function and calls it, if it is one of the caller's own instance. */
    private void call(
            CodeBuilder code, ClassDesc self, String plain, MethodTypeDesc type, int typeIndex, int[] functions) {
        int arguments = type.parameterCount() - 4;
        int element = code.parameterSlot(arguments);
        int tableIndex = code.parameterSlot(arguments + 1);
        int memory = code.parameterSlot(arguments + 2);
        int instance = code.parameterSlot(arguments + 3);
        int table = code.allocateLocal(TypeKind.REFERENCE);
        int owner = code.allocateLocal(TypeKind.REFERENCE);
        int function = code.allocateLocal(TypeKind.INT);
        Label own = code.newLabel();

        code.invokestatic(shaded, "checkInterruption", MethodTypeDesc.of(CD_void));
        code.aload(instance).iload(tableIndex).invokevirtual(CD_INSTANCE, "table", MethodTypeDesc.of(CD_TABLE, CD_int));
        code.astore(table);
        code.aload(table).iload(element).invokevirtual(CD_TABLE, "requiredRef", MethodTypeDesc.of(CD_int, CD_int));
        code.istore(function);
        code.aload(table).iload(element).invokevirtual(CD_TABLE, "instance", MethodTypeDesc.of(CD_INSTANCE, CD_int));
        code.astore(owner);
        code.aload(owner).ifnull(own).aload(owner).aload(instance).if_acmpeq(own);
        loadArguments(code, type, arguments);
        code.iload(element).iload(tableIndex).aload(memory).aload(instance);
        code.invokestatic(self, plain, type).return_(TypeKind.from(type.returnType()));
        code.labelBinding(own);
        MethodTypeDesc partType =
                type.dropParameterTypes(arguments, arguments + 2).insertParameterTypes(arguments + 2, CD_int);
        callPart(code, typeIndex, 0, (functions.length - 1) / CASES_PER_METHOD + 1, functions, function, part -> {
            loadArguments(code, type, arguments);
            code.aload(memory).aload(instance).iload(function);
            code.invokestatic(ClassDesc.of(partName(typeIndex, part)), PART_METHOD, partType);
            code.return_(TypeKind.from(partType.returnType()));
        });
    }

    private static void callPart(
            CodeBuilder code, int type, int from, int to, int[] functions, int function, IntConsumer call) {
        if (to - from <= 1) {
            call.accept(from);
            return;
        }
        int middle = (from + to) >>> 1;
        Label upper = code.newLabel();
        code.iload(function).loadConstant(functions[middle * CASES_PER_METHOD]).if_icmpge(upper);
        callPart(code, type, from, middle, functions, function, call);
        code.labelBinding(upper);
        callPart(code, type, middle, to, functions, function, call);
    }

    private static void loadArguments(CodeBuilder code, MethodTypeDesc type, int arguments) {
        for (int i = 0; i < arguments; i++) {
            code.loadLocal(TypeKind.from(type.parameterType(i)), code.parameterSlot(i));
        }
    }

    private void addParts(ClassModel model, int type, int[] functions, Map<String, byte[]> made) {
        MethodTypeDesc indirect = model.methods().stream()
                .filter(method -> method.methodName().equalsString(INDIRECT_CALL + type))
                .findFirst()
                .orElseThrow()
                .methodTypeSymbol();
        int arguments = indirect.parameterCount() - 4;
        MethodTypeDesc callee = indirect.dropParameterTypes(arguments, arguments + 2);
        for (int part = 0; part * CASES_PER_METHOD < functions.length; part++) {
            int[] cases = Arrays.copyOfRange(
                    functions, part * CASES_PER_METHOD, Math.min((part + 1) * CASES_PER_METHOD, functions.length));
            made.put(partName(type, part), part(ClassDesc.of(partName(type, part)), callee, cases));
        }
    }

    private byte[] part(ClassDesc self, MethodTypeDesc callee, int[] functions) {
        MethodTypeDesc type = callee.insertParameterTypes(callee.parameterCount(), CD_int);
        return ClassFile.of().build(self, c -> c.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER)
                .withMethodBody(PART_METHOD, type, ClassFile.ACC_STATIC, code -> {
                    for (int i = 0; i < callee.parameterCount(); i++) {
                        code.loadLocal(TypeKind.from(type.parameterType(i)), code.parameterSlot(i));
                    }
                    code.iload(code.parameterSlot(callee.parameterCount()));
                    Label none = code.newLabel();
                    List<SwitchCase> cases = Arrays.stream(functions)
                            .mapToObj(function -> SwitchCase.of(function, code.newLabel()))
                            .toList();
                    if (functions[functions.length - 1] - functions[0] < 2 * functions.length) {
                        code.tableswitch(functions[0], functions[functions.length - 1], none, cases);
                    } else {
                        code.lookupswitch(none, cases);
                    }
                    for (SwitchCase each : cases) {
                        int function = each.caseValue();
                        code.labelBinding(each.target());
                        code.invokestatic(
                                ClassDesc.of(className + CompiledClasses.FUNCTION_CLASS + function / functionsPerClass),
                                CompiledClasses.FUNCTION_METHOD + function,
                                callee);
                        code.return_(TypeKind.from(callee.returnType()));
                    }
                    code.labelBinding(none);
                    code.invokestatic(shaded, "throwIndirectCallTypeMismatch", MethodTypeDesc.of(CD_RUNTIME_EXCEPTION))
                            .athrow();
                }));
    }

    private String partName(int type, int part) {
        return className + "Part_" + type + "_" + part;
    }
}
