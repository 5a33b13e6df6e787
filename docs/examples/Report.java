import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/** Reports a file of events, one JSON a line: java Report https://jc.example.gov.cn agency.key events.jsonl (Java 17, no library). */
public final class Report {
    private static final int BATCH = 500;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 3) {
            System.err.println("java Report URL KEY-FILE EVENTS.jsonl");
            System.exit(1);
        }
        String key = Files.readString(Path.of(arguments[1])).strip();
        List<String> lines = Files.readAllLines(Path.of(arguments[2])).stream()
            .filter(line -> !line.isBlank())
            .collect(Collectors.toList());
        boolean rejected = false;
        for (int begin = 0; begin < lines.size(); begin += BATCH) {
            List<String> some = lines.subList(begin, Math.min(begin + BATCH, lines.size()));
            String receipt = post(arguments[0], key, String.join("\n", some));
            System.out.println(receipt);
            rejected |= !receipt.contains("\"rejected\":0");
        }
        System.exit(rejected ? 1 : 0);
    }

    /** Returns the receipt (JSON); the same lines sent again are told as duplicates, so that trying again is safe. */
    private static String post(String url, String key, String body) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/v1/events"))
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/x-ndjson")
            .header("Idempotency-Key", HexFormat.of().formatHex(digest).substring(0, 32))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
        while (true) {
            HttpResponse<String> answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
            int status = answer.statusCode();
            if (status == 202) {
                return answer.body();
            }
            if (status != 409 && status != 429 && status != 503) {
                System.err.println(answer.body());
                System.exit(1);
            }
            Thread.sleep(1000 * Long.parseLong(answer.headers().firstValue("Retry-After").orElse("1")));
        }
    }
}
