import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.utils.builder.Buildable;

/** Members by Amazon's names, put into a builder of the SDK by what it says of its own fields. */
final class Members {
  private Members() {}

  /** Fill a builder; an unknown name is refused. */
  static void fill(SdkPojo builder, Map<String, Object> members) throws Refusal {
    Map<String, SdkField<?>> fields = new LinkedHashMap<>();
    for (SdkField<?> field : builder.sdkFields()) {
      fields.put(field.memberName(), field);
    }
    for (Map.Entry<String, Object> member : members.entrySet()) {
      SdkField<?> field = fields.get(member.getKey());
      if (field == null) { // CopyObject and UploadPartCopy name them so
        field = fields.get("Destination" + member.getKey());
      }
      if (field == null) {
        throw new Refusal("the SDK has no member " + member.getKey());
      }
      field.set(builder, value(field, member.getValue()));
    }
  }

  private static Object value(SdkField<?> field, Object given) throws Refusal {
    MarshallingType<?> type = field.marshallingType();
    try {
      if (type == MarshallingType.SDK_POJO) {
        SdkPojo builder = field.constructor().get();
        fill(builder, Json.object(given));
        return ((Buildable) builder).build();
      }
      if (type == MarshallingType.LIST) {
        SdkField<?> item = field.getRequiredTrait(ListTrait.class).memberFieldInfo();
        List<Object> list = new ArrayList<>();
        for (Object one : (List<?>) given) {
          list.add(value(item, one));
        }
        return list;
      }
      if (type == MarshallingType.MAP) {
        SdkField<?> item = field.getRequiredTrait(MapTrait.class).valueFieldInfo();
        Map<String, Object> map = new LinkedHashMap<>();
        for (Map.Entry<String, Object> one : Json.object(given).entrySet()) {
          map.put(one.getKey(), value(item, one.getValue()));
        }
        return map;
      }
      return scalar(type, given);
    } catch (ClassCastException | NumberFormatException unfit) {
      throw new Refusal(field.memberName() + " cannot be " + given + " to the SDK");
    }
  }

  private static Object scalar(MarshallingType<?> type, Object given) throws Refusal {
    if (type == MarshallingType.STRING) {
      return given instanceof Map ? utf8(given) : String.valueOf(given);
    }
    if (type == MarshallingType.INSTANT) {
      return given instanceof Map ? Instant.parse((String) Json.object(given).get("$time")) : time(given);
    }
    if (type == MarshallingType.SDK_BYTES) {
      return SdkBytes.fromByteArray(given instanceof Map ? bytes(given) : ((String) given).getBytes());
    }
    if (type == MarshallingType.BOOLEAN) {
      return (Boolean) given;
    }
    if (type == MarshallingType.INTEGER) {
      return new BigDecimal(String.valueOf(given)).intValueExact();
    }
    if (type == MarshallingType.LONG) {
      return new BigDecimal(String.valueOf(given)).longValueExact();
    }
    throw new Refusal("the program knows no " + type);
  }

  private static Instant time(Object given) throws Refusal {
    try {
      return ZonedDateTime.parse((String) given, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (java.time.format.DateTimeParseException unfit) {
      throw new Refusal("the SDK takes a time, not " + given);
    }
  }

  private static byte[] bytes(Object given) {
    return Base64.getDecoder().decode((String) Json.object(given).get("$bytes"));
  }

  private static String utf8(Object given) {
    return new String(bytes(given), java.nio.charset.StandardCharsets.UTF_8);
  }
}
