package dev.braid.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BlobsTest {
  @TempDir Path parent;
  private Path root;

  @BeforeEach
  void aRootBesideASecret() throws Exception {
    root = Files.createDirectories(parent.resolve("data"));
    Files.createDirectories(root.resolve("blobs"));
    Files.write(root.resolve("blobs/17.jpg"), new byte[] {1, 2, 3});
    Files.writeString(parent.resolve("secret"), "secret");
    Files.createDirectories(parent.resolve("data-of-others"));
    Files.writeString(parent.resolve("data-of-others/secret"), "secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"blobs/17.jpg", "./blobs/17.jpg", "blobs/../blobs//17.jpg"})
  void aFileBelowTheRootIsRead(String uri) throws Exception {
    Payload.Blob blob = (Payload.Blob) resolve(uri);
    assertThat(blob.bytes()).containsExactly(1, 2, 3);
    assertThat(blob.contentType()).isEqualTo("image/jpeg");
  }

  @Test
  void aPayloadThatIsNoReferenceIsLeftAsItIs() throws Exception {
    Payload text = new Payload.Text("a", "text/plain");
    assertThat(Blobs.below(root).resolve(text)).isSameAs(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../secret",
        "blobs/../../secret",
        "../data-of-others/secret",
        "..",
        ".",
        "blobs/.."
      })
  void aPathThatClimbsOutIsRefused(String uri) {
    assertThatThrownBy(() -> resolve(uri))
        .isInstanceOf(InvalidObservationException.class)
        .hasMessage("'uri' leads out of the input's root: '" + uri + "'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/etc/passwd", "//server/share", "file:///etc/passwd", "FILE:secret", "http://host/17.jpg",
        "s3://bucket/17.jpg", "C:\\secret", "C:secret", "..\\secret", "blobs\\17.jpg",
        "jar:file:a!/b", "\\\\server\\share"
      })
  void anythingButARelativePathIsRefused(String uri) {
    assertThatThrownBy(() -> resolve(uri))
        .isInstanceOf(InvalidObservationException.class)
        .hasMessage("'uri' must be a path relative to the input's root, but was: '" + uri + "'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "blobs/18.jpg",
        "blobs",
        "%2e%2e/secret",
        "..%2fsecret",
        "blobs/17.jpg%00",
        "~/secret",
        "blobs/17.jpg/x",
        "$HOME",
        "blobs/17.jpg?x=1"
      })
  void whatIsNoFileIsRefusedAndNothingIsDecoded(String uri) {
    assertThatThrownBy(() -> resolve(uri))
        .isInstanceOf(InvalidObservationException.class)
        .hasMessage("'uri' names no file: '" + uri + "'");
  }

  @Test
  void aZeroByteInAPathIsRefusedOnOneLine() {
    assertThatThrownBy(() -> resolve("blobs/17.jpg\0\n.png"))
        .isInstanceOf(InvalidObservationException.class)
        .hasMessage("'uri' is no path: 'blobs/17.jpg .png'");
  }

  @Test
  void aLinkThatLeadsOutIsRefused() throws Exception {
    Files.createSymbolicLink(root.resolve("blobs/link"), parent.resolve("secret"));
    Files.createSymbolicLink(root.resolve("out"), parent);
    for (String uri : new String[] {"blobs/link", "out/secret", "out/data-of-others/secret"}) {
      assertThatThrownBy(() -> resolve(uri))
          .isInstanceOf(InvalidObservationException.class)
          .hasMessage("'uri' leads out of the input's root: '" + uri + "'");
    }
  }

  @Test
  void aLinkThatStaysInsideIsRead() throws Exception {
    Files.createSymbolicLink(root.resolve("alias"), root.resolve("blobs/17.jpg"));
    assertThat(((Payload.Blob) resolve("alias")).bytes()).hasSize(3);
  }

  @Test
  void theRootItselfMayBeALink() throws Exception {
    Path link = Files.createSymbolicLink(parent.resolve("link"), root);
    Payload blob = Blobs.below(link).resolve(new Payload.Reference("blobs/17.jpg", "image/jpeg"));
    assertThat(((Payload.Blob) blob).bytes()).hasSize(3);
  }

  @Test
  void aFileOfMoreThan64MebibytesIsRefused() throws Exception {
    try (RandomAccessFile file = new RandomAccessFile(root.resolve("huge").toFile(), "rw")) {
      file.setLength(Blobs.MAX_BYTES + 1);
    }
    assertThatThrownBy(() -> resolve("huge"))
        .isInstanceOf(InvalidObservationException.class)
        .hasMessage("'uri' must name at most 67108864 bytes, but 'huge' has 67108865");
  }

  private Payload resolve(String uri) throws InvalidObservationException {
    return Blobs.below(root).resolve(new Payload.Reference(uri, "image/jpeg"));
  }
}
