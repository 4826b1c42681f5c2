package dev.braid;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Each rule fails where it finds no classes to hold to it. */
@AnalyzeClasses(packages = "dev.braid", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest
  static final ArchRule packagesDependOnEachOtherInOneDirection =
      slices().matching("dev.braid.(*)..").should().beFreeOfCycles().allowEmptyShould(false);

  @ArchTest
  static final ArchRule theContractKnowsNoStreamNoRuntimeAndNoTrainer =
      noClasses()
          .that()
          .resideInAPackage("dev.braid..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.beam..",
              "ai.onnxruntime..",
              "org.bytedeco..",
              "org.tribuo..",
              "org.apache.flink..",
              "org.apache.spark..",
              "org.apache.kafka..")
          .allowEmptyShould(false);

  @ArchTest
  static final ArchRule observationsAndSpecsKnowNothingOfEachOtherOrOfModels =
      noClasses()
          .that()
          .resideInAnyPackage("dev.braid.observation..", "dev.braid.spec..", "dev.braid.tensor..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.braid.bundle..",
              "dev.braid.dataset..",
              "dev.braid.featurizer..",
              "dev.braid.scene..",
              "dev.braid.cleaning..",
              "dev.braid.metric..")
          .allowEmptyShould(false);

  @ArchTest
  static final ArchRule onlyFeaturizersDecodeImagesAndSounds =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.braid.featurizer..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.awt..", "javax.imageio..", "javax.sound..", "com.twelvemonkeys..")
          .allowEmptyShould(false);
}
