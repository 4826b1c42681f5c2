package dev.braid.transforms.fuse;

import dev.braid.scene.Answer;
import dev.braid.scene.ByName;
import dev.braid.transforms.observation.LittleEndian;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.CoderException;

/** Predictions in their compact binary form. Deterministic; safe for several threads. */
public final class PredictionCoder extends AtomicCoder<Prediction> {
  private static final PredictionCoder INSTANCE = new PredictionCoder();

  private static final int CLASSIFIED = 0;
  private static final int ESTIMATED = 1;

  private PredictionCoder() {}

  public static PredictionCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(Prediction prediction, OutputStream out) throws IOException {
    LittleEndian.writeString(prediction.getEntity(), out);
    LittleEndian.writeInstant(prediction.getWindowStart(), out);
    LittleEndian.writeInstant(prediction.getWindowEnd(), out);
    LittleEndian.writeLong(prediction.getOrdinal(), out);
    LittleEndian.writeInt(prediction.getRevision(), out);
    out.write(prediction.isFinal() ? 1 : 0);
    writeAnswer(prediction.getAnswer(), out);
    LittleEndian.writeInt(prediction.getPresent().size(), out);
    for (String modality : prediction.getPresent()) {
      LittleEndian.writeString(modality, out);
    }
    LittleEndian.writeDouble(prediction.getAnomalyThreshold(), out);
    LittleEndian.writeString(prediction.getModel().name(), out);
    LittleEndian.writeString(prediction.getModel().digest(), out);
    LittleEndian.writeString(prediction.getModel().device(), out);
    LittleEndian.writeString(prediction.getModel().precision(), out);
  }

  @Override
  public Prediction decode(InputStream in) throws IOException {
    Prediction.Builder prediction =
        Prediction.builder()
            .setEntity(LittleEndian.readString(in))
            .setWindowStart(LittleEndian.readInstant(in))
            .setWindowEnd(LittleEndian.readInstant(in))
            .setOrdinal(LittleEndian.readLong(in))
            .setRevision(LittleEndian.readInt(in))
            .setFinal(in.read() == 1)
            .setAnswer(readAnswer(in));
    int present = LittleEndian.readInt(in);
    List<String> modalities = new ArrayList<>();
    for (int i = 0; i < present; i++) {
      modalities.add(LittleEndian.readString(in));
    }
    return prediction
        .setPresent(List.copyOf(modalities))
        .setAnomalyThreshold(LittleEndian.readDouble(in))
        .setModel(
            new Prediction.Model(
                LittleEndian.readString(in),
                LittleEndian.readString(in),
                LittleEndian.readString(in),
                LittleEndian.readString(in)))
        .build();
  }

  private static void writeAnswer(Answer answer, OutputStream out) throws IOException {
    LittleEndian.writeInt(answer.tasks().size(), out);
    for (Map.Entry<String, Answer.TaskAnswer> task : answer.tasks().entrySet()) {
      LittleEndian.writeString(task.getKey(), out);
      if (task.getValue() instanceof Answer.Classified classified) {
        out.write(CLASSIFIED);
        LittleEndian.writeString(classified.label(), out);
        LittleEndian.writeFloat(classified.probability(), out);
        writeShares(classified.probabilities(), out);
      } else if (task.getValue() instanceof Answer.Estimated estimated) {
        out.write(ESTIMATED);
        LittleEndian.writeFloat(estimated.value(), out);
      }
    }
    LittleEndian.writeFloat(answer.anomalyScore(), out);
    writeShares(answer.attention(), out);
  }

  private static Answer readAnswer(InputStream in) throws IOException {
    String[] names = new String[LittleEndian.readInt(in)];
    Answer.TaskAnswer[] tasks = new Answer.TaskAnswer[names.length];
    for (int i = 0; i < names.length; i++) {
      names[i] = LittleEndian.readString(in);
      tasks[i] = readTask(in);
    }
    return new Answer(ByName.of(List.of(names), tasks), LittleEndian.readFloat(in), readShares(in));
  }

  private static Answer.TaskAnswer readTask(InputStream in) throws IOException {
    int kind = in.read();
    return switch (kind) {
      case CLASSIFIED ->
          new Answer.Classified(
              LittleEndian.readString(in), LittleEndian.readFloat(in), readShares(in));
      case ESTIMATED -> new Answer.Estimated(LittleEndian.readFloat(in));
      default -> throw new CoderException("no kind of answer: " + kind);
    };
  }

  private static void writeShares(Map<String, Float> shares, OutputStream out) throws IOException {
    LittleEndian.writeInt(shares.size(), out);
    for (Map.Entry<String, Float> share : shares.entrySet()) {
      LittleEndian.writeString(share.getKey(), out);
      LittleEndian.writeFloat(share.getValue(), out);
    }
  }

  private static Map<String, Float> readShares(InputStream in) throws IOException {
    String[] names = new String[LittleEndian.readInt(in)];
    float[] shares = new float[names.length];
    for (int i = 0; i < names.length; i++) {
      names[i] = LittleEndian.readString(in);
      shares[i] = LittleEndian.readFloat(in);
    }
    return ByName.of(List.of(names), shares);
  }
}
