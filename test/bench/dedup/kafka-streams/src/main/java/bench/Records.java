package bench;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** How the tools of this folder read topics. */
final class Records {
  /** A webhook-id of the bench ends with its number, as records.ts writes it. */
  private static final int NUMBER_CHARACTERS = 8;
  private static final int NUMBER_RADIX = 36;

  private Records() {}

  /**
   * Sees what is committed, as soon as it is: a broker answers a waiting fetch when the stable offset
   * moves, so the longest wait adds nothing to what is measured.
   */
  static KafkaConsumer<byte[], byte[]> consumer(String brokers) {
    Map<String, Object> settings = Map.of(
        "bootstrap.servers", brokers,
        "isolation.level", "read_committed",
        "enable.auto.commit", false,
        "auto.offset.reset", "none",
        "fetch.min.bytes", 1,
        "fetch.max.wait.ms", 100,
        "max.poll.records", 5_000);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Assigns all partitions of topics (comma-separated). */
  static List<TopicPartition> assign(KafkaConsumer<?, ?> consumer, String topics) {
    List<TopicPartition> all = Arrays.stream(topics.split(","))
        .flatMap(topic -> consumer.partitionsFor(topic).stream())
        .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
        .toList();
    consumer.assign(all);
    return all;
  }

  /** Every committed record of topics, from their beginnings to their present ends. */
  static void readAll(String brokers, String topics, Consumer<ConsumerRecord<byte[], byte[]>> onRecord) {
    try (var consumer = consumer(brokers)) {
      List<TopicPartition> all = assign(consumer, topics);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      while (!all.stream().allMatch(each -> consumer.position(each) >= ends.get(each))) {
        consumer.poll(Duration.ofMillis(200)).forEach(onRecord);
      }
    }
  }

  static int numberOf(ConsumerRecord<byte[], byte[]> record) {
    String id = new String(record.headers().lastHeader("webhook-id").value(), StandardCharsets.US_ASCII);
    return Integer.parseInt(id.substring(id.length() - NUMBER_CHARACTERS), NUMBER_RADIX);
  }
}
