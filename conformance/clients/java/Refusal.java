/** What the SDK has no way to say; nothing was sent. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  Refusal(String why) {
    super(why);
  }
}
