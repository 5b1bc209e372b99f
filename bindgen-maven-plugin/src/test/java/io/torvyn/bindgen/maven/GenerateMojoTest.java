package io.torvyn.bindgen.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.InputStream;
import java.io.StringReader;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugin.descriptor.MojoDescriptor;
import org.apache.maven.plugin.descriptor.Parameter;
import org.apache.maven.plugin.descriptor.PluginDescriptor;
import org.apache.maven.plugin.descriptor.PluginDescriptorBuilder;
import org.apache.maven.project.MavenProject;
import org.codehaus.plexus.configuration.PlexusConfiguration;
import org.codehaus.plexus.configuration.xml.XmlPlexusConfiguration;
import org.codehaus.plexus.util.ReaderFactory;
import org.codehaus.plexus.util.xml.Xpp3DomBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The goal as Maven runs it: fields set by name, as the descriptor says. */
class GenerateMojoTest {
    private final MavenProject project = new MavenProject();

    @TempDir
    private Path folder;

    private GenerateMojo mojo(Map<String, Object> parameters) throws ReflectiveOperationException {
        var mojo = new GenerateMojo();
        set(mojo, "project", project);
        set(mojo, "output", folder.resolve("generated").toFile());
        for (Map.Entry<String, Object> parameter : parameters.entrySet()) {
            set(mojo, parameter.getKey(), parameter.getValue());
        }
        return mojo;
    }

    private static void set(GenerateMojo mojo, String name, Object value) throws ReflectiveOperationException {
        Field field = GenerateMojo.class.getDeclaredField(name);
        field.setAccessible(true);
        field.set(mojo, value);
    }

    private File wit(String text) throws Exception {
        Path wit = folder.resolve("w.wit");
        Files.writeString(wit, text);
        return wit.toFile();
    }

    @Test
    void bindingsOfTheWorldAreCompiledWithTheProject() throws Exception {
        File wit = wit("""
                package a:b;
                interface i { f: func(); @unstable(feature = fancy) g: func(); }
                world w { import i; export run: func(); }
                """);

        mojo(Map.of("wit", wit, "world", "w", "packageName", "com.example", "features", Set.of("fancy")))
                .execute();

        Path generated = folder.resolve("generated");
        assertThat(project.getCompileSourceRoots()).containsExactly(generated.toString());
        assertThat(generated.resolve("com/example/I.java")).content().contains("void g();");
        assertThat(generated.resolve("com/example/W.java")).content().contains("public void run()");
    }

    @Test
    void brokenWitFailsTheBuildWithItsPlace() throws Exception {
        GenerateMojo mojo = mojo(Map.of(
                "wit", wit("package a:b;\nworld w { import f: func( }\n"), "world", "w", "packageName", "com.example"));

        assertThatThrownBy(mojo::execute)
                .isInstanceOf(MojoFailureException.class)
                .hasMessageContaining("w.wit:2:27: [E0100]");
        assertThat(project.getCompileSourceRoots()).isEmpty();
    }

    @Test
    void unknownWorldFailsTheBuild() throws Exception {
        GenerateMojo mojo =
                mojo(Map.of("wit", wit("package a:b; world w {}"), "world", "v", "packageName", "com.example"));

        assertThatThrownBy(mojo::execute)
                .isInstanceOf(MojoFailureException.class)
                .hasMessageContaining("There is no world 'v'");
    }

    private static PluginDescriptor descriptor() throws Exception {
        try (InputStream in = GenerateMojo.class.getResourceAsStream("/META-INF/maven/plugin.xml")) {
            return new PluginDescriptorBuilder().build(ReaderFactory.newXmlReader(in));
        }
    }

    @Test
    void descriptorTellsOfTheGoalAndOfAllItsParameters() throws Exception {
        PluginDescriptor plugin = descriptor();

        assertThat(plugin.getId()).isEqualTo("io.torvyn:torvyn-bindgen-maven-plugin:0.1.0");
        MojoDescriptor generate = plugin.getMojo("generate");
        assertThat(generate.getPhase()).isEqualTo("generate-sources");
        assertThat(generate.getInstantiationStrategy()).as("Maven needs it").isEqualTo("per-lookup");
        assertThat(generate.getImplementation()).isEqualTo(GenerateMojo.class.getName());
        assertThat(generate.getMojoConfiguration().getChild("output").getAttribute("default-value"))
                .isEqualTo("${project.build.directory}/generated-sources/torvyn");
        for (Parameter parameter : generate.getParameters()) {
            assertThat(GenerateMojo.class
                            .getDeclaredField(parameter.getName())
                            .getType()
                            .getName())
                    .isEqualTo(parameter.getType());
        }
        assertThat(generate.getParameters()).hasSize(GenerateMojo.class.getDeclaredFields().length);
    }

    @Test
    void readmeConfiguresThisPlugin() throws Exception {
        Matcher block =
                Pattern.compile("(?ms)^```xml\\n(.*?)^```$").matcher(Files.readString(Path.of("../bindgen/README.md")));
        assertThat(block.find()).isTrue();
        PlexusConfiguration plugin = new XmlPlexusConfiguration(Xpp3DomBuilder.build(new StringReader(block.group(1))));
        PluginDescriptor descriptor = descriptor();

        assertThat(List.of(
                        plugin.getChild("groupId").getValue(),
                        plugin.getChild("artifactId").getValue(),
                        plugin.getChild("version").getValue()))
                .containsExactly(descriptor.getGroupId(), descriptor.getArtifactId(), descriptor.getVersion());
        PlexusConfiguration execution = plugin.getChild("executions").getChild("execution");
        MojoDescriptor goal =
                descriptor.getMojo(execution.getChild("goals").getChild("goal").getValue());
        for (PlexusConfiguration parameter : plugin.getChild("configuration").getChildren()) {
            assertThat(goal.getParameterMap()).containsKey(parameter.getName());
        }
    }
}
