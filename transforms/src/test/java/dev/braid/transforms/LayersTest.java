package dev.braid.transforms;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "dev.braid.transforms",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class LayersTest {
  @ArchTest
  static final ArchRule transformsNameNoEngineNoBrokerAndNoModelRuntime =
      noClasses()
          .that()
          .resideInAPackage("dev.braid.transforms..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "ai.onnxruntime..",
              "org.apache.kafka..",
              "org.apache.beam.sdk.io.kafka..",
              "org.apache.beam.runners..",
              "org.apache.flink..",
              "org.apache.spark..",
              "org.bytedeco..",
              "dev.braid.pipelines..",
              "dev.braid.training..");

  @ArchTest
  static final ArchRule packagesDependOnEachOtherInOneDirection =
      slices().matching("dev.braid.transforms.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule parsingCleaningAndAligningKnowNoModel =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.braid.transforms.observation..",
              "dev.braid.transforms.clean..",
              "dev.braid.transforms.align..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.braid.serving..", "dev.braid.bundle..");
}
