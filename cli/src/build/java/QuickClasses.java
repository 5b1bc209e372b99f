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
        var switches = new PlainSwitches(writer);
        reader.accept(switches, 0);
        return switches.methods.isEmpty() ? content : writer.toByteArray();
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

    /** Gives a class a method for each of its type switches, which does what {@code SwitchBootstraps.typeSwitch} says. */
    private static final class PlainSwitches extends ClassVisitor {
        private record TypeSwitch(String descriptor, List<Object> labels) {}

        private final Map<TypeSwitch, String> methods = new LinkedHashMap<>();
        private String owner;
        private boolean isInterface;

        PlainSwitches(ClassVisitor next) {
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
                    boolean ofTypes = bootstrap.getOwner().equals("java/lang/runtime/SwitchBootstraps")
                            && name.equals("typeSwitch")
                            && Arrays.stream(arguments).allMatch(label -> label instanceof Type);
                    if (ofTypes) {
                        String method = methods.computeIfAbsent(
                                new TypeSwitch(type, List.of(arguments)), key -> "typeSwitch$" + methods.size());
                        super.visitMethodInsn(Opcodes.INVOKESTATIC, owner, method, type, isInterface);
                    } else {
                        super.visitInvokeDynamicInsn(name, type, bootstrap, arguments);
                    }
                }
            };
        }

        @Override
        public void visitEnd() {
            methods.forEach((typeSwitch, method) -> write(method, typeSwitch));
            super.visitEnd();
        }

        /** The index of the first label, from the one at the second argument on, that the first argument is of. */
        private void write(String name, TypeSwitch typeSwitch) {
            MethodVisitor method = super.visitMethod(
                    Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC | Opcodes.ACC_SYNTHETIC,
                    name,
                    typeSwitch.descriptor(),
                    null,
                    null);
            method.visitCode();
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
