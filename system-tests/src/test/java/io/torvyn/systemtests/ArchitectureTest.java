package io.torvyn.systemtests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the module system cannot say. */
class ArchitectureTest {
    private static JavaClasses classes;

    @BeforeAll
    static void readTheDistribution() throws IOException {
        Path lib = TorvynProcess.LAUNCHER.resolveSibling("../lib");
        List<JarFile> jars = new ArrayList<>();
        for (String module : SourceTree.modules()) {
            Path jar = lib.resolve("torvyn-%s-0.1.0.jar".formatted(module));
            if (Files.exists(jar)) {
                jars.add(new JarFile(jar.toFile()));
            }
        }
        classes = new ClassFileImporter().importJars(jars);
        for (JarFile jar : jars) {
            jar.close();
        }
        assertThat(classes).hasSizeGreaterThan(500);
        for (String aClass :
                List.of("io.torvyn.cli.Torvyn", "io.torvyn.types.ErrorCode", "io.torvyn.host.TorvynHost")) {
            assertThat(classes.contain(aClass)).as("%s was read", aClass).isTrue();
        }
    }

    @Test
    void onlyTheCommandLinePrints() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.torvyn.cli..")
                .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
                .check(classes);
    }

    @Test
    void onlyTheCommandLineKnowsPicocli() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.torvyn.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("picocli..")
                .check(classes);
    }

    @Test
    void onlyItsEngineKnowsEndive() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.torvyn.engine.endive..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("run.endive..")
                .check(classes);
    }

    @Test
    void modulesDependOnEachOtherInOneDirection() {
        slices().matching("io.torvyn.(*)..").should().beFreeOfCycles().check(classes);
    }
}
