package dev.braid.pipelines;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of the house, as far up as this module sees them; a rule without classes fails. */
@AnalyzeClasses(packages = "dev.braid", importOptions = ImportOption.DoNotIncludeTests.class)
final class LayersTest {
  private static final DescribedPredicate<JavaClass> ONNX_RUNTIME =
      JavaClass.Predicates.resideInAPackage("ai.onnxruntime..");

  @ArchTest
  static final ArchRule onlyServingNamesOnnxRuntime =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.braid.serving..")
          .should()
          .dependOnClassesThat(ONNX_RUNTIME);

  @ArchTest
  static final ArchRule pipelinesNameNoEngine =
      noClasses()
          .that()
          .resideInAPackage("dev.braid.pipelines..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.flink..",
              "org.apache.spark..",
              "org.apache.beam.runners..",
              "org.bytedeco..",
              "dev.braid.training..");

  @ArchTest
  static final ArchRule nothingBelowKnowsThePipelines =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.braid.pipelines..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.braid.pipelines..");

  @ArchTest
  static final ArchRule servingKnowsNoBeam =
      noClasses()
          .that()
          .resideInAPackage("dev.braid.serving..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.beam..", "dev.braid.transforms..");

  @ArchTest
  static final ArchRule packagesDependOnEachOtherInOneDirection =
      slices().matching("dev.braid.pipelines.(*)..").should().beFreeOfCycles();
}
