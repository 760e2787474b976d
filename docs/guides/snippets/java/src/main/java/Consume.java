import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Prints events of gemini.events.batch as JSON lines: mvn -q compile exec:java -Dexec.args=COUNT */
public class Consume {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Map<Integer, Schema> SCHEMAS = new HashMap<>();

  public static void main(String[] args) throws Exception {
    var env = System.getenv();
    var left = args.length > 0 ? Long.parseLong(args[0]) : Long.MAX_VALUE;
    var config = new Properties();
    config.put("bootstrap.servers", env.get("KAFKA_BROKERS"));
    config.put("group.id", env.getOrDefault("GROUP_ID", "my-team.batch-reader"));
    config.put("auto.offset.reset", "earliest");
    // Java's default is read_uncommitted: it would read events of aborted transactions as well.
    config.put("isolation.level", "read_committed");

    try (var consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(env.getOrDefault("TOPIC_PREFIX", "gemini") + ".events.batch"));
      while (left > 0) {
        for (var record : consumer.poll(Duration.ofSeconds(1))) {
          if (left-- <= 0) break;
          var headers = new HashMap<String, String>();
          for (var each : record.headers()) {
            headers.put(each.key(), new String(each.value(), StandardCharsets.UTF_8));
          }
          var event = JSON.readTree(decode(record.value()).toString());
          System.out.println(
              JSON.writeValueAsString(
                  Map.of("key", record.key(), "event", event, "headers", headers)));
        }
      }
    }
  }

  /** Confluent wire format: a zero byte, the id of the schema, the record. */
  private static GenericRecord decode(byte[] value) throws Exception {
    var bytes = ByteBuffer.wrap(value, 1, value.length - 1);
    var id = bytes.getInt();
    if (!SCHEMAS.containsKey(id)) SCHEMAS.put(id, fetchSchema(id));
    var decoder = DecoderFactory.get().binaryDecoder(value, 5, value.length - 5, null);
    return new GenericDatumReader<GenericRecord>(SCHEMAS.get(id)).read(null, decoder);
  }

  private static Schema fetchSchema(int id) throws Exception {
    var url = URI.create(System.getenv("SCHEMA_REGISTRY_URL") + "/schemas/ids/" + id);
    var answer = HTTP.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString());
    return new Schema.Parser().parse(JSON.readTree(answer.body()).get("schema").asText());
  }
}
