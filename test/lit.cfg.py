# The lit suite: what is a test, which programs tests may call, and which features of this machine they may REQUIRE.
import os
import shutil
import subprocess

import lit.formats
import lit.util

config.name = "edgecc"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs", "e2e", "runtime", "unit", "fuzz", "integration"]
config.test_source_root = os.path.join(config.edgecc_source_root, "test")
config.test_exec_root = os.path.join(config.edgecc_build_root, "test")

config.environment["PATH"] = os.pathsep.join(
    [os.path.join(config.edgecc_build_root, "bin"), config.llvm_tools_dir, config.environment["PATH"]]
)
# Sanitized builds and caches of device drivers read these.
for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "HOME", "XDG_RUNTIME_DIR", "POCL_CACHE_DIR"):
    if name in os.environ:
        config.environment[name] = os.environ[name]

config.substitutions += [
    ("%source_root", config.edgecc_source_root),
    ("%build_root", config.edgecc_build_root),
    ("%models", config.models_dir),
    ("%host_cc", config.host_cc),
    ("%host_cxx", config.host_cxx),
    ("%runtime_include", os.path.join(config.edgecc_source_root, "runtime", "include")),
]


def has(program):
    return shutil.which(program, path=config.environment["PATH"]) is not None


def answers(command, text):
    """Whether a command runs on this machine and its output holds the text."""
    if not has(command[0]):
        return False
    try:
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return result.returncode == 0 and text in result.stdout.decode(errors="replace")


def cpu_flags():
    try:
        with open("/proc/cpuinfo") as info:
            for line in info:
                if line.startswith(("flags", "Features")):
                    return line.split(":", 1)[1].split()
    except OSError:
        pass
    return []


# host-<arch>: the tests run on such a CPU; cpu-<flag>: it has the extension, by the name the kernel gives it.
config.available_features.add("host-" + config.host_arch)
for flag in cpu_flags():
    config.available_features.add("cpu-" + flag)

# cross-<arch>: programs for it can be linked; qemu-<arch>: and run.
for arch, compiler in (
    ("aarch64", "aarch64-linux-gnu-gcc"),
    ("arm", "arm-linux-gnueabihf-gcc"),
    ("riscv64", "riscv64-linux-gnu-gcc"),
):
    if has(compiler):
        config.available_features.add("cross-" + arch)
        if has("qemu-%s-static" % arch):
            config.available_features.add("qemu-" + arch)

# Devices and the tools that look at their code.
if answers(["clinfo", "-l"], "Device"):
    config.available_features.add("opencl")
for tool in ("spirv-val", "gcc", "g++"):
    if has(tool):
        config.available_features.add(tool)
if config.has_halide:
    config.available_features.add("halide")
if config.models_dir and os.path.isdir(config.models_dir):
    config.available_features.add("models")
