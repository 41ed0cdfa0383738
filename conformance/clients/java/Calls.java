import java.io.OutputStream;
import java.lang.reflect.Method;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.SelectObjectContentRequest;
import software.amazon.awssdk.services.s3.model.SelectObjectContentResponseHandler;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.utils.builder.Buildable;

/** One operation by its name: the request by the SDK's builder, the method by reflection. */
final class Calls {
  private static final String MODEL = "software.amazon.awssdk.services.s3.model.";
  private static final String PRESIGNER = "software.amazon.awssdk.services.s3.presigner.model.";
  private final Clients clients;
  private final Map<String, Object> asked;
  private final String operation;

  Calls(Clients clients, Map<String, Object> asked) {
    this.clients = clients;
    this.asked = asked;
    this.operation = (String) asked.get("operation");
  }

  void call() throws Exception {
    Object request = request();
    if (request instanceof SelectObjectContentRequest select) {
      select(select);
    } else if (clients.native_()) {
      invokeAsync(clients.crt(), request);
    } else {
      invoke(clients.sync(), request);
    }
  }

  private void invoke(S3Client client, Object request) throws Exception {
    Method method = method(S3Client.class, request, RequestBody.class, ResponseTransformer.class);
    if (method.getParameterCount() == 1) {
      method.invoke(client, request);
    } else if (method.getParameterTypes()[1] == RequestBody.class) {
      Path body = body();
      method.invoke(client, request, body == null ? RequestBody.empty() : RequestBody.fromFile(body));
    } else {
      method.invoke(client, request, ResponseTransformer.toFile(out()));
    }
  }

  private void invokeAsync(S3AsyncClient client, Object request) throws Exception {
    Method method =
        method(S3AsyncClient.class, request, AsyncRequestBody.class, AsyncResponseTransformer.class);
    Object future;
    if (method.getParameterCount() == 1) {
      future = method.invoke(client, request);
    } else if (method.getParameterTypes()[1] == AsyncRequestBody.class) {
      Path body = body();
      AsyncRequestBody given =
          body == null ? AsyncRequestBody.empty() : AsyncRequestBody.fromFile(body);
      future = method.invoke(client, request, given);
    } else {
      future = method.invoke(client, request, AsyncResponseTransformer.toFile(out()));
    }
    ((CompletableFuture<?>) future).get();
  }

  private void select(SelectObjectContentRequest request) throws Exception {
    try (OutputStream sink = Files.newOutputStream(out())) {
      SelectObjectContentResponseHandler handler =
          SelectObjectContentResponseHandler.builder()
              .subscriber(
                  SelectObjectContentResponseHandler.Visitor.builder()
                      .onRecords(records -> write(sink, records.payload().asByteArray()))
                      .build())
              .build();
      clients.streaming().selectObjectContent(request, handler).get();
    }
  }

  private static void write(OutputStream sink, byte[] data) {
    try {
      sink.write(data);
    } catch (java.io.IOException problem) {
      throw new java.io.UncheckedIOException(problem);
    }
  }

  String presign() throws Exception {
    Object request = request();
    Object builder;
    try {
      Class<?> kind = Class.forName(PRESIGNER + operation + "PresignRequest");
      builder = kind.getMethod("builder").invoke(null);
    } catch (ClassNotFoundException unknown) {
      throw new Refusal("the SDK's presigner has no " + operation);
    }
    Class<?> type = Class.forName(PRESIGNER + operation + "PresignRequest$Builder");
    Duration expires = Duration.ofSeconds(Long.parseLong(String.valueOf(asked.get("expires"))));
    type.getMethod("signatureDuration", Duration.class).invoke(builder, expires);
    type.getMethod(lower(operation) + "Request", request.getClass()).invoke(builder, request);
    Object wanted = ((Buildable) builder).build();
    Object made =
        S3Presigner.class
            .getMethod("presign" + operation, wanted.getClass())
            .invoke(clients.presigner(), wanted);
    return String.valueOf(made.getClass().getMethod("url").invoke(made));
  }

  private Object request() throws Exception {
    Class<?> kind;
    try {
      kind = Class.forName(MODEL + operation + "Request");
    } catch (ClassNotFoundException unknown) {
      throw new Refusal("the SDK has no " + operation + "Request");
    }
    SdkPojo builder = (SdkPojo) kind.getMethod("builder").invoke(null);
    Map<String, Object> members = new LinkedHashMap<>(Json.object(asked.get("members")));
    if (clients.native_() && operation.equals("CopyObject")) {
      divideSource(members);
    }
    Members.fill(builder, members);
    return ((Buildable) builder).build();
  }

  /** The client written in C looks at the source itself, and wants it in three members. */
  private static void divideSource(Map<String, Object> members) {
    String source = String.valueOf(members.get("CopySource")).replaceFirst("^/", "");
    String[] versioned = source.split("\\?versionId=", 2);
    String[] parts = versioned[0].split("/", 2);
    if (parts.length < 2) {
      return;
    }
    members.remove("CopySource");
    members.put("SourceBucket", parts[0]);
    members.put("SourceKey", URLDecoder.decode(parts[1].replace("+", "%2B"), StandardCharsets.UTF_8));
    if (versioned.length > 1) {
      members.put("SourceVersionId", versioned[1]);
    }
  }

  /** The method of a client for this request, with a body or a receiver where it has one. */
  private Method method(Class<?> client, Object request, Class<?>... second) throws Refusal {
    for (Class<?> other : second) {
      try {
        return client.getMethod(lower(operation), request.getClass(), other);
      } catch (NoSuchMethodException without) {
        continue;
      }
    }
    try {
      return client.getMethod(lower(operation), request.getClass());
    } catch (NoSuchMethodException without) {
      throw new Refusal("the SDK's client has no " + lower(operation));
    }
  }

  private Path body() {
    return asked.get("body") == null ? null : Path.of((String) asked.get("body"));
  }

  private Path out() {
    return Path.of((String) asked.get("out"));
  }

  private static String lower(String name) {
    return Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }
}
