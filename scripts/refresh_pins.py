"""Pin every dependency, transitive ones too: resolve the newest versions and write them into pyproject.toml.

    .uv/bin/uv run scripts/refresh_pins.py            (newest versions)
    .uv/bin/uv run scripts/refresh_pins.py --check    (fail where a resolved version is not pinned)

The lock file itself is not kept, because it names the registry that it was resolved from; the constraints do not.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = ROOT / "pyproject.toml"
UV = shutil.which("uv") or str(ROOT / ".uv" / "bin" / "uv")
BLOCK = re.compile(r"^constraint-dependencies = \[\n(?:.*\n)*?\]\n", re.M)


def resolve(text: str) -> list[str]:
    """`name==version` (with a marker where a package resolves to several versions) for every package of every group."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        (project / "pyproject.toml").write_text(text, "utf-8")
        (project / "README.md").touch()
        (project / "LICENSE").touch()
        subprocess.run([UV, "lock", "-q", "--upgrade"], cwd=project, check=True)
        lock = tomllib.loads((project / "uv.lock").read_text("utf-8"))
    pins = []
    for package in lock["package"]:
        if package["name"] == "tabiji":
            continue
        markers = package.get("resolution-markers", [])
        marker = f" ; {' or '.join(f'({m})' for m in markers)}" if markers else ""
        pins.append(f"{package['name']}=={package['version']}{marker}")
    return sorted(pins)


def main() -> int:
    """Rewrite (or check) the constraints."""
    text = PYPROJECT.read_text("utf-8")
    check = "--check" in sys.argv
    # Checking resolves under the pins of today, so that it only fails where one is missing or contradicts.
    pins = resolve(text if check else BLOCK.sub("", text))
    block = "constraint-dependencies = [\n" + "".join(f"  {_quoted(pin)},\n" for pin in pins) + "]\n"
    if check:
        missing = set(pins) - set(re.findall(r'^  ["\'](.+)["\'],$', (BLOCK.search(text) or [""])[0], re.M))
        if missing:
            sys.stderr.write("not pinned: " + ", ".join(sorted(missing)) + "\nrun: uv run scripts/refresh_pins.py\n")
        return 1 if missing else 0
    replaced = (
        BLOCK.sub(lambda _: block, text) if BLOCK.search(text) else text.replace("[tool.uv]\n", "[tool.uv]\n" + block)
    )
    PYPROJECT.write_text(replaced, "utf-8")
    sys.stdout.write(f"pinned {len(pins)} packages\n")
    return 0


def _quoted(pin: str) -> str:
    return f"'{pin}'" if '"' in pin else f'"{pin}"'


if __name__ == "__main__":
    sys.exit(main())
