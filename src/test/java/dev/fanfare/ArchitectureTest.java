package dev.fanfare;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The arrows between the packages, as the design has them, and what may be used where. */
class ArchitectureTest {
    private static final String ROOT = "dev.fanfare";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @ParameterizedTest
    @CsvSource({
        "config,",
        "protocol,",
        "metrics,",
        "bus, protocol",
        "store, protocol config",
        "hub, bus protocol store config metrics",
        "auth, protocol config metrics",
        "http, bus protocol auth config metrics",
        "cluster, bus protocol store config metrics",
        "ops, bus protocol config metrics",
        "client,",
        "cli, config metrics auth client protocol"
    })
    void aPackageImportsOnlyWhatItsArrowsAllow(String name, String allowed) {
        List<String> visible = new ArrayList<>(List.of(ROOT + "." + name + ".."));
        if (allowed != null) {
            Stream.of(allowed.split(" ", -1)).forEach(other -> visible.add(ROOT + "." + other + ".."));
        }
        noClasses()
                .that()
                .resideInAPackage(ROOT + "." + name + "..")
                .should()
                .dependOnClassesThat(
                        are(resideInAPackage(ROOT + "..")).and(not(resideInAnyPackage(visible.toArray(String[]::new)))))
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void everyPackageHasItsArrows() {
        assertThat(CLASSES.stream().map(JavaClass::getPackageName).distinct())
                .allMatch(name ->
                        name.matches("dev\\.fanfare(\\.(config|protocol|metrics|bus|store|hub|auth|http|cluster|ops"
                                + "|client|cli|cli\\.(api|bench|exec|listen|publish|signal)))?"));
    }

    @Test
    void onlyTheBusUsesTheEventBus() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".bus")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.vertx.core.eventbus..")
                .check(CLASSES);
    }

    /** Those of its launcher are part of its public face: {@code Launcher} extends them. */
    @Test
    void onlyTheTakeoverKnowsTheInsidesOfVertx() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(ROOT + ".http.PipelineTakeover")
                .should()
                .dependOnClassesThat(are(resideInAnyPackage(
                                "io.vertx.core.net.impl..", "io.vertx.core.http.impl..", "io.vertx.core.impl.."))
                        .and(not(resideInAPackage("io.vertx.core.impl.launcher.."))))
                .check(CLASSES);
    }

    @Test
    void onlyTheTakeoverNamesTheHandlersOfVertx() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            List<Path> naming = files.filter(file -> file.toString().endsWith(".java") && names(file))
                    .toList();
            assertThat(naming).containsExactly(Path.of("src/main/java/dev/fanfare/http/PipelineTakeover.java"));
        }
    }

    private static boolean names(Path file) {
        try {
            String text = Files.readString(file);
            return Stream.of("httpDecoder", "httpEncoder", "chunkedWriter")
                    .anyMatch(name -> text.contains('"' + name + '"'));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void nothingStaticIsMutable() {
        fields().that().areStatic().should().beFinal().check(CLASSES);
    }

    @Test
    void onlyCommandsWriteToTheConsole() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".cli..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(CLASSES);
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(CLASSES.stream().map(JavaClass::getPackage).distinct())
                .allMatch(each -> each.isAnnotatedWith(NullMarked.class));
    }
}
