package io.torvyn.component;

import io.torvyn.component.ExternType.ComponentType;
import io.torvyn.component.ExternType.Defined;
import io.torvyn.component.ExternType.InstanceType;
import io.torvyn.component.ExternType.ModuleType;
import io.torvyn.component.binary.Alias;
import io.torvyn.component.binary.AttributedName;
import io.torvyn.component.binary.BinaryException;
import io.torvyn.component.binary.CanonicalDefinition;
import io.torvyn.component.binary.CanonicalOption;
import io.torvyn.component.binary.CoreDefType;
import io.torvyn.component.binary.CoreModuleReader;
import io.torvyn.component.binary.DefType;
import io.torvyn.component.binary.Definition;
import io.torvyn.component.binary.ExternDesc;
import io.torvyn.component.binary.Sort;
import io.torvyn.component.spi.CoreModule;
import io.torvyn.component.spi.CoreType;
import io.torvyn.contracts.FunctionType;
import io.torvyn.contracts.ResourceType;
import io.torvyn.contracts.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks a decoded component definition by definition, resolves its types, and works out the steps of its
 * instantiation: Binary.md and Explainer.md, all remarks on validation, and CanonicalABI.md, "Canonical Definitions".
 *
 * <p>Core modules are only looked at from outside; what is in them the core engine validates.
 */
final class Validator {
    private static final CoreType.Function REALLOC = new CoreType.Function(
            List.of(CoreType.Value.I32, CoreType.Value.I32, CoreType.Value.I32, CoreType.Value.I32),
            List.of(CoreType.Value.I32));
    private static final CoreType.Function I32_TO_I32 =
            new CoreType.Function(List.of(CoreType.Value.I32), List.of(CoreType.Value.I32));
    private static final CoreType.Function I32_TO_NOTHING =
            new CoreType.Function(List.of(CoreType.Value.I32), List.of());
    private static final CoreType.Function NOTHING_TO_I32 =
            new CoreType.Function(List.of(), List.of(CoreType.Value.I32));
    private static final CoreType.Function I32_I32_TO_I32 =
            new CoreType.Function(List.of(CoreType.Value.I32, CoreType.Value.I32), List.of(CoreType.Value.I32));
    private static final CoreType.Function I32_I32_TO_NOTHING =
            new CoreType.Function(List.of(CoreType.Value.I32, CoreType.Value.I32), List.of());
    private static final CoreType.Function I32_I32_I32_TO_I32 = new CoreType.Function(
            List.of(CoreType.Value.I32, CoreType.Value.I32, CoreType.Value.I32), List.of(CoreType.Value.I32));

    private final byte[] wasm;
    private final TypeBudget budget = new TypeBudget();
    private final ElementSize sizes = new ElementSize();
    private final List<Definition.CoreModule> coreModules = new ArrayList<>();

    private Validator(byte[] wasm) {
        this.wasm = wasm;
    }

    /**
     * @param coreModules all that the file has, nested components' too, in order of appearance
     */
    record Validated(Plan plan, List<Definition.CoreModule> coreModules) {}

    /**
     * @param wasm the bytes that {@code component} was decoded from
     * @throws BinaryException when a rule is broken
     */
    static Validated validate(byte[] wasm, Definition.Component component) {
        var validator = new Validator(wasm);
        Plan plan = validator.component(component, null);
        return new Validated(plan, List.copyOf(validator.coreModules));
    }

    private Plan component(Definition.Component component, @Nullable IndexSpaces parent) {
        var scope = new IndexSpaces(parent, true);
        for (Definition definition : component.definitions()) {
            budget.at(definition.offset());
            define(scope, definition);
        }
        var type = new ComponentType(
                scope.imports.types(), scope.importedResources, scope.exports.types(), scope.exportedResources);
        budget.at(component.offset());
        budget.measure(new ExternType.Component(type));
        return new Plan(type, scope.steps);
    }

    private void define(IndexSpaces scope, Definition definition) {
        switch (definition) {
            case Definition.CoreModule module -> {
                var face = CoreModuleReader.read(wasm, module.offset(), module.length());
                scope.modules.add(new ModuleType(face.imports(), face.exports()));
                scope.steps.add(new Step.CoreModule(coreModules.size()));
                coreModules.add(module);
            }
            case Definition.CoreInstantiate instantiate -> coreInstantiate(scope, instantiate);
            case Definition.CoreInline inline -> coreInline(scope, inline);
            case Definition.CoreType core -> coreType(scope, core.type());
            case Definition.Component nested -> {
                Plan plan = component(nested, scope);
                scope.components.add(plan.type());
                scope.steps.add(new Step.Component(plan));
            }
            case Definition.Instantiate instantiate -> instantiate(scope, instantiate);
            case Definition.Inline(int offset, var exports) -> {
                var names = new IndexSpaces.Names("export");
                List<Step.Item> items = new ArrayList<>();
                for (Definition.NamedExport export : exports) {
                    ExternType type = scope.typeOf(export.offset(), export.sort(), export.index());
                    names.addUnannotated(export.offset(), export.name(), type);
                    items.add(new Step.Item(export.name().name(), export.sort(), export.index(), type));
                }
                budget.at(offset);
                addInstance(scope, new InstanceType(names.types(), Set.of()));
                scope.steps.add(new Step.Inline(List.copyOf(items)));
            }
            case Definition.OfAlias alias -> alias(scope, alias.alias());
            case Definition.Type type -> {
                if (type.type() instanceof DefType.Resource(OptionalInt destructor)) {
                    resource(scope, destructor);
                } else {
                    scope.types.add(type(scope, type.type()));
                }
            }
            case Definition.Canonical canonical -> canonical(scope, canonical.definition());
            case Definition.Import(int _, AttributedName name, ExternDesc desc) -> {
                ExternType type = declareImport(scope, name, desc);
                checkVisible(scope.importedResources, "import", name.name(), type);
                scope.steps.add(new Step.Import(name.name(), type));
            }
            case Definition.Export export -> export(scope, export);
        }
    }

    private void addInstance(IndexSpaces scope, InstanceType type) {
        budget.measure(new ExternType.Instance(type));
        scope.instances.add(type);
    }

    private void coreType(IndexSpaces scope, CoreDefType type) {
        switch (type) {
            case CoreDefType.Group group -> {
                checkReferences(group, scope.coreTypes.size());
                for (CoreDefType.Member member : group.members()) {
                    for (int reference : member.references()) {
                        if (reference < scope.coreTypes.size()
                                && scope.coreTypes.get(reference) instanceof IndexSpaces.CoreDefinedType.Module) {
                            throw new BinaryException(
                                    member.offset(),
                                    "core type " + reference + " is a core module type, not a heap type");
                        }
                    }
                }
                group.members().forEach(m -> scope.coreTypes.add(new IndexSpaces.CoreDefinedType.Type(m)));
            }
            case CoreDefType.Module(var declarations) ->
                scope.coreTypes.add(new IndexSpaces.CoreDefinedType.Module(moduleType(scope, declarations)));
        }
    }

    /**
     * The core specification, "Recursive Types". A type refers to types before it and to those of its group.
     *
     * @param before how many types there are before the group
     */
    private static void checkReferences(CoreDefType.Group group, int before) {
        int end = before + group.members().size();
        for (CoreDefType.Member member : group.members()) {
            if (!member.supertypes().isEmpty()) {
                throw new BinaryException(
                        member.offset(),
                        "the component uses a core type with a supertype outside of a core module, which this runtime"
                                + " does not support");
            }
            for (int reference : member.references()) {
                if (reference >= end) {
                    throw new BinaryException(
                            member.offset(),
                            "core type index " + reference + " is out of range: " + end + " are defined so far");
                }
            }
        }
    }

    private ModuleType moduleType(IndexSpaces scope, List<CoreDefType.Declaration> declarations) {
        List<CoreDefType.Member> types = new ArrayList<>();
        List<CoreModule.Import> imports = new ArrayList<>();
        List<CoreModule.Export> exports = new ArrayList<>();
        Set<List<String>> importNames = new HashSet<>();
        Set<String> exportNames = new HashSet<>();
        for (CoreDefType.Declaration declaration : declarations) {
            int offset = declaration.offset();
            switch (declaration) {
                case CoreDefType.Declaration.OfType type -> {
                    checkReferences(type.group(), types.size());
                    types.addAll(type.group().members());
                }
                case CoreDefType.Declaration.OuterType(int _, int count, int index) -> {
                    if (count == 0) {
                        types.add(IndexSpaces.at(types, offset, index, Sort.CORE_TYPE));
                    } else if (IndexSpaces.at(scope.outer(offset, count - 1).coreTypes, offset, index, Sort.CORE_TYPE)
                            instanceof IndexSpaces.CoreDefinedType.Type(var member)) {
                        types.add(member);
                    } else {
                        throw new BinaryException(offset, "a core module type aliases another core module type");
                    }
                }
                case CoreDefType.Declaration.Import(int _, String module, String name, var type) -> {
                    if (!importNames.add(List.of(module, name))) {
                        throw new BinaryException(
                                offset, "a core module type imports \"" + module + "\" \"" + name + "\" twice");
                    }
                    imports.add(new CoreModule.Import(module, name, resolve(types, offset, type)));
                }
                case CoreDefType.Declaration.Export(int _, String name, var type) -> {
                    if (!exportNames.add(name)) {
                        throw new BinaryException(offset, "a core module type exports \"" + name + "\" twice");
                    }
                    exports.add(new CoreModule.Export(name, resolve(types, offset, type)));
                }
            }
        }
        return new ModuleType(imports, exports);
    }

    private static CoreType resolve(List<CoreDefType.Member> types, int offset, CoreDefType.Extern type) {
        return switch (type) {
            case CoreDefType.Extern.Function(int index) ->
                function(offset, index, IndexSpaces.at(types, offset, index, Sort.CORE_TYPE));
            case CoreDefType.Extern.Tag(int index) -> {
                CoreType.Function function =
                        function(offset, index, IndexSpaces.at(types, offset, index, Sort.CORE_TYPE));
                if (!function.results().isEmpty()) {
                    throw new BinaryException(offset, "the function type of a tag has results");
                }
                yield new CoreType.Tag(function);
            }
            case CoreDefType.Extern.Resolved(var resolved) -> resolved;
        };
    }

    private static CoreType.Function function(int offset, int index, CoreDefType.Member member) {
        if (member.kind() != CoreDefType.Kind.FUNCTION) {
            throw new BinaryException(offset, "core type " + index + " is no function type");
        }
        return member.plainFunction()
                .orElseThrow(() -> new BinaryException(
                        offset,
                        "the component uses core type " + index + " for an import or export; a recursive or extensible"
                                + " function type, or one with references other than funcref and externref, is not"
                                + " supported there"));
    }

    private void coreInstantiate(IndexSpaces scope, Definition.CoreInstantiate instantiate) {
        int offset = instantiate.offset();
        ModuleType module = IndexSpaces.at(scope.modules, offset, instantiate.module(), Sort.CORE_MODULE);
        budget.spend((long) module.imports().size() + module.exports().size());
        Map<String, Integer> arguments = new HashMap<>();
        for (Definition.CoreArgument argument : instantiate.arguments()) {
            IndexSpaces.at(scope.coreInstances, offset, argument.instance(), Sort.CORE_INSTANCE);
            if (arguments.put(argument.name(), argument.instance()) != null) {
                throw new BinaryException(offset, "the argument \"" + argument.name() + "\" is given twice");
            }
        }
        for (CoreModule.Import wanted : module.imports()) {
            Integer instance = arguments.get(wanted.module());
            if (instance == null) {
                throw new BinaryException(
                        offset,
                        "core module " + instantiate.module() + " imports from \"" + wanted.module()
                                + "\", but no argument has that name");
            }
            CoreType found = scope.coreInstances.get(instance).get(wanted.name());
            if (found == null || !Subtyping.fits(found, wanted.type())) {
                throw new BinaryException(
                        offset,
                        "core module " + instantiate.module() + " imports \""
                                + wanted.module() + "\" \"" + wanted.name() + "\" as " + TypeText.of(wanted.type())
                                + ", but the argument "
                                + (found == null ? "has nothing of that name" : "has " + TypeText.of(found)));
            }
        }
        Map<String, CoreType> exports = new HashMap<>();
        module.exports().forEach(e -> exports.put(e.name(), e.type()));
        scope.coreInstances.add(exports);
        scope.steps.add(new Step.CoreInstantiate(instantiate.module(), Map.copyOf(arguments)));
    }

    private static void coreInline(IndexSpaces scope, Definition.CoreInline inline) {
        Map<String, CoreType> exports = new HashMap<>();
        List<Step.CoreItem> items = new ArrayList<>();
        for (Definition.InlineExport export : inline.exports()) {
            CoreType type = scope.coreTypeOf(export.offset(), export.sort(), export.index());
            if (exports.put(export.name(), type) != null) {
                throw new BinaryException(
                        export.offset(), "the core export name \"" + export.name() + "\" is used twice");
            }
            items.add(new Step.CoreItem(export.name(), export.sort(), export.index()));
        }
        scope.coreInstances.add(exports);
        scope.steps.add(new Step.CoreInline(List.copyOf(items)));
    }

    private void alias(IndexSpaces scope, Alias alias) {
        int offset = budget.offset();
        switch (alias) {
            case Alias.Export(Sort sort, int index, String name) -> {
                InstanceType instance = IndexSpaces.at(scope.instances, offset, index, Sort.INSTANCE);
                ExternType type = instance.exports().get(name);
                if (type == null || sortOf(type) != sort) {
                    throw new BinaryException(
                            offset,
                            "instance " + index + " has no " + sort + " \"" + name + "\""
                                    + (type == null
                                            ? ""
                                            : ", but " + sortOf(type).withArticle() + " of that name"));
                }
                if (!scope.ofComponent && sort != Sort.TYPE && sort != Sort.INSTANCE) {
                    throw new BinaryException(offset, "within a type, " + sort.withArticle() + " cannot be aliased");
                }
                scope.add(type);
                if (sort != Sort.TYPE) {
                    scope.steps.add(new Step.AliasExport(sort, index, name));
                }
            }
            case Alias.CoreExport(Sort sort, int index, String name) -> {
                CoreType type = IndexSpaces.at(scope.coreInstances, offset, index, Sort.CORE_INSTANCE)
                        .get(name);
                if (type == null || sortOf(type) != sort) {
                    throw new BinaryException(
                            offset, "core instance " + index + " has no " + sort + " \"" + name + "\"");
                }
                scope.add(type);
                scope.steps.add(new Step.CoreAlias(sort, index, name));
            }
            case Alias.Outer(Sort sort, int count, int index) -> aliasOuter(scope, sort, count, index);
        }
    }

    private void aliasOuter(IndexSpaces scope, Sort sort, int count, int index) {
        int offset = budget.offset();
        IndexSpaces target = scope.outer(offset, count);
        if (!scope.ofComponent && sort != Sort.TYPE && sort != Sort.CORE_TYPE) {
            throw new BinaryException(offset, "within a type, " + sort.withArticle() + " cannot be aliased");
        }
        switch (sort) {
            case TYPE -> {
                ExternType type = IndexSpaces.at(target.types, offset, index, sort);
                if (scope.crossesComponent(count) && !budget.measure(type).isEmpty()) {
                    throw new BinaryException(
                            offset, "an alias of an outer component's type refers to a resource; import it instead");
                }
                scope.types.add(type);
            }
            case CORE_TYPE -> scope.coreTypes.add(IndexSpaces.at(target.coreTypes, offset, index, sort));
            case CORE_MODULE -> {
                scope.modules.add(IndexSpaces.at(target.modules, offset, index, sort));
                scope.steps.add(new Step.AliasOuter(sort, count, index));
            }
            case COMPONENT -> {
                scope.components.add(IndexSpaces.at(target.components, offset, index, sort));
                scope.steps.add(new Step.AliasOuter(sort, count, index));
            }
            case CORE_FUNCTION, CORE_TABLE, CORE_MEMORY, CORE_GLOBAL, CORE_TAG, CORE_INSTANCE, FUNCTION, INSTANCE ->
                throw new AssertionError("the decoder refuses an outer alias of " + sort.withArticle());
        }
    }

    private static Sort sortOf(ExternType type) {
        return switch (type) {
            case ExternType.Function _ -> Sort.FUNCTION;
            case ExternType.Type _, ExternType.Resource _ -> Sort.TYPE;
            case ExternType.Instance _ -> Sort.INSTANCE;
            case ExternType.Component _ -> Sort.COMPONENT;
            case ExternType.Module _ -> Sort.CORE_MODULE;
        };
    }

    private static Sort sortOf(CoreType type) {
        return switch (type) {
            case CoreType.Function _ -> Sort.CORE_FUNCTION;
            case CoreType.Table _ -> Sort.CORE_TABLE;
            case CoreType.Memory _ -> Sort.CORE_MEMORY;
            case CoreType.Global _ -> Sort.CORE_GLOBAL;
            case CoreType.Tag _ -> Sort.CORE_TAG;
        };
    }

    private void resource(IndexSpaces scope, OptionalInt destructor) {
        int offset = budget.offset();
        if (destructor.isPresent()) {
            CoreType.Function type =
                    IndexSpaces.at(scope.coreFunctions, offset, destructor.getAsInt(), Sort.CORE_FUNCTION);
            if (!type.equals(I32_TO_NOTHING)) {
                throw new BinaryException(
                        offset,
                        "a destructor has to be of type " + TypeText.of(I32_TO_NOTHING) + ", not " + TypeText.of(type));
            }
        }
        var resource = new ResourceType("resource" + scope.types.size());
        scope.types.add(new ExternType.Resource(resource));
        scope.definedResources.add(resource);
        scope.steps.add(new Step.Resource(resource, destructor));
    }

    private ExternType type(IndexSpaces scope, DefType definition) {
        int offset = budget.offset();
        Defined defined =
                switch (definition) {
                    case DefType.Value value -> new Defined.Value(valueType(scope, value));
                    case DefType.Function function -> new Defined.Function(functionType(scope, function));
                    case DefType.Instance(var declarations) -> {
                        IndexSpaces inner = declare(scope, declarations, false);
                        yield new Defined.Instance(new InstanceType(inner.exports.types(), inner.exportedResources));
                    }
                    case DefType.Component(var declarations) -> {
                        IndexSpaces inner = declare(scope, declarations, true);
                        yield new Defined.Component(new ComponentType(
                                inner.imports.types(),
                                inner.importedResources,
                                inner.exports.types(),
                                inner.exportedResources));
                    }
                    case DefType.Resource _ ->
                        throw new BinaryException(offset, "a resource cannot be defined within a type");
                };
        budget.at(offset);
        var type = new ExternType.Type(defined);
        budget.measure(type);
        return type;
    }

    /**
     * @param closed in a component type, exports may mention only what has a name there; what an instance type mentions
     *     is decided where an instance of it is imported or exported
     */
    private IndexSpaces declare(IndexSpaces outer, List<DefType.Declaration> declarations, boolean closed) {
        var scope = new IndexSpaces(outer, false);
        for (DefType.Declaration declaration : declarations) {
            budget.at(declaration.offset());
            switch (declaration) {
                case DefType.Declaration.OfCoreType core -> coreType(scope, core.type());
                case DefType.Declaration.OfType type -> scope.types.add(type(scope, type.type()));
                case DefType.Declaration.OfAlias alias -> alias(scope, alias.alias());
                case DefType.Declaration.Import(int _, AttributedName name, var desc) ->
                    declareImport(scope, name, desc);
                case DefType.Declaration.Export(int offset, AttributedName name, var desc) -> {
                    ExternType type = declared(scope, name.name(), desc, scope.exportedResources);
                    scope.exports.add(offset, name, type);
                    if (closed) {
                        scope.named.addExport(budget, name.name(), type);
                    }
                    scope.add(type);
                }
            }
        }
        return scope;
    }

    private ExternType declareImport(IndexSpaces scope, AttributedName name, ExternDesc desc) {
        ExternType type = declared(scope, name.name(), desc, scope.importedResources);
        scope.imports.add(budget.offset(), name, type);
        scope.named.addImport(budget, name.name(), type);
        scope.add(type);
        return type;
    }

    /**
     * @param introduced gets the resources that the declaration brings into being. Each import or export of an instance
     *     type has resources of its own, which the scope that it stands in can name from then on.
     */
    private ExternType declared(IndexSpaces scope, String name, ExternDesc desc, Set<ResourceType> introduced) {
        ExternType type = resolve(scope, name, desc);
        budget.measure(type);
        if (desc instanceof ExternDesc.SubResource && type instanceof ExternType.Resource(var resource)) {
            introduced.add(resource);
        }
        if (type instanceof ExternType.Instance(var instance)
                && !instance.resources().isEmpty()) {
            budget.chargeCopy(type);
            Substitution fresh = Substitution.fresh(instance.resources());
            introduced.addAll(fresh.map().values());
            return new ExternType.Instance(new InstanceType(fresh.apply(instance.exports()), Set.of()));
        }
        return type;
    }

    private ExternType resolve(IndexSpaces scope, String name, ExternDesc desc) {
        return switch (desc) {
            case ExternDesc.SubResource() -> new ExternType.Resource(new ResourceType(name));
            case ExternDesc.TypeEq(int index) ->
                NamedTypes.named(name, IndexSpaces.at(scope.types, budget.offset(), index, Sort.TYPE));
            case ExternDesc.Function(int index) -> new ExternType.Function(functionTypeAt(scope, index));
            case ExternDesc.Instance(int index) -> {
                if (typeAt(scope, index) instanceof Defined.Instance(var type)) {
                    yield new ExternType.Instance(type);
                }
                throw new BinaryException(budget.offset(), "type " + index + " is no instance type");
            }
            case ExternDesc.Component(int index) -> {
                if (typeAt(scope, index) instanceof Defined.Component(var type)) {
                    yield new ExternType.Component(type);
                }
                throw new BinaryException(budget.offset(), "type " + index + " is no component type");
            }
            case ExternDesc.CoreModule(int index) -> {
                if (IndexSpaces.at(scope.coreTypes, budget.offset(), index, Sort.CORE_TYPE)
                        instanceof IndexSpaces.CoreDefinedType.Module(var type)) {
                    yield new ExternType.Module(type);
                }
                throw new BinaryException(budget.offset(), "core type " + index + " is no core module type");
            }
        };
    }

    private @Nullable Defined typeAt(IndexSpaces scope, int index) {
        return IndexSpaces.at(scope.types, budget.offset(), index, Sort.TYPE) instanceof ExternType.Type(var defined)
                ? defined
                : null;
    }

    private FunctionType functionTypeAt(IndexSpaces scope, int index) {
        if (typeAt(scope, index) instanceof Defined.Function(var type)) {
            return type;
        }
        throw new BinaryException(budget.offset(), "type " + index + " is no function type");
    }

    private ResourceType resourceAt(IndexSpaces scope, int index) {
        if (IndexSpaces.at(scope.types, budget.offset(), index, Sort.TYPE)
                instanceof ExternType.Resource(var resource)) {
            return resource;
        }
        throw new BinaryException(budget.offset(), "type " + index + " is no resource type");
    }

    private FunctionType functionType(IndexSpaces scope, DefType.Function function) {
        var type = new FunctionType(
                fields(scope, "parameter", function.parameters()),
                function.result().map(use -> use(scope, use)),
                function.async());
        budget.measure(type);
        if (type.result().filter(budget::containsBorrow).isPresent()) {
            throw new BinaryException(budget.offset(), "the result of a function contains a borrow");
        }
        return type;
    }

    private ValueType use(IndexSpaces scope, DefType.Use use) {
        return switch (use) {
            case DefType.Use.Primitive(var primitive) -> primitive;
            case DefType.Use.Index(int index) -> {
                if (typeAt(scope, index) instanceof Defined.Value(var type)) {
                    yield type;
                }
                throw new BinaryException(budget.offset(), "type " + index + " is not the type of a value");
            }
        };
    }

    private List<ValueType.Field> fields(IndexSpaces scope, String what, List<DefType.Field> fields) {
        checkLabels(what, fields.stream().map(DefType.Field::label).toList());
        return fields.stream()
                .map(f -> new ValueType.Field(f.label(), use(scope, f.type())))
                .toList();
    }

    private void checkLabels(String what, List<String> labels) {
        Set<String> keys = new HashSet<>();
        for (String label : labels) {
            ExternName.checkLabel(budget.offset(), label);
            if (!keys.add(label.toLowerCase(Locale.ROOT))) {
                throw new BinaryException(budget.offset(), "the " + what + " \"" + label + "\" is there twice");
            }
        }
    }

    private ValueType valueType(IndexSpaces scope, DefType.Value definition) {
        ValueType type = resolve(scope, definition);
        long size = sizes.of(type);
        if (size >= ElementSize.LIMIT) {
            throw new BinaryException(
                    budget.offset(),
                    "a value of type " + TypeText.of(type) + " takes " + size + " bytes; less than " + ElementSize.LIMIT
                            + " are allowed");
        }
        return type;
    }

    private ValueType resolve(IndexSpaces scope, DefType.Value definition) {
        return switch (definition) {
            case DefType.Primitive(var primitive) -> primitive;
            case DefType.Record(var fields) -> {
                checkNotEmpty("record", fields);
                yield new ValueType.RecordType(fields(scope, "field", fields));
            }
            case DefType.Variant(var cases) -> {
                checkNotEmpty("variant", cases);
                checkLabels("case", cases.stream().map(DefType.Case::label).toList());
                yield new ValueType.VariantType(cases.stream()
                        .map(c -> new ValueType.Case(c.label(), c.payload().map(use -> use(scope, use))))
                        .toList());
            }
            case DefType.ListOf(var element) -> new ValueType.ListType(use(scope, element));
            case DefType.FixedListOf(var element, int length) -> {
                if (length == 0) {
                    throw new BinaryException(budget.offset(), "a list of fixed length has no elements");
                }
                yield new ValueType.FixedListType(use(scope, element), length);
            }
            case DefType.MapOf(var key, var value) -> {
                ValueType keyType = use(scope, key);
                if (!isKey(keyType)) {
                    throw new BinaryException(
                            budget.offset(),
                            "the keys of a map are of type " + TypeText.of(keyType)
                                    + "; they can be booleans, integers, characters and strings");
                }
                yield new ValueType.MapType(keyType, use(scope, value));
            }
            case DefType.StreamOf(var element) -> {
                var type = new ValueType.StreamType(element.map(use -> use(scope, use)));
                if (type.element().filter(ValueType.Primitive.CHAR::equals).isPresent()) {
                    throw new BinaryException(budget.offset(), "a stream of char is not valid");
                }
                yield withoutBorrow("stream", type);
            }
            case DefType.FutureOf(var payload) ->
                withoutBorrow("future", new ValueType.FutureType(payload.map(use -> use(scope, use))));
            case DefType.Tuple(var elements) -> {
                checkNotEmpty("tuple", elements);
                yield new ValueType.TupleType(
                        elements.stream().map(use -> use(scope, use)).toList());
            }
            case DefType.Flags(var labels) -> {
                checkNotEmpty("flags type", labels);
                if (labels.size() > 32) {
                    throw new BinaryException(
                            budget.offset(), "a flags type has " + labels.size() + " flags; at most 32 are allowed");
                }
                checkLabels("flag", labels);
                yield new ValueType.FlagsType(labels);
            }
            case DefType.Enum(var labels) -> {
                checkNotEmpty("enum", labels);
                checkLabels("case", labels);
                yield new ValueType.EnumType(labels);
            }
            case DefType.Option(var payload) -> new ValueType.OptionType(use(scope, payload));
            case DefType.Result(var ok, var err) ->
                new ValueType.ResultType(ok.map(use -> use(scope, use)), err.map(use -> use(scope, use)));
            case DefType.Own(int resource) -> new ValueType.Own(resourceAt(scope, resource));
            case DefType.Borrow(int resource) -> new ValueType.Borrow(resourceAt(scope, resource));
        };
    }

    /** {@code keytype}. */
    private static boolean isKey(ValueType type) {
        return type instanceof ValueType.Primitive primitive
                && switch (primitive) {
                    case BOOL, S8, U8, S16, U16, S32, U32, S64, U64, CHAR, STRING -> true;
                    case F32, F64 -> false;
                };
    }

    private ValueType withoutBorrow(String what, ValueType type) {
        if (budget.containsBorrow(type)) {
            throw new BinaryException(budget.offset(), "the elements of a " + what + " contain a borrow");
        }
        return type;
    }

    private void checkNotEmpty(String what, List<?> parts) {
        if (parts.isEmpty()) {
            throw new BinaryException(budget.offset(), "a " + what + " is empty");
        }
    }

    private void instantiate(IndexSpaces scope, Definition.Instantiate instantiate) {
        int offset = instantiate.offset();
        ComponentType component = IndexSpaces.at(scope.components, offset, instantiate.component(), Sort.COMPONENT);
        budget.chargeCopy(new ExternType.Component(component));
        Map<String, Step.Item> arguments = new LinkedHashMap<>();
        for (Definition.InlineExport argument : instantiate.arguments()) {
            ExternType type = scope.typeOf(argument.offset(), argument.sort(), argument.index());
            var item = new Step.Item(argument.name(), argument.sort(), argument.index(), type);
            if (arguments.put(argument.name(), item) != null) {
                throw new BinaryException(argument.offset(), "the argument \"" + argument.name() + "\" is given twice");
            }
        }
        var subtyping = new Subtyping(budget, component.importedResources());
        component.imports().forEach((name, type) -> {
            Step.Item argument = arguments.get(name);
            if (argument == null) {
                throw new BinaryException(
                        offset,
                        "component " + instantiate.component() + " imports the " + type.sort() + " \"" + name
                                + "\", but no argument has that name");
            }
            subtyping.check("the argument \"" + name + "\"", argument.type(), type);
        });
        Map<ResourceType, ResourceType> known = new HashMap<>(subtyping.decided());
        known.putAll(Substitution.fresh(component.exportedResources()).map());
        var type = new InstanceType(
                Substitution.instantiating(known, subtyping.given()).apply(component.exports()), Set.of());
        addInstance(scope, type);
        scope.steps.add(new Step.Instantiate(instantiate.component(), List.copyOf(arguments.values()), type));
    }

    private void export(IndexSpaces scope, Definition.Export export) {
        int offset = export.offset();
        String name = export.name().name();
        ExternType actual = scope.typeOf(offset, export.sort(), export.index());
        ExternType type;
        if (export.ascribed().isPresent()) {
            Set<ResourceType> introduced = new HashSet<>();
            type = declared(scope, name, export.ascribed().get(), introduced);
            new Subtyping(budget, introduced).check("the export \"" + name + "\"", actual, type);
        } else {
            type = NamedTypes.named(name, actual);
        }
        introduce(scope, type);
        Set<ResourceType> visible = new HashSet<>(scope.importedResources);
        visible.addAll(scope.exportedResources);
        checkVisible(visible, "export", name, type);
        scope.exports.add(offset, export.name(), type);
        scope.named.addExport(budget, name, type);
        scope.add(type);
        scope.steps.add(new Step.Export(new Step.Item(name, export.sort(), export.index(), actual), type));
    }

    /** What is exported under a name may be used by the exports after it. */
    private static void introduce(IndexSpaces scope, ExternType exported) {
        switch (exported) {
            case ExternType.Resource(var resource) -> {
                if (!scope.importedResources.contains(resource)) {
                    scope.exportedResources.add(resource);
                }
            }
            case ExternType.Instance(var instance) ->
                instance.exports().values().forEach(type -> introduce(scope, type));
            case ExternType.Function _, ExternType.Type _, ExternType.Component _, ExternType.Module _ -> {}
        }
    }

    /** Explainer.md, "External Visibility of Types". */
    private void checkVisible(Set<ResourceType> visible, String what, String name, ExternType type) {
        for (ResourceType resource : budget.measure(type)) {
            if (!visible.contains(resource)) {
                throw new BinaryException(
                        budget.offset(),
                        "the " + what + " \"" + name + "\" uses the resource " + resource.name() + ", which is not "
                                + what + "ed before it");
            }
        }
    }

    private void canonical(IndexSpaces scope, CanonicalDefinition definition) {
        int offset = budget.offset();
        switch (definition) {
            case CanonicalDefinition.Lift(int function, var options, int type) ->
                lift(scope, function, options, functionTypeAt(scope, type));
            case CanonicalDefinition.Lower(int function, var options) -> lower(scope, function, options);
            case CanonicalDefinition.ResourceNew(int index) -> {
                scope.steps.add(new Step.ResourceNew(definedResourceAt(scope, index)));
                scope.coreFunctions.add(I32_TO_I32);
            }
            case CanonicalDefinition.ResourceRep(int index) -> {
                scope.steps.add(new Step.ResourceRep(definedResourceAt(scope, index)));
                scope.coreFunctions.add(I32_TO_I32);
            }
            case CanonicalDefinition.ResourceDrop(int index) -> {
                scope.steps.add(new Step.ResourceDrop(resourceAt(scope, index)));
                scope.coreFunctions.add(I32_TO_NOTHING);
            }
            case CanonicalDefinition.Plain(String name, var type) -> {
                if (name.startsWith("backpressure.")) {
                    scope.coreFunctions.add(type);
                    scope.steps.add(new Step.BackpressureChange(name.equals("backpressure.inc")));
                } else {
                    builtin(scope, name, type);
                }
            }
            case CanonicalDefinition.TaskReturn(var result, var options) -> taskReturn(scope, result, options);
            case CanonicalDefinition.Context(String name, var type, int slot, boolean set) -> {
                if (type != CoreType.Value.I32) {
                    throw new BinaryException(offset, "canon " + name + " is for an i32");
                }
                if (slot > 1) {
                    throw new BinaryException(offset, "canon " + name + " is for slot 0 or 1, not for " + slot);
                }
                scope.coreFunctions.add(set ? I32_TO_NOTHING : NOTHING_TO_I32);
                scope.steps.add(new Step.Context(slot, set));
            }
            case CanonicalDefinition.Ends(String name, var transport, int type, var coreType) -> {
                elementAt(scope, name, transport, type);
                builtin(scope, name, coreType);
            }
            case CanonicalDefinition.Copy copy -> copy(scope, copy);
            case CanonicalDefinition.ErrorContextNew(var given) -> {
                Step.Options options = options(scope, given);
                refuse("error-context.new", options.async(), "async");
                refuse("error-context.new", options.postReturn().isPresent(), "post-return");
                need("error-context.new", options.memory(), "memory");
                builtin(scope, "error-context.new", I32_I32_TO_I32);
            }
            case CanonicalDefinition.ErrorContextDebugMessage(var given) -> {
                Step.Options options = options(scope, given);
                refuse("error-context.debug-message", options.async(), "async");
                refuse("error-context.debug-message", options.postReturn().isPresent(), "post-return");
                need("error-context.debug-message", options.memory(), "memory");
                need("error-context.debug-message", options.realloc(), "realloc");
                builtin(scope, "error-context.debug-message", I32_I32_TO_NOTHING);
            }
            case CanonicalDefinition.AwaitWaitables(String name, int memory) -> {
                memoryAt(scope, memory);
                builtin(scope, name, I32_I32_TO_I32);
            }
            case CanonicalDefinition.ThreadNewIndirect(int type, int table) -> threadNewIndirect(scope, type, table);
        }
        budget.at(offset);
    }

    private static void builtin(IndexSpaces scope, String name, CoreType.Function type) {
        scope.coreFunctions.add(type);
        scope.steps.add(new Step.Builtin(name, type, UnsupportedBuiltin.target(type)));
    }

    private void taskReturn(IndexSpaces scope, Optional<DefType.Use> result, List<CanonicalOption> given) {
        Step.Options options = options(scope, given);
        refuse("task.return", options.async(), "async");
        refuse("task.return", options.realloc().isPresent(), "realloc");
        refuse("task.return", options.postReturn().isPresent(), "post-return");
        var parameters = result.map(use -> List.of(new ValueType.Field("result", use(scope, use))))
                .orElse(List.of());
        var type = new FunctionType(parameters, Optional.empty());
        Flattening flattening = flatten(type);
        need(options, type, containsPointer(parameters) || flattening.parametersInMemory(), false);
        builtin(scope, "task.return", flattening.lowered());
    }

    private void copy(IndexSpaces scope, CanonicalDefinition.Copy copy) {
        Optional<ValueType> element = elementAt(scope, copy.name(), copy.transport(), copy.type());
        Step.Options options = options(scope, copy.options());
        refuse(copy.name(), options.postReturn().isPresent(), "post-return");
        if (element.isPresent()) {
            need(copy.name(), options.memory(), "memory");
            if (copy.read() && budget.containsPointer(element.get())) {
                need(copy.name(), options.realloc(), "realloc");
            }
        }
        builtin(
                scope,
                copy.name(),
                switch (copy.transport()) {
                    case STREAM -> I32_I32_I32_TO_I32;
                    case FUTURE -> I32_I32_TO_I32;
                });
    }

    private Optional<ValueType> elementAt(
            IndexSpaces scope, String name, CanonicalDefinition.Transport transport, int index) {
        Defined defined = typeAt(scope, index);
        if (defined instanceof Defined.Value(ValueType.StreamType(var element))
                && transport == CanonicalDefinition.Transport.STREAM) {
            return element;
        }
        if (defined instanceof Defined.Value(ValueType.FutureType(var payload))
                && transport == CanonicalDefinition.Transport.FUTURE) {
            return payload;
        }
        throw new BinaryException(
                budget.offset(),
                "canon " + name + " is given type " + index + ", which is no "
                        + transport.name().toLowerCase(Locale.ROOT));
    }

    private void threadNewIndirect(IndexSpaces scope, int type, int table) {
        int offset = budget.offset();
        boolean takesI32 = IndexSpaces.at(scope.coreTypes, offset, type, Sort.CORE_TYPE)
                        instanceof IndexSpaces.CoreDefinedType.Type(var member)
                && member.plainFunction().filter(I32_TO_NOTHING::equals).isPresent();
        if (!takesI32) {
            throw new BinaryException(
                    offset,
                    "canon thread.new-indirect is given core type " + type + ", which is not "
                            + TypeText.of(I32_TO_NOTHING));
        }
        CoreType.Table found = IndexSpaces.at(scope.coreTables, offset, table, Sort.CORE_TABLE);
        if (found.element() != CoreType.Value.FUNCREF) {
            throw new BinaryException(
                    offset, "canon thread.new-indirect is given a " + TypeText.of(found) + ", not a table of funcref");
        }
        builtin(scope, "thread.new-indirect", I32_I32_TO_I32);
    }

    private void refuse(String name, boolean given, String option) {
        if (given) {
            throw new BinaryException(budget.offset(), "canon " + name + " does not take the option " + option);
        }
    }

    private void need(String name, OptionalInt given, String option) {
        if (given.isEmpty()) {
            throw new BinaryException(budget.offset(), "canon " + name + " needs the option " + option);
        }
    }

    private ResourceType definedResourceAt(IndexSpaces scope, int index) {
        ResourceType resource = resourceAt(scope, index);
        if (!scope.definedResources.contains(resource)) {
            throw new BinaryException(
                    budget.offset(), "type " + index + " is a resource that this component does not define itself");
        }
        return resource;
    }

    private void lift(IndexSpaces scope, int function, List<CanonicalOption> given, FunctionType type) {
        Step.Options options = options(scope, given);
        Flattening flattening = flatten(type);
        CoreType.Function core = IndexSpaces.at(scope.coreFunctions, budget.offset(), function, Sort.CORE_FUNCTION);
        checkAsync(type, options);
        boolean callback = given.stream().anyMatch(CanonicalOption.Callback.class::isInstance);
        CoreType.Function liftable = options.async() ? Flattening.asyncLifted(type, callback) : flattening.lifted();
        if (!core.equals(liftable)) {
            throw new BinaryException(
                    budget.offset(),
                    "core function " + function + " of type " + TypeText.of(core) + " cannot be lifted to "
                            + TypeText.of(type) + "; that takes " + TypeText.of(liftable));
        }
        boolean pointerIn = containsPointer(type.parameters());
        boolean pointerOut = type.result().filter(budget::containsPointer).isPresent();
        need(
                options,
                type,
                pointerIn
                        || pointerOut
                        || flattening.parametersInMemory()
                        || (options.async()
                                ? type.result().map(Flattening::count).orElse(0) > Flattening.MAX_FLAT_PARAMS
                                : flattening.resultInMemory()),
                pointerIn || flattening.parametersInMemory());
        if (options.postReturn().isPresent()) {
            CoreType.Function postReturn =
                    scope.coreFunctions.get(options.postReturn().getAsInt());
            var wanted = new CoreType.Function(flattening.lifted().results(), List.of());
            if (!postReturn.equals(wanted)) {
                throw new BinaryException(
                        budget.offset(),
                        "the post-return function has type " + TypeText.of(postReturn) + "; expected is "
                                + TypeText.of(wanted));
            }
        }
        scope.functions.add(type);
        scope.steps.add(new Step.Lift(function, type, options));
    }

    private void lower(IndexSpaces scope, int function, List<CanonicalOption> given) {
        Step.Options options = options(scope, given);
        if (options.postReturn().isPresent()) {
            throw new BinaryException(budget.offset(), "post-return belongs to canon lift, not to canon lower");
        }
        if (given.stream().anyMatch(CanonicalOption.Callback.class::isInstance)) {
            throw new BinaryException(budget.offset(), "callback belongs to canon lift, not to canon lower");
        }
        FunctionType type = IndexSpaces.at(scope.functions, budget.offset(), function, Sort.FUNCTION);
        checkAsync(type, options);
        Flattening flattening = flatten(type);
        CoreType.Function lowered = options.async() ? Flattening.asyncLowered(type) : flattening.lowered();
        boolean pointerIn = containsPointer(type.parameters());
        boolean pointerOut = type.result().filter(budget::containsPointer).isPresent();
        need(
                options,
                type,
                pointerIn
                        || pointerOut
                        || flattening.parametersInMemory()
                        || flattening.resultInMemory()
                        || (options.async() && asyncResultOrManyParameters(type)),
                pointerOut);
        scope.coreFunctions.add(lowered);
        scope.steps.add(new Step.Lower(function, type, options));
    }

    private static boolean asyncResultOrManyParameters(FunctionType type) {
        return type.result().isPresent()
                || Flattening.count(type.parameters().stream()
                                .map(ValueType.Field::type)
                                .toList())
                        > Flattening.MAX_FLAT_ASYNC_PARAMS;
    }

    private void checkAsync(FunctionType type, Step.Options options) {
        if (options.async() && !type.async()) {
            throw new BinaryException(
                    budget.offset(), "the option async is for asynchronous functions, not for " + TypeText.of(type));
        }
    }

    private Flattening flatten(FunctionType type) {
        budget.chargeFlattening(type);
        long size = sizes.ofAll(
                type.parameters().stream().map(ValueType.Field::type).toList());
        if (size >= ElementSize.LIMIT) {
            throw new BinaryException(
                    budget.offset(),
                    "the parameters of " + TypeText.of(type) + " take " + size + " bytes; less than "
                            + ElementSize.LIMIT + " are allowed where a function is lifted or lowered");
        }
        return Flattening.of(type);
    }

    private boolean containsPointer(List<ValueType.Field> parameters) {
        for (ValueType.Field parameter : parameters) {
            if (budget.containsPointer(parameter.type())) {
                return true;
            }
        }
        return false;
    }

    private void need(Step.Options options, FunctionType type, boolean memory, boolean realloc) {
        if (memory && options.memory().isEmpty()) {
            throw new BinaryException(
                    budget.offset(), "a canonical definition for " + TypeText.of(type) + " needs the option memory");
        }
        if (realloc && options.realloc().isEmpty()) {
            throw new BinaryException(
                    budget.offset(), "a canonical definition for " + TypeText.of(type) + " needs the option realloc");
        }
    }

    /** CanonicalABI.md, "canonopt Validation". */
    private Step.Options options(IndexSpaces scope, List<CanonicalOption> given) {
        int offset = budget.offset();
        Optional<StringEncoding> encoding = Optional.empty();
        OptionalInt memory = OptionalInt.empty();
        OptionalInt realloc = OptionalInt.empty();
        OptionalInt postReturn = OptionalInt.empty();
        OptionalInt callback = OptionalInt.empty();
        boolean async = false;
        for (CanonicalOption option : given) {
            boolean again =
                    switch (option) {
                        case CanonicalOption.Encoding _ -> encoding.isPresent();
                        case CanonicalOption.Memory _ -> memory.isPresent();
                        case CanonicalOption.Realloc _ -> realloc.isPresent();
                        case CanonicalOption.PostReturn _ -> postReturn.isPresent();
                        case CanonicalOption.Async _ -> async;
                        case CanonicalOption.Callback _ -> callback.isPresent();
                    };
            if (again) {
                throw new BinaryException(offset, "a canonical option is given twice: " + option);
            }
            switch (option) {
                case CanonicalOption.Encoding e ->
                    encoding = Optional.of(
                            switch (e) {
                                case UTF8 -> StringEncoding.UTF8;
                                case UTF16 -> StringEncoding.UTF16;
                                case LATIN1_UTF16 -> StringEncoding.LATIN1_UTF16;
                            });
                case CanonicalOption.Memory(int index) -> {
                    memoryAt(scope, index);
                    memory = OptionalInt.of(index);
                }
                case CanonicalOption.Realloc(int index) -> {
                    functionAt(scope, index, "realloc", REALLOC);
                    realloc = OptionalInt.of(index);
                }
                case CanonicalOption.PostReturn(int index) -> {
                    IndexSpaces.at(scope.coreFunctions, offset, index, Sort.CORE_FUNCTION);
                    postReturn = OptionalInt.of(index);
                }
                case CanonicalOption.Async() -> async = true;
                case CanonicalOption.Callback(int index) -> {
                    functionAt(scope, index, "callback", I32_I32_I32_TO_I32);
                    callback = OptionalInt.of(index);
                }
            }
        }
        if (realloc.isPresent() && memory.isEmpty()) {
            throw new BinaryException(offset, "the option realloc is given without the option memory");
        }
        if (callback.isPresent() && !async) {
            throw new BinaryException(offset, "the option callback is given without the option async");
        }
        if (postReturn.isPresent() && async) {
            throw new BinaryException(offset, "the options post-return and async are given together");
        }
        return new Step.Options(encoding.orElse(StringEncoding.UTF8), memory, realloc, postReturn, async);
    }

    private void functionAt(IndexSpaces scope, int index, String option, CoreType.Function expected) {
        CoreType.Function type = IndexSpaces.at(scope.coreFunctions, budget.offset(), index, Sort.CORE_FUNCTION);
        if (!type.equals(expected)) {
            throw new BinaryException(
                    budget.offset(),
                    "the option " + option + " names a function of type " + TypeText.of(type) + ", not "
                            + TypeText.of(expected));
        }
    }

    private void memoryAt(IndexSpaces scope, int index) {
        CoreType.Memory type = IndexSpaces.at(scope.coreMemories, budget.offset(), index, Sort.CORE_MEMORY);
        if (type.memory64() || type.shared()) {
            throw new BinaryException(
                    budget.offset(),
                    "core memory " + index + " is " + (type.shared() ? "shared" : "of 64 bits")
                            + "; values cannot be in such a memory");
        }
    }
}
