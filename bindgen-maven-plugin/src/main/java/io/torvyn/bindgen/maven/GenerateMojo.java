package io.torvyn.bindgen.maven;

import io.torvyn.bindgen.BindgenException;
import io.torvyn.bindgen.Generation;
import io.torvyn.bindgen.JavaGenerator;
import io.torvyn.types.DiagnosticsException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.project.MavenProject;

/** {@code generate}: bindings of a WIT world, compiled with the project. Its parameters are told of in plugin.xml. */
@SuppressWarnings("NullAway.Init") // Maven sets the fields
public final class GenerateMojo extends AbstractMojo {
    private File wit;
    private String world;
    private String packageName;
    private Set<String> features = Set.of();
    private File output;
    private MavenProject project;

    /** Maven sets what its fields are to be. */
    public GenerateMojo() {}

    @Override
    public void execute() throws MojoExecutionException, MojoFailureException {
        var options = new JavaGenerator.Options(packageName, Set.of(world), Set.of(), Set.of(), Map.of());
        var generation = new Generation(Optional.of(wit.toPath()), features, options, output.toPath());
        try {
            List<Path> written = generation.write();
            getLog().info("Generated " + written.size() + " files of world " + world + " in " + generation.folder());
        } catch (BindgenException e) {
            throw new MojoFailureException(e.failure().text(), e);
        } catch (DiagnosticsException e) {
            throw new MojoFailureException(Generation.text(e), e);
        } catch (IOException e) {
            throw new MojoExecutionException("The bindings cannot be written to " + output, e);
        }
        project.addCompileSourceRoot(output.getPath());
    }
}
