package io.torvyn.contracts;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A resolved WIT interface.
 *
 * @param name qualified, with version: {@code torvyn:streaming/types@0.1.0}
 * @param types in order of declaration, {@code use}d names included as aliases
 * @param functions the free functions, in order of declaration
 * @param docs the doc comment's lines, without slashes; may be empty
 * @param stability what its gates say
 */
public record WitInterface(
        String name, List<TypeDefinition> types, List<WitFunction> functions, String docs, Stability stability) {
    public WitInterface {
        types = List.copyOf(types);
        functions = List.copyOf(functions);
    }

    public Optional<TypeDefinition> type(String typeName) {
        return types.stream().filter(type -> type.name().equals(typeName)).findFirst();
    }

    /**
     * The functions that an instance of this interface exports, by the name it exports them under: those of its
     * resources first, then the free ones.
     */
    public Map<String, FunctionType> componentFunctions() {
        Map<String, FunctionType> byName = new LinkedHashMap<>();
        for (TypeDefinition type : types) {
            if (type.kind() instanceof TypeDefinition.Kind.Resource(var _, var members)) {
                for (WitFunction member : members) {
                    byName.put(member.componentName(type.name()), member.type(type));
                }
            }
        }
        for (WitFunction function : functions) {
            byName.put(function.name(), function.type());
        }
        return byName;
    }
}
