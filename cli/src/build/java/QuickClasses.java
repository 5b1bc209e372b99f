import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.commons.JSRInlinerAdapter;

/**
 * Part of the build: writes the classes of jars anew so that a JVM has less to do before the first element.
 *
 * <p>Classes of before Java 6 get the form of Java 8, with stack maps. Picocli's are of Java 5: HotSpot verifies such
 * classes the slow way in each start, and does not keep them in an AOT cache.
 *
 * <p>Switches over patterns of types become the tests that they stand for. As javac leaves them, the JDK writes and loads
 * a class for each in every start, which an AOT cache does not keep either; a small flow comes past some seventy.
 *
 * <p>So do {@code equals}, {@code hashCode} and {@code toString} of records: the JDK puts them together from method handles
 * when they are called first. Here they become methods that do the same.
 */
final class QuickClasses {
    private static final int MAJOR_VERSION_AT = 6;

    /** @param arguments a folder, and the patterns of names of the jars in it that are replaced */
    public static void main(String[] arguments) throws IOException {
        for (String pattern : List.of(arguments).subList(1, arguments.length)) {
            try (DirectoryStream<Path> jars = Files.newDirectoryStream(Path.of(arguments[0]), pattern)) {
                for (Path jar : jars) {
                    rewrite(jar);
                }
            }
        }
    }

    private static void rewrite(Path jar) throws IOException {
        Path copy = jar.resolveSibling(jar.getFileName() + ".new");
        try (var loader = new URLClassLoader(new URL[] {jar.toUri().toURL()});
                var in = new ZipInputStream(Files.newInputStream(jar));
                var out = new ZipOutputStream(Files.newOutputStream(copy))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                byte[] content = in.readAllBytes();
                var copied = new ZipEntry(entry.getName());
                copied.setTime(entry.getTime());
                out.putNextEntry(copied);
                out.write(entry.getName().endsWith(".class") ? quick(content, loader) : content);
                out.closeEntry();
            }
        }
        Files.move(copy, jar, StandardCopyOption.REPLACE_EXISTING);
    }

    private static byte[] quick(byte[] content, ClassLoader loader) {
        var reader = new ClassReader(content);
        if (reader.readUnsignedShort(MAJOR_VERSION_AT) < Opcodes.V1_6) {
            return newer(reader, loader);
        }
        var writer = new ClassWriter(0);
        var plain = new PlainMethods(writer);
        reader.accept(plain, 0);
        return plain.methods.isEmpty() ? content : writer.toByteArray();
    }

    private static byte[] newer(ClassReader reader, ClassLoader loader) {
        var writer = new ClassWriter(ClassWriter.COMPUTE_FRAMES) {
            @Override
            protected ClassLoader getClassLoader() {
                return loader;
            }
        };
        reader.accept(
                new ClassVisitor(Opcodes.ASM9, writer) {
                    @Override
                    public void visit(
                            int version, int access, String name, String signature, String parent, String[] interfaces) {
                        super.visit(Opcodes.V1_8, access, name, signature, parent, interfaces);
                    }

                    @Override
                    public MethodVisitor visitMethod(
                            int access, String name, String descriptor, String signature, String[] exceptions) {
                        MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
                        return new JSRInlinerAdapter(next, access, name, descriptor, signature, exceptions);
                    }
                },
                ClassReader.SKIP_FRAMES);
        return writer.toByteArray();
    }

    /** Gives a class a method for whatever it leaves to {@code SwitchBootstraps.typeSwitch} and {@code ObjectMethods}. */
    private static final class PlainMethods extends ClassVisitor {
        private sealed interface Task {
            record TypeSwitch(String descriptor, List<Object> labels) implements Task {}

            /** One of the three that every record has. */
            record OfRecord(String name, String descriptor, List<String> names, List<Handle> getters) implements Task {}
        }

        private final Map<Task, String> methods = new LinkedHashMap<>();
        private String owner;
        private boolean isInterface;

        PlainMethods(ClassVisitor next) {
            super(Opcodes.ASM9, next);
        }

        @Override
        public void visit(int version, int access, String name, String signature, String parent, String[] interfaces) {
            owner = name;
            isInterface = (access & Opcodes.ACC_INTERFACE) != 0;
            super.visit(version, access, name, signature, parent, interfaces);
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] exceptions) {
            return new MethodVisitor(
                    Opcodes.ASM9, super.visitMethod(access, name, descriptor, signature, exceptions)) {
                @Override
                public void visitInvokeDynamicInsn(String name, String type, Handle bootstrap, Object... arguments) {
                    Task task = task(name, type, bootstrap, arguments);
                    if (task == null) {
                        super.visitInvokeDynamicInsn(name, type, bootstrap, arguments);
                        return;
                    }
                    String method = methods.computeIfAbsent(task, key -> name + "$" + methods.size());
                    super.visitMethodInsn(Opcodes.INVOKESTATIC, owner, method, type, isInterface);
                }
            };
        }

        private static Task task(String name, String type, Handle bootstrap, Object... arguments) {
            return switch (bootstrap.getOwner()) {
                case "java/lang/runtime/SwitchBootstraps" ->
                    name.equals("typeSwitch") && Arrays.stream(arguments).allMatch(label -> label instanceof Type)
                            ? new Task.TypeSwitch(type, List.of(arguments))
                            : null;
                case "java/lang/runtime/ObjectMethods" ->
                    new Task.OfRecord(
                            name,
                            type,
                            Arrays.stream(((String) arguments[1]).split(";"))
                                    .filter(component -> !component.isEmpty())
                                    .toList(),
                            Arrays.stream(arguments)
                                    .skip(2)
                                    .map(Handle.class::cast)
                                    .toList());
                default -> null;
            };
        }

        @Override
        public void visitEnd() {
            methods.forEach((task, name) -> {
                if (task instanceof Task.TypeSwitch typeSwitch) { // no switch: Maven's own JDK may be of 17
                    write(name, typeSwitch);
                } else if (task instanceof Task.OfRecord ofRecord) {
                    write(name, ofRecord);
                }
            });
            super.visitEnd();
        }

        private MethodVisitor method(String name, String descriptor) {
            int access = Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC | Opcodes.ACC_SYNTHETIC;
            MethodVisitor method = super.visitMethod(access, name, descriptor, null, null);
            method.visitCode();
            return method;
        }

        private void write(String name, Task.OfRecord task) {
            MethodVisitor method = method(name, task.descriptor());
            switch (task.name()) {
                case "equals" -> writeEquals(method, task.getters());
                case "hashCode" -> writeHashCode(method, task.getters());
                case "toString" -> writeToString(method, task);
                default -> throw new IllegalStateException("a record's " + task.name());
            }
            method.visitMaxs(6, 2);
            method.visitEnd();
        }

        /** The component of the record that is the argument of that number. */
        private void component(MethodVisitor method, int argument, Handle getter) {
            method.visitVarInsn(Opcodes.ALOAD, argument);
            method.visitFieldInsn(Opcodes.GETFIELD, getter.getOwner(), getter.getName(), getter.getDesc());
        }

        private static boolean isPrimitive(Handle getter) {
            return Type.getType(getter.getDesc()).getSort() < Type.ARRAY;
        }

        private static String box(Handle getter) {
            return switch (Type.getType(getter.getDesc()).getSort()) {
                case Type.BOOLEAN -> "java/lang/Boolean";
                case Type.CHAR -> "java/lang/Character";
                case Type.BYTE -> "java/lang/Byte";
                case Type.SHORT -> "java/lang/Short";
                case Type.INT -> "java/lang/Integer";
                case Type.LONG -> "java/lang/Long";
                case Type.FLOAT -> "java/lang/Float";
                case Type.DOUBLE -> "java/lang/Double";
                default -> throw new IllegalStateException(getter.getDesc());
            };
        }

        private void writeEquals(MethodVisitor method, List<Handle> getters) {
            var same = new Label();
            var different = new Label();
            method.visitVarInsn(Opcodes.ALOAD, 0);
            method.visitVarInsn(Opcodes.ALOAD, 1);
            method.visitJumpInsn(Opcodes.IF_ACMPEQ, same);
            method.visitVarInsn(Opcodes.ALOAD, 1);
            method.visitTypeInsn(Opcodes.INSTANCEOF, owner);
            method.visitJumpInsn(Opcodes.IFEQ, different);
            if (!getters.isEmpty()) {
                method.visitVarInsn(Opcodes.ALOAD, 1);
                method.visitTypeInsn(Opcodes.CHECKCAST, owner);
                method.visitVarInsn(Opcodes.ASTORE, 1);
            }
            for (Handle getter : getters) {
                component(method, 0, getter);
                component(method, 1, getter);
                if (isPrimitive(getter)) { // as ObjectMethods: NaN equals itself, and 0.0 not -0.0
                    String two = "(" + getter.getDesc() + getter.getDesc() + ")I";
                    method.visitMethodInsn(Opcodes.INVOKESTATIC, box(getter), "compare", two, false);
                    method.visitJumpInsn(Opcodes.IFNE, different);
                } else {
                    method.visitMethodInsn(
                            Opcodes.INVOKESTATIC,
                            "java/util/Objects",
                            "equals",
                            "(Ljava/lang/Object;Ljava/lang/Object;)Z",
                            false);
                    method.visitJumpInsn(Opcodes.IFEQ, different);
                }
            }
            method.visitLabel(same);
            method.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
            method.visitInsn(Opcodes.ICONST_1);
            method.visitInsn(Opcodes.IRETURN);
            method.visitLabel(different);
            method.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
            method.visitInsn(Opcodes.ICONST_0);
            method.visitInsn(Opcodes.IRETURN);
        }

        private void writeHashCode(MethodVisitor method, List<Handle> getters) {
            method.visitInsn(Opcodes.ICONST_0);
            for (Handle getter : getters) {
                method.visitIntInsn(Opcodes.BIPUSH, 31);
                method.visitInsn(Opcodes.IMUL);
                component(method, 0, getter);
                String type = isPrimitive(getter) ? getter.getDesc() : "Ljava/lang/Object;";
                String of = isPrimitive(getter) ? box(getter) : "java/util/Objects";
                method.visitMethodInsn(Opcodes.INVOKESTATIC, of, "hashCode", "(" + type + ")I", false);
                method.visitInsn(Opcodes.IADD);
            }
            method.visitInsn(Opcodes.IRETURN);
        }

        private void writeToString(MethodVisitor method, Task.OfRecord task) {
            String builder = "java/lang/StringBuilder";
            method.visitTypeInsn(Opcodes.NEW, builder);
            method.visitInsn(Opcodes.DUP);
            method.visitMethodInsn(Opcodes.INVOKESPECIAL, builder, "<init>", "()V", false);
            String before = owner.substring(Math.max(owner.lastIndexOf('/'), owner.lastIndexOf('$')) + 1)
                            .replaceFirst("^[0-9]+", "") // of a local record
                    + "[";
            for (int i = 0; i < task.getters().size(); i++) {
                Handle getter = task.getters().get(i);
                append(method, before + task.names().get(i) + "=");
                component(method, 0, getter);
                String type = isPrimitive(getter) ? getter.getDesc() : "Ljava/lang/Object;";
                method.visitMethodInsn(
                        Opcodes.INVOKESTATIC, "java/lang/String", "valueOf", "(" + wide(type) + ")Ljava/lang/String;", false);
                method.visitMethodInsn(
                        Opcodes.INVOKEVIRTUAL, builder, "append", "(Ljava/lang/String;)Ljava/lang/StringBuilder;", false);
                before = ", ";
            }
            append(method, task.getters().isEmpty() ? before + "]" : "]");
            method.visitMethodInsn(Opcodes.INVOKEVIRTUAL, builder, "toString", "()Ljava/lang/String;", false);
            method.visitInsn(Opcodes.ARETURN);
        }

        private static void append(MethodVisitor method, String text) {
            method.visitLdcInsn(text);
            method.visitMethodInsn(
                    Opcodes.INVOKEVIRTUAL,
                    "java/lang/StringBuilder",
                    "append",
                    "(Ljava/lang/String;)Ljava/lang/StringBuilder;",
                    false);
        }

        /** {@code String.valueOf} has no form of its own for the small integers. */
        private static String wide(String type) {
            return type.equals("B") || type.equals("S") ? "I" : type;
        }

        /** The index of the first label, from the one at the second argument on, that the first argument is of. */
        private void write(String name, Task.TypeSwitch typeSwitch) {
            MethodVisitor method = method(name, typeSwitch.descriptor());
            var present = new Label();
            method.visitVarInsn(Opcodes.ALOAD, 0);
            method.visitJumpInsn(Opcodes.IFNONNULL, present);
            method.visitInsn(Opcodes.ICONST_M1);
            method.visitInsn(Opcodes.IRETURN);
            method.visitLabel(present);
            method.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
            int index = 0;
            for (Object label : typeSwitch.labels()) {
                var next = new Label();
                method.visitVarInsn(Opcodes.ILOAD, 1);
                method.visitIntInsn(Opcodes.SIPUSH, index);
                method.visitJumpInsn(Opcodes.IF_ICMPGT, next);
                method.visitVarInsn(Opcodes.ALOAD, 0);
                method.visitTypeInsn(Opcodes.INSTANCEOF, ((Type) label).getInternalName());
                method.visitJumpInsn(Opcodes.IFEQ, next);
                method.visitIntInsn(Opcodes.SIPUSH, index++);
                method.visitInsn(Opcodes.IRETURN);
                method.visitLabel(next);
                method.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
            }
            method.visitIntInsn(Opcodes.SIPUSH, index);
            method.visitInsn(Opcodes.IRETURN);
            method.visitMaxs(2, 2);
            method.visitEnd();
        }
    }
}
