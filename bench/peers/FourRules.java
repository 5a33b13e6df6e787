import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

/**
 * The four rules by hand, as the peers on the JVM are given them. Instants are microseconds.
 *
 * <p>A state is {seen, deadline of A, of B, of D, closed}; a deadline of 0 is none.
 */
public final class FourRules {
  public static final String[] NAMES = {"", "A", "B", "D"};
  static final long DAY = 86_400_000_000L;
  static final int REVIEWED = 1, APPROVED = 2;

  private FourRules() {}

  /** What the rules need of an event; a watermark has the key "". */
  public static final class Happened {
    public String key, type, kind;
    public long at;
  }

  /** Is told of each deadline that is set, with its place in the state. */
  public interface Alarm {
    void set(int place, long due);
  }

  public static Happened read(byte[] value) {
    String json = new String(value, StandardCharsets.UTF_8);
    Happened each = new Happened();
    each.key = text(json, "casekey");
    each.type = text(json, "type");
    each.kind = text(json, "class");
    each.at = number(json, "at");
    return each;
  }

  /** Changes the state by an event; returns whether rule C is broken by it. */
  public static boolean judge(long[] state, Happened each, Alarm alarm) {
    switch (each.type) {
      case "submitted" -> {
        arm(state, 1, each.at + 5 * DAY, alarm);
        arm(state, 2, each.at + limit(each.kind), alarm);
      }
      case "accepted" -> state[1] = 0;
      case "rejected" -> { state[1] = 0; state[3] = 0; }
      case "reviewed" -> state[0] |= REVIEWED;
      case "approved" -> {
        boolean broken = state[0] == 0;
        state[0] |= APPROVED;
        return broken;
      }
      case "decision" -> arm(state, 3, each.at + 2 * DAY, alarm);
      case "notified" -> state[3] = 0;
      case "closed" -> { state[2] = 0; state[4] = 1; }
      default -> { }
    }
    return false;
  }

  /** Whether nothing of the case is waited for any more. */
  public static boolean over(long[] state) {
    return state[4] == 1 && state[1] == 0 && state[2] == 0 && state[3] == 0;
  }

  public static String told(String key, String rule, long at) {
    return "{\"case\":\"" + key + "\",\"rule\":\"" + rule + "\",\"at\":" + at + "}";
  }

  private static void arm(long[] state, int place, long due, Alarm alarm) {
    state[place] = due;
    alarm.set(place, due);
  }

  private static long limit(String kind) {
    return switch (kind) { case "A" -> 10 * DAY; case "B" -> 15 * DAY; default -> 20 * DAY; };
  }

  private static String text(String json, String name) {
    int from = json.indexOf("\"" + name + "\":\"");
    if (from < 0) return "";
    from += name.length() + 4;
    return json.substring(from, json.indexOf('"', from));
  }

  private static long number(String json, String name) {
    int from = json.lastIndexOf("\"" + name + "\":") + name.length() + 3;
    long value = 0;
    for (char sign = json.charAt(from); sign >= '0' && sign <= '9'; sign = json.charAt(++from)) value = value * 10 + sign - '0';
    return value;
  }

  /** Time and CPU of this process from the first record on. */
  public static final class Stopwatch {
    private static final com.sun.management.OperatingSystemMXBean SYSTEM =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private volatile long began, used;

    /** Starts at the first call; later ones do nothing. */
    public void start() {
      if (began != 0) return;
      synchronized (this) {
        if (began != 0) return;
        used = SYSTEM.getProcessCpuTime();
        began = System.nanoTime();
      }
    }

    /** Says what was measured until now, as the bench reads it. */
    public String told(long findings) {
      return String.format("{\"seconds\": %.6f, \"cpu\": %.6f, \"findings\": %d}",
          (System.nanoTime() - began) / 1e9, (SYSTEM.getProcessCpuTime() - used) / 1e9, findings);
    }
  }
}
