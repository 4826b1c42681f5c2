package dev.braid.training;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.braid", importOptions = ImportOption.DoNotIncludeTests.class)
final class LayersTest {
  @ArchTest
  static final ArchRule onlyTrainingNamesLibtorch =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.braid.training..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.bytedeco..", "dev.braid.training..");

  @ArchTest
  static final ArchRule trainingKnowsNoStreamAndNoRuntimeOfServing =
      noClasses()
          .that()
          .resideInAPackage("dev.braid.training..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.beam..", "ai.onnxruntime..", "dev.braid.transforms..");

  @ArchTest
  static final ArchRule packagesDependOnEachOtherInOneDirection =
      slices().matching("dev.braid.training.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule networksKnowNoTrainerAndNoServer =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.braid.training.graph..",
              "dev.braid.training.encoder..",
              "dev.braid.training.fusion..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.braid.training.trainer..",
              "dev.braid.training.export..",
              "dev.braid.training.compress..",
              "dev.braid.serving..");
}
