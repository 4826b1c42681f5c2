package dev.braid.spec;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One modality: what its observations hold and how much of them a scene keeps. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ModalitySpec.Text.class, name = "text"),
  @JsonSubTypes.Type(value = ModalitySpec.Image.class, name = "image"),
  @JsonSubTypes.Type(value = ModalitySpec.Sensor.class, name = "sensor"),
  @JsonSubTypes.Type(value = ModalitySpec.Audio.class, name = "audio"),
  @JsonSubTypes.Type(value = ModalitySpec.Record.class, name = "record")
})
public sealed interface ModalitySpec {
  /**
   * Observations of one modality that a scene keeps at most, the latest, see {@link
   * dev.braid.scene.TokenOrder}; 1 to 256, default 32.
   */
  int tokens();

  /**
   * The ONNX file of an encoder that the user brings, as a path relative to the spec's directory;
   * empty, the default, where Braid trains one.
   */
  String encoder();

  /** The same modality with that encoder. */
  ModalitySpec withEncoder(String path);

  /**
   * How long past the end of a window in time its answer waits for this modality where it is
   * missing, at most the window's allowed lateness; 0, the default, for not at all.
   */
  Duration waitBudget();

  /** The same modality with that budget. */
  ModalitySpec withWait(Duration budget);

  /** What an observation of it holds, whoever encodes it and however long it is waited for. */
  default ModalitySpec observed() {
    return withEncoder("").withWait(Duration.ZERO);
  }

  /** Whether the user brings the encoder. */
  default boolean bringsEncoder() {
    return !encoder().isEmpty();
  }

  /** The name of the kind as a spec writes it. */
  default String kind() {
    return getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  private static int orDefault(@Nullable Integer value, int otherwise, int high, String key) {
    return Checks.between(value == null ? otherwise : value, 1, high, key);
  }

  /**
   * Free text.
   *
   * @param language {@code en} (stemmed), {@code zh} (word segmentation) or {@code any} (Unicode
   *     words); default {@code any}
   */
  record Text(
      @Nullable String language,
      @Nullable Integer maxTokens,
      @JsonSetter(nulls = Nulls.AS_EMPTY) @JsonInclude(JsonInclude.Include.NON_EMPTY)
          String encoder,
      @JsonProperty(Checks.WAIT)
          @JsonSetter(nulls = Nulls.AS_EMPTY)
          @JsonInclude(JsonInclude.Include.NON_EMPTY)
          Duration waitBudget)
      implements ModalitySpec {
    public Text {
      language = language == null ? "any" : language;
      if (!List.of("en", "zh", "any").contains(language)) {
        throw new InvalidSpecException(
            "spec: language must be one of en, zh, any, but was: '" + language + "'");
      }
      maxTokens = orDefault(maxTokens, 32, 256, "maxTokens");
      encoder = Checks.encoder(encoder);
      Checks.notNegative(waitBudget, Checks.WAIT);
    }

    /** With an encoder that Braid trains. */
    public Text(@Nullable String language, @Nullable Integer maxTokens) {
      this(language, maxTokens, "", Duration.ZERO);
    }

    @Override
    public Text withEncoder(String path) {
      return new Text(language, maxTokens, path, waitBudget);
    }

    @Override
    public Text withWait(Duration budget) {
      return new Text(language, maxTokens, encoder, budget);
    }

    @Override
    public int tokens() {
      return Checks.required(maxTokens, "maxTokens");
    }
  }

  /**
   * Still images, scaled to {@code height} x {@code width} pixels.
   *
   * @param channels 1 (grey) or 3 (red, green, blue); default 3
   */
  record Image(
      int height,
      int width,
      @Nullable Integer channels,
      @Nullable Integer maxTokens,
      @JsonSetter(nulls = Nulls.AS_EMPTY) @JsonInclude(JsonInclude.Include.NON_EMPTY)
          String encoder,
      @JsonProperty(Checks.WAIT)
          @JsonSetter(nulls = Nulls.AS_EMPTY)
          @JsonInclude(JsonInclude.Include.NON_EMPTY)
          Duration waitBudget)
      implements ModalitySpec {
    public Image {
      Checks.between(height, 8, 1024, "height");
      Checks.between(width, 8, 1024, "width");
      channels = channels == null ? 3 : channels;
      if (channels != 1 && channels != 3) {
        throw new InvalidSpecException("spec: channels must be 1 or 3, but was: " + channels);
      }
      maxTokens = orDefault(maxTokens, 32, 256, "maxTokens");
      encoder = Checks.encoder(encoder);
      Checks.notNegative(waitBudget, Checks.WAIT);
    }

    /** With an encoder that Braid trains. */
    public Image(int height, int width, @Nullable Integer channels, @Nullable Integer maxTokens) {
      this(height, width, channels, maxTokens, "", Duration.ZERO);
    }

    @Override
    public Image withEncoder(String path) {
      return new Image(height, width, channels, maxTokens, path, waitBudget);
    }

    @Override
    public Image withWait(Duration budget) {
      return new Image(height, width, channels, maxTokens, encoder, budget);
    }

    @Override
    public int tokens() {
      return Checks.required(maxTokens, "maxTokens");
    }
  }

  /**
   * Frames of a multi-channel time series, resampled to {@code rateHz}.
   *
   * @param channels values per sample, 1 to 64
   * @param rateHz samples per second that the encoder sees, 0.001 to 100,000
   * @param frame the longest stretch that one observation may hold; the latest part is kept
   */
  record Sensor(
      int channels,
      double rateHz,
      Duration frame,
      @Nullable Integer maxTokens,
      @JsonSetter(nulls = Nulls.AS_EMPTY) @JsonInclude(JsonInclude.Include.NON_EMPTY)
          String encoder,
      @JsonProperty(Checks.WAIT)
          @JsonSetter(nulls = Nulls.AS_EMPTY)
          @JsonInclude(JsonInclude.Include.NON_EMPTY)
          Duration waitBudget)
      implements ModalitySpec {
    public Sensor {
      Checks.between(channels, 1, 64, "channels");
      Checks.between(rateHz, 0.001, 100_000, "rateHz");
      Checks.positive(frame, "frame");
      Checks.between(
          (int) Math.min(Integer.MAX_VALUE, Math.round(rateHz * frame.toMillis() / 1000.0)),
          8,
          16_384,
          "rateHz x frame, in samples,");
      maxTokens = orDefault(maxTokens, 32, 256, "maxTokens");
      encoder = Checks.encoder(encoder);
      Checks.notNegative(waitBudget, Checks.WAIT);
    }

    /** With an encoder that Braid trains. */
    public Sensor(int channels, double rateHz, Duration frame, @Nullable Integer maxTokens) {
      this(channels, rateHz, frame, maxTokens, "", Duration.ZERO);
    }

    @Override
    public Sensor withEncoder(String path) {
      return new Sensor(channels, rateHz, frame, maxTokens, path, waitBudget);
    }

    @Override
    public Sensor withWait(Duration budget) {
      return new Sensor(channels, rateHz, frame, maxTokens, encoder, budget);
    }

    /** Samples in one frame. */
    public int samples() {
      return (int) Math.round(rateHz * frame.toMillis() / 1000.0);
    }

    @Override
    public int tokens() {
      return Checks.required(maxTokens, "maxTokens");
    }
  }

  /**
   * Sound, mixed to one channel and resampled to {@code rateHz}.
   *
   * @param rateHz samples per second, 4,000 to 48,000; default 16,000
   * @param length the longest stretch that one observation may hold; the loudest part is kept
   */
  record Audio(
      @Nullable Integer rateHz,
      Duration length,
      @Nullable Integer maxTokens,
      @JsonSetter(nulls = Nulls.AS_EMPTY) @JsonInclude(JsonInclude.Include.NON_EMPTY)
          String encoder,
      @JsonProperty(Checks.WAIT)
          @JsonSetter(nulls = Nulls.AS_EMPTY)
          @JsonInclude(JsonInclude.Include.NON_EMPTY)
          Duration waitBudget)
      implements ModalitySpec {
    public Audio {
      rateHz = rateHz == null ? 16_000 : Checks.between(rateHz, 4_000, 48_000, "rateHz");
      Checks.positive(length, "length");
      Checks.between(
          (int) Math.min(Integer.MAX_VALUE, rateHz * length.toMillis() / 1000),
          1_024,
          480_000,
          "rateHz x length, in samples,");
      maxTokens = orDefault(maxTokens, 32, 256, "maxTokens");
      encoder = Checks.encoder(encoder);
      Checks.notNegative(waitBudget, Checks.WAIT);
    }

    /** With an encoder that Braid trains. */
    public Audio(@Nullable Integer rateHz, Duration length, @Nullable Integer maxTokens) {
      this(rateHz, length, maxTokens, "", Duration.ZERO);
    }

    @Override
    public Audio withEncoder(String path) {
      return new Audio(rateHz, length, maxTokens, path, waitBudget);
    }

    @Override
    public Audio withWait(Duration budget) {
      return new Audio(rateHz, length, maxTokens, encoder, budget);
    }

    /** Samples in one observation. */
    public int samples() {
      return (int) (Checks.required(rateHz, "rateHz") * length.toMillis() / 1000);
    }

    @Override
    public int tokens() {
      return Checks.required(maxTokens, "maxTokens");
    }
  }

  /** Structured records with named fields; at least one field in all. */
  record Record(
      @Nullable List<String> numeric,
      @Nullable List<String> categorical,
      @Nullable Integer maxTokens,
      @JsonSetter(nulls = Nulls.AS_EMPTY) @JsonInclude(JsonInclude.Include.NON_EMPTY)
          String encoder,
      @JsonProperty(Checks.WAIT)
          @JsonSetter(nulls = Nulls.AS_EMPTY)
          @JsonInclude(JsonInclude.Include.NON_EMPTY)
          Duration waitBudget)
      implements ModalitySpec {
    public Record {
      numeric = Checks.distinct(numeric, "numeric");
      categorical = Checks.distinct(categorical, "categorical");
      if (numeric.isEmpty() && categorical.isEmpty()) {
        throw new InvalidSpecException(
            "spec: a record needs at least one field in numeric or categorical");
      }
      maxTokens = orDefault(maxTokens, 32, 256, "maxTokens");
      encoder = Checks.encoder(encoder);
      Checks.notNegative(waitBudget, Checks.WAIT);
    }

    /** With an encoder that Braid trains. */
    public Record(
        @Nullable List<String> numeric,
        @Nullable List<String> categorical,
        @Nullable Integer maxTokens) {
      this(numeric, categorical, maxTokens, "", Duration.ZERO);
    }

    @Override
    public Record withEncoder(String path) {
      return new Record(numeric, categorical, maxTokens, path, waitBudget);
    }

    @Override
    public Record withWait(Duration budget) {
      return new Record(numeric, categorical, maxTokens, encoder, budget);
    }

    /** The numeric fields in the order of the spec. */
    public List<String> numericFields() {
      return Checks.required(numeric, "numeric");
    }

    /** The categorical fields in the order of the spec. */
    public List<String> categoricalFields() {
      return Checks.required(categorical, "categorical");
    }

    @Override
    public int tokens() {
      return Checks.required(maxTokens, "maxTokens");
    }
  }
}
