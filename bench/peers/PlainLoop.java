import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The four rules in a plain loop: a HashMap and a PriorityQueue a partition, nothing durable. BOOTSTRAP TOPIC OUT RECORDS */
public final class PlainLoop {
  record Deadline(long at, String key, int place) {}

  static final class Partition {
    final HashMap<String, long[]> cases = new HashMap<>();
    final PriorityQueue<Deadline> heap = new PriorityQueue<>(Comparator.comparingLong(Deadline::at));
  }

  static KafkaProducer<String, String> producer;
  static String out;
  static long findings;

  static void tell(String key, String rule, long at) {
    findings++;
    producer.send(new ProducerRecord<>(out, key, FourRules.told(key, rule, at)));
  }

  static void judge(Partition here, FourRules.Happened each) {
    while (!here.heap.isEmpty() && here.heap.peek().at() < each.at) {
      Deadline due = here.heap.poll();
      long[] state = here.cases.get(due.key());
      if (state == null || state[due.place()] != due.at()) continue;
      state[due.place()] = 0;
      tell(due.key(), FourRules.NAMES[due.place()], due.at());
      if (FourRules.over(state)) here.cases.remove(due.key());
    }
    if (each.key.isEmpty()) return;
    long[] state = here.cases.computeIfAbsent(each.key, any -> new long[5]);
    if (FourRules.judge(state, each, (place, due) -> here.heap.add(new Deadline(due, each.key, place)))) tell(each.key, "C", each.at);
    if (FourRules.over(state)) here.cases.remove(each.key);
  }

  public static void main(String[] given) {
    String topic = given[1];
    out = given[2];
    long records = Long.parseLong(given[3]), count = 0;
    Properties reads = new Properties();
    reads.putAll(Map.of("bootstrap.servers", given[0], "group.id", "plain-loop", "auto.offset.reset", "earliest",
        "enable.auto.commit", "false", "max.poll.records", "5000", "max.partition.fetch.bytes", "4194304"));
    Properties writes = new Properties();
    writes.putAll(Map.of("bootstrap.servers", given[0], "linger.ms", "20"));
    producer = new KafkaProducer<>(writes, new StringSerializer(), new StringSerializer());
    var watch = new FourRules.Stopwatch();
    var partitions = new HashMap<Integer, Partition>();
    try (var consumer = new KafkaConsumer<>(reads, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(topic));
      while (count < records) {
        for (ConsumerRecord<byte[], byte[]> each : consumer.poll(Duration.ofMillis(200))) {
          watch.start();
          judge(partitions.computeIfAbsent(each.partition(), any -> new Partition()), FourRules.read(each.value()));
          count++;
        }
      }
      producer.flush();
      consumer.commitSync();
      System.out.println(watch.told(findings));
    }
    System.exit(0);
  }
}
