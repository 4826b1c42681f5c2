package dev.braid.pipelines.io.hadoop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

final class HadoopFilesTest {
  @Test
  void theFileSystemOfAConfigurationIsThere() {
    PipelineOptions options =
        PipelineOptionsFactory.fromArgs("--hdfsConfiguration=[{\"fs.defaultFS\":\"viewfs://a/\"}]")
            .create();

    assertThat(new HadoopFiles().fromOptions(options))
        .singleElement()
        .hasFieldOrPropertyWithValue("scheme", "viewfs");
  }

  @Test
  void aConfigurationComesToWorkersAsItIs() throws Exception {
    JsonMapper mapper = JsonMapper.builder().addModule(new HadoopJson()).build();
    Configuration configuration = new Configuration(false);
    configuration.set("fs.defaultFS", "hdfs://a:1/");

    String json = mapper.writeValueAsString(List.of(configuration));

    assertThat(json).isEqualTo("[{\"fs.defaultFS\":\"hdfs://a:1/\"}]");
    assertThat(mapper.readValue(json, Configuration[].class)[0].get("fs.defaultFS"))
        .isEqualTo("hdfs://a:1/");
  }
}
