package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreModuleException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * What {@code serialize()} gives: the classes that a module was compiled to, and what has to be known of them.
 *
 * <pre>
 * file     = magic:u32 version:u8 checksum(wasm):u32 length(wasm):u32 checksum(rest):u32 rest
 * rest     = machine:name functionsPerClass:u32 interpreted:indices tailCalling:indices
 *            count:u32 (name length:u32 deflated:u32)* deflated classes
 * indices  = count:u32 index:u32*
 * name     = length:u16 byte*
 * </pre>
 *
 * The checksums (CRC-32C) are against mix-ups and damage, and cost next to nothing in a JVM that has just started, where
 * a SHA-256 of a megabyte takes tens of milliseconds; who may write such a file is a matter of the cache above. Classes
 * are inflated one by one, when they are used.
 */
final class CompiledModuleFile {
    /** Part of the engine's fingerprint. */
    static final int VERSION = 10;

    private static final int MAGIC = 0x54764543; // TvEC
    static final int HEADER_LENGTH = 5 + 3 * 4;
    /** Far above any class: 128 methods of 64 KiB, and as many to enter them, are 16 MiB. */
    private static final int MAXIMUM_CLASS_LENGTH = 64 << 20;

    private final byte[] bytes;
    private final String machine;
    private final int functionsPerClass;
    private final List<Integer> interpreted;
    private final List<Integer> tailCalling;
    private final Map<String, StoredClass> classes;

    private record StoredClass(int offset, int deflated, int length) {}

    private CompiledModuleFile(
            byte[] bytes,
            String machine,
            int functionsPerClass,
            List<Integer> interpreted,
            List<Integer> tailCalling,
            Map<String, StoredClass> classes) {
        this.bytes = bytes;
        this.machine = machine;
        this.functionsPerClass = functionsPerClass;
        this.interpreted = List.copyOf(interpreted);
        this.tailCalling = List.copyOf(tailCalling);
        this.classes = classes;
    }

    /** The class of the machine; those of the other classes begin with its name. */
    String machine() {
        return machine;
    }

    /** How many functions, imported ones included, are in each of the classes that hold them. */
    int functionsPerClass() {
        return functionsPerClass;
    }

    /** The functions that are too large for the JVM and run in the interpreter, which needs their bodies. */
    List<Integer> interpreted() {
        return interpreted;
    }

    /** The functions that may end in a tail call, which only the machine carries out. */
    List<Integer> tailCalling() {
        return tailCalling;
    }

    /** The file itself. */
    byte[] bytes() {
        return bytes;
    }

    List<String> classNames() {
        return List.copyOf(classes.keySet());
    }

    /**
     * The class of that binary name; null when there is none.
     *
     * @throws CoreModuleException when it is damaged
     */
    byte @Nullable [] classFile(String name) {
        StoredClass stored = classes.get(name);
        if (stored == null) {
            return null;
        }
        byte[] classFile = new byte[stored.length()];
        var inflater = new Inflater(true);
        try {
            inflater.setInput(bytes, stored.offset(), stored.deflated());
            if (inflater.inflate(classFile) != classFile.length) {
                throw damaged();
            }
            return classFile;
        } catch (DataFormatException e) {
            throw damaged();
        } finally {
            inflater.end();
        }
    }

    /**
     * @param wasm what the classes were made from
     * @param machine name of the machine's class
     * @param classes by binary name
     */
    static CompiledModuleFile of(
            byte[] wasm,
            String machine,
            int functionsPerClass,
            List<Integer> interpreted,
            List<Integer> tailCalling,
            Map<String, byte[]> classes) {
        var rest = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(rest)) {
            out.writeUTF(machine);
            out.writeInt(functionsPerClass);
            writeIndices(out, interpreted);
            writeIndices(out, tailCalling);
            out.writeInt(classes.size());
            var bodies = new ByteArrayOutputStream();
            for (Map.Entry<String, byte[]> entry : classes.entrySet()) {
                byte[] deflated = deflate(entry.getValue());
                out.writeUTF(entry.getKey());
                out.writeInt(entry.getValue().length);
                out.writeInt(deflated.length);
                bodies.writeBytes(deflated);
            }
            bodies.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] bytes = ByteBuffer.allocate(HEADER_LENGTH + rest.size())
                .putInt(MAGIC)
                .put((byte) VERSION)
                .putInt(checksum(wasm, 0))
                .putInt(wasm.length)
                .putInt(checksum(rest.toByteArray(), 0))
                .put(rest.toByteArray())
                .array();
        return read(bytes, wasm);
    }

    private static void writeIndices(DataOutputStream out, List<Integer> indices) throws IOException {
        out.writeInt(indices.size());
        for (int index : indices) {
            out.writeInt(index);
        }
    }

    private static byte[] deflate(byte[] classFile) {
        var deflater = new Deflater(Deflater.BEST_SPEED, true);
        try {
            deflater.setInput(classFile);
            deflater.finish();
            var deflated = new ByteArrayOutputStream(classFile.length / 2);
            byte[] chunk = new byte[1 << 16];
            while (!deflater.finished()) {
                deflated.write(chunk, 0, deflater.deflate(chunk));
            }
            return deflated.toByteArray();
        } finally {
            deflater.end();
        }
    }

    /**
     * @param bytes kept
     * @throws CoreModuleException when it is damaged, or was made from something else
     */
    static CompiledModuleFile read(byte[] bytes, byte[] wasm) {
        if (bytes.length < HEADER_LENGTH) {
            throw new CoreModuleException("compiled code of " + bytes.length + " bytes is cut short");
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        if (buffer.getInt() != MAGIC || buffer.get() != VERSION) {
            throw new CoreModuleException("this is no compiled code of this engine");
        }
        if (buffer.getInt() != checksum(wasm, 0) || buffer.getInt() != wasm.length) {
            throw new CoreModuleException("the compiled code belongs to another module");
        }
        if (buffer.getInt() != checksum(bytes, HEADER_LENGTH)) {
            throw damaged();
        }
        try {
            String machine = readName(buffer);
            int functionsPerClass = buffer.getInt();
            if (functionsPerClass <= 0) {
                throw damaged();
            }
            List<Integer> interpreted = readIndices(buffer);
            List<Integer> tailCalling = readIndices(buffer);
            return new CompiledModuleFile(
                    bytes, machine, functionsPerClass, interpreted, tailCalling, readClasses(buffer));
        } catch (BufferUnderflowException e) {
            throw damaged();
        }
    }

    private static List<Integer> readIndices(ByteBuffer buffer) {
        int count = buffer.getInt();
        if (count < 0 || count > buffer.remaining() / 4) {
            throw damaged();
        }
        List<Integer> indices = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int index = buffer.getInt();
            if (index < 0) {
                throw damaged();
            }
            indices.add(index);
        }
        return indices;
    }

    private static String readName(ByteBuffer buffer) {
        byte[] name = new byte[buffer.getShort() & 0xFFFF];
        buffer.get(name);
        return new String(name, StandardCharsets.UTF_8);
    }

    private static Map<String, StoredClass> readClasses(ByteBuffer buffer) {
        int count = buffer.getInt();
        if (count < 0 || count > buffer.remaining() / 10) {
            throw damaged();
        }
        record Named(String name, int length, int deflated) {}
        List<Named> table = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            table.add(new Named(readName(buffer), buffer.getInt(), buffer.getInt()));
        }
        Map<String, StoredClass> classes = new LinkedHashMap<>();
        for (Named named : table) {
            if (named.length() < 0
                    || named.length() > MAXIMUM_CLASS_LENGTH
                    || named.deflated() < 0
                    || named.deflated() > buffer.remaining()) {
                throw damaged();
            }
            classes.put(named.name(), new StoredClass(buffer.position(), named.deflated(), named.length()));
            buffer.position(buffer.position() + named.deflated());
        }
        if (buffer.hasRemaining()) {
            throw damaged();
        }
        return classes;
    }

    private static CoreModuleException damaged() {
        return new CoreModuleException("the compiled code is damaged");
    }

    /** Of everything from {@code offset} on. */
    static int checksum(byte[] bytes, int offset) {
        var checksum = new CRC32C();
        checksum.update(bytes, offset, bytes.length - offset);
        return (int) checksum.getValue();
    }
}
