"""A program of a few lines that speaks the protocol of docs/clients.md, for the suite's side."""

SAYS = r"""
import json, sys, time
first = json.loads(sys.stdin.readline())
print(json.dumps({"ok": True, "version": "small/1", "told": sorted(first)}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    match asked["do"]:
        case "echo":
            print(json.dumps({"ok": True, "members": asked["members"]}), flush=True)
        case "die":
            print("its last words", file=sys.stderr, flush=True)
            sys.exit(7)
        case "sleep":
            time.sleep(60)
        case "chatter":
            print("x" * (2 << 20), flush=True)
        case "babble":
            print("[1, 2]", flush=True)
"""
