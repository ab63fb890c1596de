"""Fill some memory, to check that it is seen: `python -m benchmarks.jobs.fill MEGABYTES`."""

import json
import sys
import time

if __name__ == "__main__":
    megabytes = int(sys.argv[1])
    held = b"\x01" * (megabytes * 2**20)
    time.sleep(0.2)
    print(json.dumps({"filled_mb": len(held) // 2**20}))
