package io.torvyn.engine.endive;

import io.torvyn.component.spi.CoreModuleException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.runtime.Memory;

/**
 * The classes of one compiled module, shared by its instances and gone with the last of them. Each is inflated, defined
 * and verified when a call first needs it, so that what is never called costs nothing.
 */
final class CompiledClasses extends ClassLoader {
    /** What Endive's compiler appends to a module's class name. */
    static final String FUNCTION_CLASS = "FuncGroup_";

    static final String FUNCTION_METHOD = "func_";

    private static final MethodType CONSTRUCTOR = MethodType.methodType(void.class, Instance.class);
    private static final MethodType FACTORY = MethodType.methodType(Machine.class, Instance.class);

    static {
        registerAsParallelCapable();
    }

    private final CompiledModuleFile file;
    private final StopSwitch stop;
    private final Linkage.Known linkages = new Linkage.Known();
    private final String className;
    private final MethodHandle constructor;

    /**
     * @throws CoreModuleException when the file has no machine
     */
    CompiledClasses(CompiledModuleFile file, StopSwitch stop) {
        super(CompiledClasses.class.getClassLoader());
        this.file = file;
        this.stop = stop;
        this.className = file.machine();
        try {
            Class<?> machine = Class.forName(className, false, this);
            if (machine.getClassLoader() != this) {
                throw new CoreModuleException("the compiled code has no class " + className);
            }
            this.constructor = MethodHandles.publicLookup()
                    .findConstructor(machine, CONSTRUCTOR)
                    .asType(FACTORY);
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new CoreModuleException("the compiled code has no usable class " + className + ": " + e, e);
        }
    }

    /** Those that a class of compiled code belongs to. */
    static CompiledClasses of(Class<?> compiled) {
        return (CompiledClasses) compiled.getClassLoader();
    }

    Linkage.Known linkages() {
        return linkages;
    }

    StopSwitch stop() {
        return stop;
    }

    /**
     * Defines, verifies and initialises all of them, for code that has never run before.
     *
     * @throws LinkageError when one is no valid class
     */
    void verify() {
        try {
            for (String name : file.classNames()) {
                Class.forName(name, true, this);
            }
        } catch (ClassNotFoundException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] classFile = file.classFile(name);
        if (classFile == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, ByteBuffer.wrap(classFile), null);
    }

    Machine machine(Instance instance) {
        try {
            return (Machine) constructor.invokeExact(instance);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a machine's constructor declares no exceptions", e);
        }
    }

    /**
     * The method that a function was compiled to; null when there is none of the expected shape.
     *
     * @param type of the function as the host sees it
     */
    @Nullable
    MethodHandle function(int function, MethodType type) {
        try {
            Class<?> functions =
                    Class.forName(className + FUNCTION_CLASS + function / file.functionsPerClass(), true, this);
            return MethodHandles.publicLookup().findStatic(functions, FUNCTION_METHOD + function, entryType(type));
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    /** The type of the method for a function: behind the arguments come the memory and the instance. */
    static MethodType entryType(MethodType type) {
        return type.appendParameterTypes(Memory.class, Instance.class);
    }
}
