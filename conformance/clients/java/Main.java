import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;

/**
 * The program of the `java` and `java-crt` clients: S3 by the AWS SDK for Java v2, for as long as
 * lines come. The protocol is in docs/clients.md: one JSON line in, one JSON line out.
 */
public final class Main {
  private static final int LONGEST = 2000; // characters of an error that are passed on

  private Main() {}

  public static void main(String[] arguments) throws Exception {
    PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err); // nothing else may print where the answers go
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String first = lines.readLine();
    if (first == null) {
      return;
    }
    Clients clients = new Clients(Json.object(Json.read(first)));
    answers.println(Json.write(Map.of("ok", true, "version", Clients.version())));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      answers.println(Json.write(answerTo(clients, Json.object(Json.read(line)))));
    }
    System.exit(0); // threads of the SDK would hold it
  }

  private static Map<String, Object> answerTo(Clients clients, Map<String, Object> asked) {
    Map<String, Object> answer = new LinkedHashMap<>();
    try {
      Calls calls = new Calls(clients, asked);
      switch (String.valueOf(asked.get("do"))) {
        case "call" -> calls.call();
        case "presign" -> answer.put("url", calls.presign());
        default -> throw new Refusal("the program has no way to do " + asked.get("do"));
      }
      answer.put("ok", true);
    } catch (Throwable problem) { // whatever an SDK makes of a broken answer is an answer of its
      Throwable cause = unwrapped(problem);
      answer.put("ok", false);
      String said = cause.getClass().getSimpleName() + ": " + cause.getMessage();
      answer.put("error", said.length() > LONGEST ? said.substring(0, LONGEST) : said);
      answer.put("refused", cause instanceof Refusal);
      answer.put("network", cause instanceof SdkClientException && isNetwork(cause));
    }
    return answer;
  }

  private static Throwable unwrapped(Throwable problem) {
    Throwable cause = problem;
    while ((cause instanceof CompletionException
            || cause instanceof java.util.concurrent.ExecutionException
            || cause instanceof java.lang.reflect.InvocationTargetException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static boolean isNetwork(Throwable problem) {
    if (problem instanceof AwsServiceException) {
      return true;
    }
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      String said = String.valueOf(cause.getMessage());
      if (cause instanceof java.io.IOException || said.startsWith("Failed to send the request")) {
        return true;
      }
    }
    return false;
  }
}
