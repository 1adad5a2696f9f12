"""Counts how the package is built: modules, folders, import levels, arrows between folders, and imports that climb.

    python benchmarks/structure.py

It uses import-linter's own graph. The levels are the modules on the longest chain of imports. An arrow joins two
neighboring folders or modules, one of which imports the other. An import climbs if `.importlinter` places the importing
module in a lower layer than the imported one.
"""

import configparser
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[1]


def read_ranks(path: Path) -> dict[str, int]:
    """Return of each module or folder that a layers contract names its layer, 0 for the highest of its container."""
    parser = configparser.ConfigParser()
    parser.read(path, encoding="utf-8")
    contracts = [parser[name] for name in parser.sections() if parser[name].get("type") == "layers"]
    return {
        f"{contract['containers'].strip()}.{name.strip()}": rank
        for contract in contracts
        for rank, layer in enumerate(contract["layers"].split("\n")[1:])
        for name in layer.split("|")
    }


def part_ways(importer: str, imported: str) -> tuple[str, str]:
    """Return the folders or modules side by side through which an import goes; equal where one is within the other."""
    one, other = importer.split("."), imported.split(".")
    depth = next((place for place, pair in enumerate(zip(one, other, strict=False)) if len(set(pair)) == 2), None)
    return (importer, importer) if depth is None else (".".join(one[: depth + 1]), ".".join(other[: depth + 1]))


def count_levels(imports: dict[str, set[str]]) -> int:
    """Return how many modules stand on the longest chain of imports."""
    level: dict[str, int] = {}

    def find_level(module: str) -> int:
        if module not in level:
            level[module] = 0  # a cycle counts once
            level[module] = 1 + max(map(find_level, imports[module]), default=0)
        return level[module]

    return max(map(find_level, imports))


def main() -> None:
    """Count and print."""
    graph = grimp.build_graph("inkdigits", cache_dir=None)
    ranks = read_ranks(ROOT / ".importlinter")
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    folders = {module.rpartition(".")[0] for module in graph.modules} - {"", "inkdigits"}
    top = [module for module in graph.modules if module.count(".") == 1 and module not in folders]
    pairs = [part_ways(module, other) for module, others in imports.items() for other in others]
    climbs = [pair for pair in pairs if ranks.get(pair[0], -1) > ranks.get(pair[1], len(ranks))]
    print(f"modules: {len(graph.modules) - len(folders) - 1}, at the top: {len(top)}, folders: {len(folders)}")
    print(f"levels of imports: {count_levels(imports)}, imports: {len(pairs)}, arrows: {len(set(pairs))}")
    print(f"imports that climb: {len(climbs)}")


if __name__ == "__main__":
    main()
