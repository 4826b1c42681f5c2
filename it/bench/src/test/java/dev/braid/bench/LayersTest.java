package dev.braid.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rules of the house hold here too, but for what the product is compared with. */
@AnalyzeClasses(packages = "dev.braid", importOptions = ImportOption.DoNotIncludeTests.class)
final class LayersTest {
  @ArchTest
  static final ArchRule onlyServingAndTheSystemsItIsComparedWithNameOnnxRuntime =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.braid.serving..", "dev.braid.bench.baseline..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.onnxruntime..");

  @ArchTest
  static final ArchRule onlyTheFlinkJobWrittenByHandNamesAnEngine =
      noClasses()
          .that()
          .resideInAPackage("dev.braid.bench..")
          .and()
          .haveNameNotMatching(".*\\.FlinkByHand(\\$.*)?")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.flink..", "org.apache.spark..", "org.apache.beam.runners..");

  @ArchTest
  static final ArchRule theProductKnowsNothingOfItsBenchmarks =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.braid.bench..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.braid.bench..");
}
