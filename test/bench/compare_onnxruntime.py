"""Times compiled networks against ONNX Runtime, in turns, so that both meet the same state of the machine.

Each round times ONNX Runtime and then edgecc for about the same while. The times shown are medians over rounds of the
median run; the ratio is the median over rounds of ONNX Runtime's time by edgecc's, so above 1 edgecc is faster.
"""

import argparse
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import time

import numpy
import onnxruntime

MIN_MACS = 5_000_000
NOT_FLOAT = ("int8", "fp16", "domains:")
DTYPES = {"float32": "float32", "int64": "int64", "int32": "int32", "uint8": "uint8", "bool": "bool"}


class Refused(Exception):
    """A model that one of the two cannot run; the text says why."""


def parse_arguments():
    parser = argparse.ArgumentParser(prog="compare-onnxruntime", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="MODEL", help="models of the folder (default: all float ones above 5 M MACs)")
    parser.add_argument("--threads", default="1", help="numbers of threads, such as 1,2 (default 1)")
    parser.add_argument("--rounds", type=int, default=5, help="turns that each side gets (default 5)")
    parser.add_argument("--seconds", type=float, default=0.4, help="time of one turn (default 0.4)")
    parser.add_argument("--option", action="append", default=[], help="another option for edgecc; may be repeated")
    parser.add_argument("--json", help="also write the results to this file")
    parser.add_argument("--build", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--models", required=True, help=argparse.SUPPRESS)
    return parser.parse_args()


def choose(arguments):
    with open(os.path.join(arguments.models, "index.json"), encoding="utf-8") as file:
        entries = json.load(file)
    if arguments.names:
        chosen = [entry for entry in entries if entry["name"] in arguments.names]
        unknown = set(arguments.names) - {entry["name"] for entry in chosen}
        if unknown:
            sys.exit(f"compare-onnxruntime: error: no model {', '.join(sorted(unknown))} in {arguments.models}")
        return chosen
    is_float = lambda entry: not any(flag.startswith(NOT_FLOAT) or "int8" in flag for flag in entry["flags"])
    return [entry for entry in entries if entry["macs"] > MIN_MACS and is_float(entry)]


class Inputs:
    """The tensors of a reference set: files for edgecc, arrays for ONNX Runtime."""

    def __init__(self, model_folder):
        for kind in ("real", "random"):
            self.folder = os.path.join(model_folder, "ref", kind)
            if os.path.isdir(self.folder):
                break
        with open(os.path.join(self.folder, "meta.json"), encoding="utf-8") as file:
            self.tensors = json.load(file)["inputs"]

    def files(self):
        return {tensor["name"]: os.path.join(self.folder, tensor["file"]) for tensor in self.tensors}

    def arrays(self):
        return {
            tensor["name"]: numpy.fromfile(path, DTYPES[tensor["dtype"]]).reshape(tensor["shape"])
            for tensor, path in zip(self.tensors, self.files().values())
        }

    def shape_options(self):
        shape = lambda tensor: "x".join(map(str, tensor["shape"])) or "scalar"
        return [option for tensor in self.tensors for option in ("--shape", f"{tensor['name']}={shape(tensor)}")]


def run(command):
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        lines = (result.stderr or result.stdout).strip().splitlines() or [f"exit code {result.returncode}"]
        raise Refused(lines[0])
    return result.stdout


class EdgeccModel:
    def __init__(self, arguments, name, inputs, threads):
        binary = os.path.join(arguments.build, "bin")
        folder = os.path.join(arguments.build, "bench", name)
        run([os.path.join(binary, "edgecc"), os.path.join(arguments.models, name, "model.onnx"), "--name=benched",
             *inputs.shape_options(), *([f"--threads={threads}"] if threads > 1 else []), *arguments.option, "-o", folder])
        harness = os.path.join(arguments.build, "lib/edgecc/harness", platform.machine(), "libedgecc_harness.a")
        self.program = os.path.join(folder, "harness")
        run(["cc", "-Wl,--undefined=benched_model", "-Wl,--defsym=edgecc_harness_model=benched_model", "-Wl,--start-group",
             harness, os.path.join(folder, "libbenched.a"), "-Wl,--end-group", "-lm", "-lpthread", "-o", self.program])
        files = inputs.files()
        described = json.loads(run([self.program, "--describe"]))["inputs"]
        self.files = [f"{index}={files[tensor['name']]}" for index, tensor in enumerate(described)]

    def median_ms(self, threads, repeat):
        command = [self.program, "--repeat", str(repeat), "--warmup", "2", "--threads", str(threads)]
        for file in self.files:
            command += ["--input", file]
        return json.loads(run(command))["median_us"] / 1000


class OnnxRuntimeModel:
    def __init__(self, arguments, name, inputs, threads):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        path = os.path.join(arguments.models, name, "model.onnx")
        try:
            self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
            self.inputs = inputs.arrays()
            self.session.run(None, self.inputs)
        except Exception as error:  # onnxruntime's own exceptions share no base class
            raise Refused("ONNX Runtime: " + str(error).splitlines()[0]) from error

    def median_ms(self, seconds):
        """The median run, and how many runs fitted into the time."""
        times = []
        self.session.run(None, self.inputs)
        end = time.perf_counter() + seconds
        while len(times) < 3 or time.perf_counter() < end:
            begin = time.perf_counter()
            self.session.run(None, self.inputs)
            times.append(1000 * (time.perf_counter() - begin))
        return statistics.median(times), len(times)


def compare(arguments, entry, threads):
    inputs = Inputs(os.path.join(arguments.models, entry["name"]))
    reference = OnnxRuntimeModel(arguments, entry["name"], inputs, threads)
    compiled = EdgeccModel(arguments, entry["name"], inputs, threads)
    pairs = []
    ours = None
    for _ in range(arguments.rounds):
        theirs, runs = reference.median_ms(arguments.seconds)
        repeat = max(3, int(1000 * arguments.seconds / ours)) if ours else runs
        ours = compiled.median_ms(threads, min(repeat, 100_000))
        pairs.append((theirs, ours))
    return {
        "model": entry["name"],
        "threads": threads,
        "macs": entry["macs"],
        "onnxruntime_ms": statistics.median(pair[0] for pair in pairs),
        "edgecc_ms": statistics.median(pair[1] for pair in pairs),
        "ratio": statistics.median(pair[0] / pair[1] for pair in pairs),
    }


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith(("model name", "Model")):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def print_row(result):
    rate = result["macs"] / result["edgecc_ms"] / 1e6
    print(f"{result['model']:28} {result['macs'] / 1e6:8.1f} {result['onnxruntime_ms']:12.3f} {result['edgecc_ms']:10.3f} "
          f"{rate:8.1f} {result['ratio']:7.2f}", flush=True)


def main():
    arguments = parse_arguments()
    results = []
    print(f"{processor()}; onnxruntime {onnxruntime.__version__}; edgecc {' '.join(arguments.option) or 'with its defaults'}")
    for threads in map(int, arguments.threads.split(",")):
        print(f"\n{threads} thread{'s' if threads > 1 else ''}")
        print(f"{'model':28} {'M MACs':>8} {'ORT ms':>12} {'edgecc ms':>10} {'GMAC/s':>8} {'ratio':>7}")
        ratios = []
        for entry in choose(arguments):
            try:
                results.append(compare(arguments, entry, threads))
                ratios.append(results[-1]["ratio"])
                print_row(results[-1])
            except Refused as reason:
                print(f"{entry['name']:28} not timed: {reason}", flush=True)
        if ratios:
            mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
            slower = sum(ratio < 1 for ratio in ratios)
            print(f"geometric mean of ORT / edgecc over {len(ratios)} models: {mean:.2f}; edgecc is slower on {slower}")
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump(results, file, indent=1)


if __name__ == "__main__":
    main()
