import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.util.VersionInfo;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3BaseClientBuilder;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.crt.S3CrtHttpConfiguration;
import software.amazon.awssdk.services.s3.crt.S3CrtRetryConfiguration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * The SDK's clients for one endpoint, made when they are first needed, with the SDK's own defaults
 * beside the endpoint, the credentials and no retries. The proxy is in Java's system properties.
 */
final class Clients {
  private final Map<String, Object> settings;
  private S3Client sync;
  private S3AsyncClient streaming;
  private S3AsyncClient crt;
  private S3Presigner presigner;

  Clients(Map<String, Object> settings) throws Exception {
    this.settings = settings;
    if (settings.get("ca") != null) {
      trust(Path.of((String) settings.get("ca")));
    }
  }

  static String version() {
    return "aws-sdk-java/" + VersionInfo.SDK_VERSION + " java/" + System.getProperty("java.version");
  }

  /** Whether calls go through the client that is written in C. */
  boolean native_() {
    return Boolean.TRUE.equals(settings.get("crt"));
  }

  S3Client sync() {
    if (sync == null) {
      sync = made(S3Client.builder());
    }
    return sync;
  }

  /** For what only an asynchronous client has: event streams. */
  S3AsyncClient streaming() {
    if (streaming == null) {
      streaming = made(S3AsyncClient.builder());
    }
    return streaming;
  }

  /** A client that is written in Java; the one in C and the presigner have builders of their own. */
  private <B extends S3BaseClientBuilder<B, C>, C> C made(B builder) {
    return builder
        .endpointOverride(endpoint())
        .region(region())
        .credentialsProvider(credentials())
        .forcePathStyle(pathStyle())
        .overrideConfiguration(
            ClientOverrideConfiguration.builder()
                .retryStrategy(retries -> retries.maxAttempts(1))
                .build())
        .build();
  }

  S3AsyncClient crt() {
    if (crt == null) {
      crt =
          S3AsyncClient.crtBuilder()
              .endpointOverride(endpoint())
              .region(region())
              .credentialsProvider(credentials())
              .forcePathStyle(pathStyle())
              .retryConfiguration(S3CrtRetryConfiguration.builder().numRetries(0).build())
              .httpConfiguration(
                  S3CrtHttpConfiguration.builder()
                      .connectionTimeout(Duration.ofSeconds(60))
                      // it knows no other authority; what it trusts here is the recording proxy
                      .trustAllCertificatesEnabled(settings.get("ca") != null)
                      .proxyConfiguration(
                          proxy -> proxy.host("127.0.0.1").port(Integer.getInteger("http.proxyPort")))
                      .build())
              .build();
    }
    return crt;
  }

  S3Presigner presigner() {
    if (presigner == null) {
      presigner =
          S3Presigner.builder()
              .endpointOverride(endpoint())
              .region(region())
              .credentialsProvider(credentials())
              .serviceConfiguration(
                  S3Configuration.builder().pathStyleAccessEnabled(pathStyle()).build())
              .build();
    }
    return presigner;
  }

  private URI endpoint() {
    return URI.create((String) settings.get("endpoint"));
  }

  private Region region() {
    return Region.of((String) settings.get("region"));
  }

  private boolean pathStyle() {
    return "path".equals(settings.get("addressing"));
  }

  private AwsCredentialsProvider credentials() {
    if (settings.get("credentials") == null) {
      return AnonymousCredentialsProvider.create();
    }
    Map<String, Object> keys = Json.object(settings.get("credentials"));
    String access = (String) keys.get("access_key");
    String secret = (String) keys.get("secret_key");
    String token = (String) keys.get("session_token");
    return StaticCredentialsProvider.create(
        token == null
            ? AwsBasicCredentials.create(access, secret)
            : AwsSessionCredentials.create(access, secret, token));
  }

  /** Trust the certificates of a PEM file, and no others. */
  private static void trust(Path pem) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    int number = 0;
    try (var source = Files.newInputStream(pem)) {
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(source)) {
        store.setCertificateEntry("trusted-" + number++, one);
      }
    }
    Path file = Path.of(System.getProperty("java.io.tmpdir"), "trusted.p12");
    try (OutputStream sink = Files.newOutputStream(file)) {
      store.store(sink, "trusted".toCharArray());
    }
    System.setProperty("javax.net.ssl.trustStore", file.toString());
    System.setProperty("javax.net.ssl.trustStoreType", "PKCS12");
    System.setProperty("javax.net.ssl.trustStorePassword", "trusted");
  }
}
