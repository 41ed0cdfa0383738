import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/** Lines of JSON by the parser that the SDK brings; what is written is flat. */
final class Json {
  private Json() {}

  /** A text as maps, lists, strings, numbers (BigDecimal), booleans and null. */
  static Object read(String text) {
    return plain(JsonNode.parser().parse(text));
  }

  private static Object plain(JsonNode node) {
    if (node.isObject()) {
      Map<String, Object> found = new LinkedHashMap<>();
      node.asObject().forEach((name, value) -> found.put(name, plain(value)));
      return found;
    }
    if (node.isArray()) {
      List<Object> found = new ArrayList<>();
      node.asArray().forEach(value -> found.add(plain(value)));
      return found;
    }
    if (node.isString()) {
      return node.asString();
    }
    if (node.isNumber()) {
      return new java.math.BigDecimal(node.asNumber());
    }
    return node.isBoolean() ? node.asBoolean() : null;
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> object(Object value) {
    return (Map<String, Object>) value;
  }

  /** Strings and booleans by their names. */
  static String write(Map<String, Object> flat) {
    StringBuilder text = new StringBuilder("{");
    flat.forEach(
        (name, value) -> {
          text.append(text.length() > 1 ? "," : "").append(quoted(name)).append(':');
          text.append(value instanceof Boolean ? value : quoted(String.valueOf(value)));
        });
    return text.append('}').toString();
  }

  private static String quoted(String value) {
    StringBuilder text = new StringBuilder("\"");
    for (char one : value.toCharArray()) {
      if (one == '"' || one == '\\') {
        text.append('\\').append(one);
      } else if (one < 0x20 || one > 0x7e) {
        text.append(String.format("\\u%04x", (int) one));
      } else {
        text.append(one);
      }
    }
    return text.append('"').toString();
  }
}
