package dev.braid.dataset;

import dev.braid.cleaning.Cleaner;
import dev.braid.featurizer.Featurizer;
import dev.braid.featurizer.FeaturizerFit;
import dev.braid.featurizer.Featurizers;
import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Observation;
import dev.braid.observation.ObservationJson;
import dev.braid.spec.ModalitySpec;
import dev.braid.spec.Spec;
import dev.braid.spec.SpecYaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The featurizers of a data set: fitted on every clean observation of every entity of its training
 * part, labelled or not, or read from a directory that {@code braid fit} wrote ({@code
 * fitted-spec.yaml}, {@code featurizers/<modality>.json}).
 */
public final class FittedFeaturizers {
  /** The file of the spec that they were fitted for. */
  public static final String SPEC = "fitted-spec.yaml";

  private FittedFeaturizers() {}

  /** The file of one modality's featurizer. */
  public static String file(String modality) {
    return "featurizers/" + modality + ".json";
  }

  /**
   * Fits them in this JVM, line by line; no observation is held.
   *
   * @throws InvalidDatasetException if a file cannot be read
   */
  public static Map<String, Featurizer> fit(Spec spec, Path dataset) {
    Cleaner cleaner = new Cleaner(spec);
    Splits splits = Splits.of(dataset);
    FeaturizerFit fit = new FeaturizerFit(spec);
    try {
      for (Path file : Dataset.observationFiles(dataset)) {
        Lines.read(dataset, file, line -> add(line.text(), cleaner, splits, fit));
      }
    } catch (IOException e) {
      throw new InvalidDatasetException("cannot read the data set at " + dataset + ": " + e, e);
    }
    return fit.featurizers();
  }

  private static void add(String line, Cleaner cleaner, Splits splits, FeaturizerFit fit) {
    try {
      Observation observation = cleaner.clean(ObservationJson.parse(line));
      if (splits.of(observation.getEntity()) == Split.TRAIN) {
        fit.add(observation);
      }
    } catch (InvalidObservationException e) {
      // Whoever reads the data set to use it is told of the line there.
      return;
    }
  }

  /**
   * Reads them.
   *
   * @throws InvalidDatasetException if a file is missing or broken, or they were fitted for other
   *     modalities
   */
  public static Map<String, Featurizer> read(Spec spec, Path directory) {
    Path specFile = directory.resolve(SPEC);
    if (!Files.isRegularFile(specFile)) {
      throw new InvalidDatasetException(
          "there are no featurizers at %s: %s is missing; 'braid fit' writes it"
              .formatted(directory, SPEC));
    }
    Spec fitted = SpecYaml.read(specFile);
    Map<String, Featurizer> featurizers = new LinkedHashMap<>();
    for (Map.Entry<String, ModalitySpec> modality : spec.modalities().entrySet()) {
      ModalitySpec other = fitted.modalities().get(modality.getKey());
      // An encoder that is brought may be made after the fit, of its vocabulary.
      if (other == null || !modality.getValue().withEncoder("").equals(other.withEncoder(""))) {
        throw new InvalidDatasetException(
            "the featurizers at %s were fitted for '%s' as %s, but the data set has it as %s; fit"
                    .formatted(
                        directory,
                        modality.getKey(),
                        other == null ? "nothing" : other,
                        modality.getValue())
                + " them again");
      }
      featurizers.put(modality.getKey(), read(modality.getValue(), directory, modality.getKey()));
    }
    return featurizers;
  }

  private static Featurizer read(ModalitySpec spec, Path directory, String modality) {
    Path file = directory.resolve(file(modality));
    try {
      return Featurizers.restore(spec, Files.readString(file));
    } catch (IOException e) {
      throw new InvalidDatasetException("cannot read the featurizer %s: %s".formatted(file, e), e);
    } catch (IllegalArgumentException e) {
      throw new InvalidDatasetException(file + ": " + e.getMessage(), e);
    }
  }
}
