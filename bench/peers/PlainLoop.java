import java.nio.charset.StandardCharsets;
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
public class PlainLoop {
  static final long DAY = 86_400_000_000L;
  static final String[] NAMES = {"A", "B", "D"};

  record Deadline(long at, String key, int place) {}

  static final class Case {
    int seen;
    final long[] due = new long[3];
    boolean closed;

    boolean over() {
      return closed && due[0] == 0 && due[1] == 0 && due[2] == 0;
    }
  }

  static final class Partition {
    final HashMap<String, Case> cases = new HashMap<>();
    final PriorityQueue<Deadline> heap = new PriorityQueue<>(Comparator.comparingLong(Deadline::at));
  }

  static String text(String json, String name) {
    int from = json.indexOf("\"" + name + "\":\"");
    if (from < 0) return "";
    from += name.length() + 4;
    return json.substring(from, json.indexOf('"', from));
  }

  static long number(String json, String name) {
    int from = json.lastIndexOf("\"" + name + "\":") + name.length() + 3;
    long value = 0;
    for (char sign = json.charAt(from); sign >= '0' && sign <= '9'; sign = json.charAt(++from)) value = value * 10 + sign - '0';
    return value;
  }

  static long limit(String kind) {
    return switch (kind) { case "A" -> 10 * DAY; case "B" -> 15 * DAY; default -> 20 * DAY; };
  }

  static KafkaProducer<String, String> producer;
  static String out;
  static long findings;

  static void tell(String key, String rule, long at) {
    findings++;
    producer.send(new ProducerRecord<>(out, key, "{\"case\":\"" + key + "\",\"rule\":\"" + rule + "\",\"at\":" + at + "}"));
  }

  static void arm(Partition here, Case state, String key, int place, long at) {
    state.due[place] = at;
    here.heap.add(new Deadline(at, key, place));
  }

  static void judge(Partition here, String json) {
    long at = number(json, "at");
    while (!here.heap.isEmpty() && here.heap.peek().at() < at) {
      Deadline due = here.heap.poll();
      Case state = here.cases.get(due.key());
      if (state == null || state.due[due.place()] != due.at()) continue;
      state.due[due.place()] = 0;
      tell(due.key(), NAMES[due.place()], due.at());
      if (state.over()) here.cases.remove(due.key());
    }
    String key = text(json, "casekey");
    if (key.isEmpty()) return;
    Case state = here.cases.computeIfAbsent(key, each -> new Case());
    switch (text(json, "type")) {
      case "submitted" -> {
        arm(here, state, key, 0, at + 5 * DAY);
        arm(here, state, key, 1, at + limit(text(json, "class")));
      }
      case "accepted" -> state.due[0] = 0;
      case "rejected" -> { state.due[0] = 0; state.due[2] = 0; }
      case "reviewed" -> state.seen |= 1;
      case "approved" -> {
        if (state.seen == 0) tell(key, "C", at);
        state.seen |= 2;
      }
      case "decision" -> arm(here, state, key, 2, at + 2 * DAY);
      case "notified" -> state.due[2] = 0;
      case "closed" -> { state.due[1] = 0; state.closed = true; }
      default -> { }
    }
    if (state.over()) here.cases.remove(key);
  }

  public static void main(String[] given) {
    String topic = given[1];
    out = given[2];
    long records = Long.parseLong(given[3]), count = 0, began = 0, used = 0;
    Properties reads = new Properties();
    reads.putAll(Map.of("bootstrap.servers", given[0], "group.id", "plain-loop", "auto.offset.reset", "earliest",
        "enable.auto.commit", "false", "max.poll.records", "5000", "max.partition.fetch.bytes", "4194304"));
    Properties writes = new Properties();
    writes.putAll(Map.of("bootstrap.servers", given[0], "linger.ms", "20"));
    producer = new KafkaProducer<>(writes, new StringSerializer(), new StringSerializer());
    var bean = (com.sun.management.OperatingSystemMXBean) java.lang.management.ManagementFactory.getOperatingSystemMXBean();
    var partitions = new HashMap<Integer, Partition>();
    try (var consumer = new KafkaConsumer<>(reads, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(topic));
      while (count < records) {
        for (ConsumerRecord<byte[], byte[]> each : consumer.poll(Duration.ofMillis(200))) {
          if (began == 0) {
            began = System.nanoTime();
            used = bean.getProcessCpuTime();
          }
          judge(partitions.computeIfAbsent(each.partition(), any -> new Partition()), new String(each.value(), StandardCharsets.UTF_8));
          count++;
        }
      }
      producer.flush();
      consumer.commitSync();
      System.out.printf("{\"seconds\": %.6f, \"cpu\": %.6f, \"findings\": %d}%n",
          (System.nanoTime() - began) / 1e9, (bean.getProcessCpuTime() - used) / 1e9, findings);
    }
    System.exit(0);
  }
}
